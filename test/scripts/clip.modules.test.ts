import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'cutline-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes one clip and prints the address of every module that was loaded for it. */
const PROGRAM = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
const [root, source, out] = process.argv.slice(1);
const { prepareBoundary } = await import(root + '/processors/boundary/prepare.ts');
const { sourceContext } = await import(root + '/processors/source/context.ts');
const { clipToFile } = await import(root + '/scripts/clip/run.ts');
const ring = [[0, 40], [20, 40], [20, 55], [0, 55], [0, 40]];
const boundary = prepareBoundary([[ring]], '0'.repeat(64));
const context = sourceContext({ schemes: ['file'], fileRoots: ['/'] });
await clipToFile({ href: source, boundary, out, context });
console.log(JSON.stringify(loaded));
`;

function loadedFor(source: string): string[] {
  const href = pathToFileURL(path.join(root, source)).href;
  const args = ['--input-type=module', '-e', PROGRAM, root, href, path.join(folder, 'clip')];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Loading these takes longer than many a clip, and a clip of a local file in longitude and latitude needs none. */
const NEEDLESS =
  /\/(zod|proj4|epsg-index|geotiff-geokeys-to-proj4|aws4fetch|piscina|geos-wasm)\/|\/source\.(http|s3)\.ts$|node:dns/;

describe('a process that makes one clip', () => {
  it.each([
    ['GeoTIFF', 'data/rasters/etopo5_relief_15min.tif', /\/processors\/cog\//, /\/flatgeobuf\//],
    ['FlatGeobuf', 'data/vectors/rivers.fgb', /\/processors\/flatgeobuf\//, /\/cog\//],
  ])('of a local %s loads its engine and nothing it does not need', (_format, source, needed, other) => {
    const loaded = loadedFor(source);
    expect(loaded.filter((url) => needed.test(url))).not.toEqual([]);
    expect(loaded.filter((url) => NEEDLESS.test(url) || other.test(url))).toEqual([]);
  });
});
