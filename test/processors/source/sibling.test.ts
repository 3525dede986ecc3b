import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSiblingStart } from '../../../processors/source/sibling.ts';
import { hastyContext } from './hasty.ts';
import { answer, serve } from './server.ts';

const OVERVIEWS = new TextEncoder().encode('II*\0overviews');

describe('a file beside a local source', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutline-sibling-'));
    await writeFile(join(folder, 'a.tif'), 'II');
    await writeFile(join(folder, 'a.tif.ovr'), OVERVIEWS);
    await writeFile(join(folder, 'b.tif'), 'II');
    await writeFile(join(folder, 'b.tif.ovr'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['that is there', 'a.tif', 2, OVERVIEWS.slice(0, 2)],
    ['shorter than what is asked for', 'a.tif', 100, OVERVIEWS],
    ['that is empty', 'b.tif', 2, new Uint8Array(0)],
    ['that is not there', 'c.tif', 2, null],
  ])('%s', async (_what, name, lengthBytes, expected) => {
    const context = hastyContext({ schemes: ['file'], fileRoots: [folder] });
    const href = pathToFileURL(join(folder, name)).href;
    expect(await readSiblingStart(href, '.ovr', lengthBytes, context)).toEqual(expected);
  });
});

describe('a file beside a source on a server', () => {
  test.each([
    ['is named before the query', 200, OVERVIEWS.slice(0, 2)],
    ['is taken for none at status 404', 404, null],
    ['is taken for none at status 403, as stores answer where nothing lies', 403, null],
  ])('%s', async (_what, status, expected) => {
    const asked: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      asked.push(request.url);
      if (status === 200) answer(OVERVIEWS, request, response);
      else response.writeHead(status).end();
    });
    try {
      const start = await readSiblingStart(`${server.url}?key=1`, '.ovr', 2, hastyContext({ schemes: ['http'] }));
      expect(start).toEqual(expected);
      expect(new Set(asked)).toEqual(new Set(['/data.bin.ovr?key=1']));
    } finally {
      await server.close();
    }
  });
});
