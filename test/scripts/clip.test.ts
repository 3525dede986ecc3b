import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFlags } from '../../scripts/bench/clip.flags.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'cutline-clip-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);
const relief = path.join(root, 'data/rasters/etopo5_relief_15min.tif');
const rivers = path.join(root, 'data/vectors/rivers.fgb');
const square = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 40],
      [20, 40],
      [20, 55],
      [0, 55],
      [0, 40],
    ],
  ],
};

beforeAll(() => {
  writeFileSync(at('polygon.geojson'), JSON.stringify(square));
  writeFileSync(at('multi.geojson'), JSON.stringify({ type: 'MultiPolygon', coordinates: [square.coordinates] }));
  const feature = { type: 'Feature', properties: {}, geometry: square };
  writeFileSync(at('feature.geojson'), JSON.stringify(feature));
  writeFileSync(at('marked.geojson'), `\uFEFF${JSON.stringify(square)}`);
  writeFileSync(at('features.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    at('line.geojson'),
    JSON.stringify({
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    }),
  );
  writeFileSync(
    at('open.geojson'),
    JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      ],
    }),
  );
  writeFileSync(at('broken.geojson'), '{"type":');
  writeFileSync(
    at('ocean.geojson'),
    JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [0.01, 0.01],
          [0.02, 0.01],
          [0.02, 0.02],
          [0.01, 0.01],
        ],
      ],
    }),
  );
  writeFileSync(at('text.tif'), 'not a TIFF at all');
  writeFileSync(at('cut.tif'), readFileSync(relief).subarray(0, 3000));
});

