import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from './edge.fixture.ts';
import { pointTo, RELIEF_URL, reliefFingerprint, writeClip } from './store.fixture.ts';

const RASTER = path.resolve(import.meta.dirname, '../../data/rasters/etopo5_relief_15min.tif');
const FOLDER = '/packages/gmb/relief/1.0';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ originDown: true });
  const stored = new Uint8Array(await readFile(RASTER));
  await pointTo(edge.store, await writeClip(edge.store, { fingerprint: await reliefFingerprint(), stored }));
});
afterAll(() => edge.stop());

describe('the folder of a clip', () => {
  test('lists its files by name, for whoever asks', async () => {
    for (const accept of ['*/*', 'text/html', 'application/json']) {
      const response = await edge.fetch('/packages/gmb/rivers/2.0/', { headers: { accept } });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const page = await response.text();
      expect(page).toContain('<title>Index of /packages/gmb/rivers/2.0/</title>');
      const links = [...page.matchAll(/^.*<a href="([^"]*)">([^<]*)<\/a>.*$/gm)].map(([, href, name]) => [href, name]);
      const files = ['rivers-2.0-large-gmb.fgb', 'rivers-2.0-small-gmb.fgb'];
      expect(links).toEqual(files.map((file) => [file, file]));
    }
  });

  test('without the slash leads to the one with it', async () => {
    const response = await edge.fetch(`${FOLDER}?a=b`);
    expect([response.status, response.headers.get('location')]).toEqual([308, `${FOLDER}/?a=b`]);
    const followed = await edge.fetch(FOLDER, { redirect: 'follow' });
    expect(followed.status).toBe(200);
  });

  test.each([
    ['/packages/xxx/relief/1.0/', 'unknown-boundary'],
    ['/packages/gmb/nothing/1.0/', 'unknown-dataset'],
    ['/packages/gmb/relief/9/', 'unknown-version'],
  ])('%s is there for no unknown name', async (target, kind) => {
    const response = await edge.fetch(target);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: `urn:cutline:problem:${kind}` });
  });

  test('spares GDAL the search for side-car files', async () => {
    const listed = await gdalInfoThrough(() => false);
    const unlisted = await gdalInfoThrough((target) => !target.endsWith('.tif'));
    expect(listed.requests.filter((target) => !target.endsWith('/') && target !== RELIEF_URL)).toEqual([]);
    expect(listed.requests.length).toBeLessThan(unlisted.requests.length);
    expect(listed.info).toEqual(unlisted.info);
  });
});

/** What `gdalinfo /vsicurl/` says of the clip, and all that it asks for; some of it may be made to be missing. */
async function gdalInfoThrough(isMissing: (target: string) => boolean): Promise<{ info: unknown; requests: string[] }> {
  const requests: string[] = [];
  const { hostname, port } = new URL(edge.url);
  const proxy = createServer(({ method = 'GET', url: target = '/', headers }, response) => {
    requests.push(target);
    if (isMissing(target)) return void response.writeHead(404).end();
    const call = httpRequest({ hostname, port, path: target, method, headers, agent: false }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
    });
    call.on('error', () => response.destroy()).end();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const url = `/vsicurl/http://127.0.0.1:${address.port}${RELIEF_URL}`;
  const { stdout } = await promisify(execFile)('gdalinfo', ['-json', url]);
  proxy.closeAllConnections();
  proxy.close();
  const { size, bands, geoTransform } = JSON.parse(stdout);
  return { info: { size, bands, geoTransform }, requests };
}
