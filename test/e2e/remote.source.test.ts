import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDefinition } from './definition.ts';
import { serveSource, type SourceServer } from './slow.source.ts';
import { root, startSystem, type System } from './system.ts';

const SOURCE = path.join(root, 'data/rasters/admin1_zones_45s.tif');

let folder: string;
let web: SourceServer;
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-remote-'));
  web = await serveSource(SOURCE);
  await writeDefinition(folder, 'on_web', web.url);
  await writeDefinition(folder, 'on_s3', 's3://cutline/sources/zones.tif');
  system = await startSystem({ originEnvironment: { DATASETS: folder, ALLOW_HTTP_SOURCES: 'true' } });
  await system.store.put('sources/zones.tif', new Uint8Array(await readFile(SOURCE)));
});
afterAll(async () => {
  await system?.stop();
  await web?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a source gives the same clip from a file, from the web and from S3', async () => {
  const digests = await Promise.all(
    [
      ['admin1_zones', '4.1.0'],
      ['on_web', '1'],
      ['on_s3', '1'],
    ].map(async ([name = '', version = '']) => {
      const urlPath = `/packages/zaf/${name}/${version}/${name}-${version}-zaf.tif`;
      const response = await fetch(system.url + urlPath, { headers: { 'accept-encoding': 'identity' } });
      const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
      return `${response.status} ${Buffer.from(digest).toString('hex')}`;
    }),
  );
  expect(digests[0]).toMatch(/^200 /);
  expect(new Set(digests).size).toBe(1);
});
