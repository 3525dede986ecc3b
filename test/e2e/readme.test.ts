import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './run.ts';
import { root, startSystem, type System } from './system.ts';

const ADDRESS = 'http://127.0.0.1:8787';
const readme = await readFile(path.join(root, 'README.md'), 'utf8');

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const commands = readme
  .split('\n')
  .filter((line) => /^ {4}(curl|gdalinfo|ogrinfo) /.test(line))
  .map((line) => line.trim());
test.each(commands)('the README is right about %s', async (command) => {
  const [program = '', ...args] = command.replaceAll(ADDRESS, system.url).split(' ');
  if (program === 'curl') args.unshift('--fail', '--silent', '--show-error', '--output-dir', system.folder);
  await run(program, args);
});

const paths = [...readme.matchAll(/`(?:GET )?(\/[a-z]+[^`{]*)`/g)].map(([, urlPath = '']) => urlPath);
test.each(paths.filter((urlPath) => !urlPath.startsWith('/vsicurl')))(
  'the README is right about %s',
  async (urlPath) => {
    const response = await fetch(system.url + urlPath);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toEqual([]);
  },
);

test('the README has commands and addresses to try', () => {
  expect([commands.length, paths.length]).toEqual([3, 5]);
});
