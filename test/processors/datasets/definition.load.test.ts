import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type DefinitionFault,
  InvalidDefinitions,
  loadDefinitions,
} from '../../../processors/datasets/definition.load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutline-definitions-'));
});
afterEach(() => rm(folder, { recursive: true }));

function yaml(name: string, version: string, more = 'href: x.tif'): string {
  return `
name: ${name}
version: "${version}"
title: T
summary: S
author: A
citation: C
licence: { name: N, title: T, path: https://example.org/licence }
origin_url: https://example.org/
engine: cog
${more}
`;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

const at = (name = '') => ({ folder: join(folder, name), dataFolder: '/srv/data' });

async function faultsOf(...names: string[]): Promise<DefinitionFault[]> {
  const error: unknown = await loadDefinitions(names.map(at)).catch((reason: unknown) => reason);
  if (!(error instanceof InvalidDefinitions)) throw new Error('The definitions were loaded.');
  return error.faults.map(({ file, field, message }) => ({ file: file.slice(folder.length + 1), field, message }));
}

describe('loadDefinitions', () => {
  test('orders by name, versions newest first, from several folders', async () => {
    for (const version of ['1.9', '1.10', '1.10-rc1']) await write(`a/roads/${version}.yaml`, yaml('roads', version));
    await write('b/dams/1.yaml', yaml('dams', '1'));
    await write('b/README.md', 'not a definition');
    await write('b/dams/README.md', 'not a definition');
    await write('b/.git/x.yaml', 'not a definition');
    const definitions = await loadDefinitions([at('a'), at('b')]);
    const ids = definitions.map(({ name, version }) => `${name}/${version}`);
    expect(ids).toEqual(['dams/1', 'roads/1.10', 'roads/1.10-rc1', 'roads/1.9']);
  });

  test.each([
    ['a path below the data folder', 'a folder/x#1.tif', 'file:///srv/data/a%20folder/x%231.tif'],
    ['an absolute path', '/mnt/x.tif', 'file:///mnt/x.tif'],
    ['a file: URL', 'file:///mnt/x.tif', 'file:///mnt/x.tif'],
    ['an https: URL', 'https://example.org/x.tif', 'https://example.org/x.tif'],
    ['an s3: URL', 's3://bucket/x.tif', 's3://bucket/x.tif'],
  ])('makes %s a URL', async (_, href, url) => {
    await write('d/1.yaml', yaml('d', '1', `href: "${href}"`));
    const [definition] = await loadDefinitions([at()]);
    expect(definition?.parts.map((part) => part.href)).toEqual([url]);
  });

  test.each<[string, string, string, string, RegExp]>([
    ['another name than the folder', 'd/1.yaml', yaml('e', '1'), 'name', /is e, but the folder is d/],
    ['another version than the file', 'd/2.yaml', yaml('d', '1'), 'version', /is 1, but the file is 2.yaml/],
    ['text that is no YAML', 'd/1.yaml', 'a: [1', '', /cannot be read: .*line 1/s],
    ['a field twice', 'd/1.yaml', yaml('d', '1', 'title: again\nhref: x'), '', /unique/],
    ['aliases that multiply', 'd/1.yaml', bomb(), '', /alias/],
    ['a file that is too long', 'd/1.yaml', `${yaml('d', '1')}#${'x'.repeat(1024 * 1024)}`, '', /at most 1048576/],
    ['an empty file', 'd/1.yaml', '', '', /expected object/],
    ['a file that would be left out', 'd/1.yml', yaml('d', '1'), '', /must end in .yaml/],
    ['a missing licence', 'd/1.yaml', yaml('d', '1').replace(/licence:.*\n/, ''), 'licence', /is missing/],
  ])('refuses %s', async (_, file, text, field, message) => {
    await write(file, text);
    expect(await faultsOf('')).toEqual([{ file, field, message: expect.stringMatching(message) }]);
  });

  test('refuses a version that two folders define, and a folder that is not there', async () => {
    await write('a/d/1.yaml', yaml('d', '1'));
    await write('b/d/1.yaml', yaml('d', '1'));
    expect(await faultsOf('a', 'b', 'none')).toEqual([
      {
        file: 'b/d/1.yaml',
        field: '',
        message: expect.stringMatching(/^defines d\/1, which .*a\/d\/1.yaml does already/),
      },
      { file: 'none', field: '', message: expect.stringMatching(/cannot be listed/) },
    ]);
  });

  test('gives the faults of all files in one message that names file and field', async () => {
    await write('d/1.yaml', yaml('d', '1').replace('citation: C\n', ''));
    await write('e/1.yaml', yaml('e', '1', 'href: x\ncolour: red'));
    const loaded = loadDefinitions([at()]);
    await expect(loaded).rejects.toThrow(/d\/1\.yaml: citation is missing\n.*e\/1\.yaml: colour is no field/);
  });
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`);
  return `a0: &a0 [x]\n${levels.join('\n')}\n`;
}