function clip(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const command = [...clipFlags(), path.join(root, 'scripts/clip.ts'), ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
}

describe('npm run clip', () => {
  it.each(['polygon', 'multi', 'feature', 'features', 'marked'])('takes a boundary given as %s', (form) => {
    const out = at(`${form}.tif`);
    const { status, stderr } = clip('--source', relief, '--boundary', at(`${form}.geojson`), '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const reference = at('reference.tif');
    clip('--source', relief, '--boundary', at('polygon.geojson'), '--out', reference);
    expect(Buffer.compare(readFileSync(out), readFileSync(reference))).toBe(0);
  });

  it.each([
    ['one collection', 'FeatureCollection'],
    ['one geometry', 'MultiPolygon'],
  ])('unites polygons of %s that overlap, as GDAL does once they are dissolved', (_form, type) => {
    const boxes = [
      [0, 40, 10, 50],
      [5, 45, 15, 55],
    ].map(([west = 0, south = 0, east = 0, north = 0]) => [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ]);
    const features = boxes.map((coordinates) => ({ type: 'Feature', geometry: { type: 'Polygon', coordinates } }));
    const given = type === 'MultiPolygon' ? { type, coordinates: boxes } : { type, features };
    const [overlapping, apart, dissolved] = [at('overlap.geojson'), at('apart.geojson'), at('dissolved.geojson')];
    const out = at('overlap.tif');
    writeFileSync(overlapping, JSON.stringify(given));
    writeFileSync(apart, JSON.stringify({ type: 'FeatureCollection', features }));
    rmSync(dissolved, { force: true });
    const sql = 'SELECT ST_Union(geometry) AS geometry FROM apart';
    spawnSync('ogr2ogr', ['-dialect', 'SQLite', '-sql', sql, dissolved, apart]);
    const { status, stderr } = clip('--source', relief, '--boundary', overlapping, '--out', out);
    expect([status, stderr]).toEqual([0, expect.stringContaining('area 200 and 175 square degrees')]);
    const judge = path.join(root, 'test/oracle/raster_clip.py');
    const judged = spawnSync('/usr/bin/python3', [judge, relief, out, dissolved], { encoding: 'utf8' });
    expect(JSON.parse(judged.stdout)).toMatchObject({ inside: 40 * 40 * 2 - 400, differing: 0, leaked: 0, missing: 0 });
  });

  it.each([
    ['the source itself', 'source.fgb', /is the source itself/],
    ['a folder', '', /is a folder/],
    ['a place that is not there', 'nowhere/out.fgb', /nothing can be written/],
  ])('refuses to write to %s', (_where, name, message) => {
    writeFileSync(at('source.fgb'), readFileSync(rivers));
    const { status, stderr } = clip(
      '--source',
      at('source.fgb'),
      '--boundary',
      at('polygon.geojson'),
      '--out',
      at(name),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(readFileSync(at('source.fgb')).equals(readFileSync(rivers))).toBe(true);
  });

  it('says so when no more can be written, and keeps the file that was there', () => {
    writeFileSync(at('kept.fgb'), 'kept');
    const before = readdirSync(folder).toSorted();
    const args = ['--source', rivers, '--boundary', at('polygon.geojson'), '--out', at('kept.fgb')];
    // Files of this shell may take 4 or 8 KiB, whichever unit its `ulimit` has: as a disk that is full.
    const command = ['ulimit -f 8; exec "$@"', 'sh', process.execPath, path.join(root, 'scripts/clip.ts'), ...args];
    const { status, stderr } = spawnSync('sh', ['-c', ...command], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `clip: --out ${at('kept.fgb')} cannot be written (EFBIG: file too large, write).\n`,
    });
    expect(readFileSync(at('kept.fgb'), 'utf8')).toBe('kept');
    expect(readdirSync(folder).toSorted()).toEqual(before);
  });

  it('refuses a raster whose overviews lie in a file beside it', () => {
    spawnSync('gdal_translate', ['-q', '-of', 'GTiff', '-co', 'TILED=YES', relief, at('external.tif')]);
    const args = ['--source', at('external.tif'), '--boundary', at('polygon.geojson'), '--out', at('external.out.tif')];
    expect(clip(...args)).toMatchObject({ status: 0, stderr: '' });
    spawnSync('gdaladdo', ['-q', '-ro', at('external.tif'), '2', '4']);
    expect(clip(...args)).toMatchObject({
      status: 1,
      stderr:
        'clip: The overviews of the GeoTIFF lie in a file of their own (.ovr). It must be prepared first, as one ' +
        'cloud-optimised GeoTIFF with its overviews.\n',
    });
  });

  it('clips a FlatGeobuf too', () => {
    const out = at('rivers.fgb');
    const { status, stderr } = clip('--source', rivers, '--boundary', at('polygon.geojson'), '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(out).subarray(0, 3).toString()).toBe('fgb');
  });

  it('--explain says what was done', () => {
    const source = new URL(`file://${relief}`).href;
    const { status, stdout } = clip(
      '--source',
      source,
      '--boundary',
      at('polygon.geojson'),
      '--out',
      at('e.tif'),
      '--explain',
    );
    expect(status).toBe(0);
    for (const line of [
      /^tiles copied +\d+$/m,
      /^tiles reencoded +\d+$/m,
      /^blob +\d+ bytes$/m,
      /^recipe +\d+ bytes, \d+ segments$/m,
      /^read for planning +\d+ bytes in \d+ requests$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  it.each([
    ['no arguments', [], /--source, --boundary and --out are needed/],
    ['an unknown argument', ['--nonsense'], /nonsense/],
    ['a source that is not there', ['--source', '/nowhere/x.tif', '--boundary', at('polygon.geojson')], /x\.tif/],
    [
      'a source of another kind',
      ['--source', at('polygon.geojson'), '--boundary', at('polygon.geojson')],
      /neither a TIFF nor a FlatGeobuf/,
    ],
    ['a TIFF that is none', ['--source', at('text.tif'), '--boundary', at('polygon.geojson')], /not a TIFF/],
    [
      'a TIFF that is cut short',
      ['--source', at('cut.tif'), '--boundary', at('polygon.geojson')],
      /past the end|should lie at/,
    ],
    [
      'a boundary that is not there',
      ['--source', relief, '--boundary', at('nothing.geojson')],
      /cannot be read.*ENOENT/,
    ],
    ['a boundary that is no JSON', ['--source', relief, '--boundary', at('broken.geojson')], /is not JSON/],
    ['a boundary of lines', ['--source', relief, '--boundary', at('line.geojson')], /of the type "LineString"/],
    ['a ring that is open', ['--source', relief, '--boundary', at('open.geojson')], /it must end where it starts/],
    ['a boundary that holds no pixel', ['--source', relief, '--boundary', at('ocean.geojson')], /No pixel/],
  ])('fails on %s and leaves no file', (_name, args, message) => {
    const before = readdirSync(folder).toSorted();
    const { status, stdout, stderr } = clip(...args, ...(args.length > 1 ? ['--out', at('out.tif')] : []));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(readdirSync(folder).toSorted()).toEqual(before);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('that %s ends leaves nothing behind', async (signal) => {
    const before = readdirSync(folder).toSorted();
    const server = createServer(() => undefined);
    const asked = once(server, 'request');
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const args = [
      '--source',
      `http://127.0.0.1:${port}/a.tif`,
      '--boundary',
      at('polygon.geojson'),
      '--out',
      at('out.tif'),
    ];
    const child = spawn(process.execPath, [path.join(root, 'scripts/clip.ts'), ...args], { stdio: 'ignore' });
    try {
      await asked;
      expect(readdirSync(folder).length).toBe(before.length + 1);
      const ended = once(child, 'exit');
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      expect(readdirSync(folder).toSorted()).toEqual(before);
    } finally {
      child.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
    }
  });
});
