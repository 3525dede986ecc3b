import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { box } from '../cog/polygons.ts';
import { lakeWithIsland, partedSquare } from '../boundary/shapes.ts';
import { clipBytes } from './clip.ts';
import { judgeByOgr2ogr } from './ogr2ogr.judge.ts';
import { featuresOf, readByNpm } from './read.ts';
import { geometryTypes, makeSource, type SourceJob, writeBoundary } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-clip-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Number of features that GDAL finds, through the index when a box is given. */
function countByGdal(file: string, spat: readonly number[] = []): number {
  const filter = spat.length === 0 ? [] : ['-spat', ...spat.map(String)];
  const output = execFileSync('ogrinfo', ['-ro', '-so', '-al', ...filter, file]).toString();
  return Number(/Feature Count: (\d+)/.exec(output)?.[1]);
}

const jobs: [name: string, job: SourceJob][] = [
  ...geometryTypes.map((type, index): [string, SourceJob] => [type, { type, count: 700, seed: 40 + index }]),
  ['LineString Z', { type: 'LineString', count: 300, seed: 50, hasZ: true }],
  ['MultiLineString Z', { type: 'MultiLineString', count: 200, seed: 51, hasZ: true }],
  ['Polygon Z', { type: 'Polygon', count: 200, seed: 54, hasZ: true }],
  ['MultiPolygon Z', { type: 'MultiPolygon', count: 150, seed: 55, hasZ: true }],
  ['Point Z', { type: 'Point', count: 300, seed: 52, hasZ: true }],
  ['one feature', { type: 'Polygon', count: 1, seed: 3 }],
  ['17 features, one more than a node holds', { type: 'MultiPoint', count: 17, seed: 53 }],
];

describe.each(jobs)('%s', (name, job) => {
  const polygons = lakeWithIsland(21);
  const boundary = writeBoundary(folder, 'lake', polygons);
  const source = makeSource(folder, name.replaceAll(' ', '-'), job);
  const bytes = readFileSync(source);

  test('equals what ogr2ogr -clipsrc makes, in ids, attributes and sizes', async () => {
    const result = judgeByOgr2ogr(source, (await clipBytes(bytes, polygons)).file, boundary);
    expect(result).toMatchObject({ only_clip: 0, only_reference: 0 });
    expect(result.worst).toBeLessThan(1e-9);
  });

  test('is read whole by npm flatgeobuf and by GDAL, and through its index', async () => {
    const { file, recipe } = await clipBytes(bytes, polygons);
    const out = path.join(folder, 'read.fgb');
    writeFileSync(out, file);
    expect(await readByNpm(file)).toHaveLength(recipe.report.counts['written'] ?? -1);
    expect(countByGdal(out)).toBe(recipe.report.counts['written']);
    const spat = [3.1, 2.2, 5.7, 4.9] as const;
    const scan = path.join(folder, 'scan.geojson');
    execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=17', scan, out]);
    expect(countByGdal(out, spat)).toBe(countByGdal(scan, spat));
    rmSync(scan);
  });

  test('holds each feature that is not cut byte for byte', async () => {
    const { file, recipe, blob } = await clipBytes(bytes, polygons);
    const { counts } = recipe.report;
    const ofSource = new Set(featuresOf(bytes, job.count).map((feature) => Buffer.from(feature).toString('latin1')));
    const features = featuresOf(file, counts['written'] ?? 0);
    const copied = features.filter((feature) => ofSource.has(Buffer.from(feature).toString('latin1')));
    expect(copied).toHaveLength(counts['copied'] ?? -1);
    expect(blob.length + copied.reduce((sum, feature) => sum + feature.length, 0)).toBe(file.length);
  });

  test('is the file itself when all of it lies inside', async () => {
    const { file, recipe } = await clipBytes(bytes, box(-100, -100, 200, 200));
    expect(Buffer.compare(file, bytes)).toBe(0);
    expect(recipe.report.counts).toMatchObject({ copied: job.count, cut: 0 });
  });

  test('is an empty file that GDAL and npm flatgeobuf read when none of it does', async () => {
    const { file, recipe } = await clipBytes(bytes, box(150, 20, 160, 30));
    const out = path.join(folder, 'empty.fgb');
    writeFileSync(out, file);
    expect(countByGdal(out)).toBe(0);
    expect(await readByNpm(file)).toEqual([]);
    expect(execFileSync('ogrinfo', ['-ro', '-so', '-al', out]).toString()).toMatch(/large: Integer64/);
    expect(recipe.report.counts).toMatchObject({ written: 0, copied: 0, cut: 0 });
  });

  test('is not changed by another cut to the same boundary', async () => {
    const { file } = await clipBytes(bytes, polygons);
    const again = await clipBytes(file, polygons);
    expect(Buffer.compare(again.file, file)).toBe(0);
    expect(again.recipe.report.counts).toMatchObject({ cut: 0, dropped: 0 });
  });

  test('has the same bytes every time', async () => {
    const first = await clipBytes(bytes, polygons);
    const again = await clipBytes(bytes, polygons);
    expect(again.recipe).toEqual(first.recipe);
    expect(Buffer.compare(again.blob, first.blob)).toBe(0);
  });

  test('and the clip to the rest of the plane add up to the source', async () => {
    const parts = partedSquare(33, 200);
    const sums = new Map<unknown, number>();
    for (const part of [...parts, ...ring()]) {
      for (const { properties, geometry } of await readByNpm((await clipBytes(bytes, part)).file)) {
        const id = properties?.['id'];
        sums.set(id, (sums.get(id) ?? 0) + sizeOf(geometry));
      }
    }
    for (const { properties, geometry } of await readByNpm(bytes)) {
      const size = sizeOf(geometry);
      expect(Math.abs((sums.get(properties?.['id']) ?? 0) / size - 1)).toBeLessThan(1e-12);
    }
  });
});

/** What surrounds the square from 0 to 10, in four boxes. */
function ring(): ReturnType<typeof box>[] {
  return [box(-100, -100, 200, 0), box(-100, 10, 200, 200), box(-100, 0, 0, 10), box(10, 0, 200, 10)];
}

/** Points, length or area. */
function sizeOf(geometry: { type: string; coordinates?: unknown }): number {
  const { type, coordinates } = geometry;
  if (type === 'Point') return 1;
  if (type === 'MultiPoint') return positions.parse(coordinates).length;
  if (type === 'LineString') return lengthOf(positions.parse(coordinates));
  if (type === 'MultiLineString') return total(z.array(positions).parse(coordinates).map(lengthOf));
  const polygons = type === 'Polygon' ? [coordinates] : z.array(z.unknown()).parse(coordinates);
  return total(polygons.map((polygon) => polygonArea(z.array(positions).parse(polygon))));
}

const positions = z.array(z.array(z.number()));

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function lengthOf(line: readonly (readonly number[])[]): number {
  return total(
    line.slice(1).map(([x1 = 0, y1 = 0], index) => {
      const [x0 = 0, y0 = 0] = line[index] ?? [];
      return Math.hypot(x1 - x0, y1 - y0);
    }),
  );
}

function polygonArea(polygon: readonly (readonly (readonly number[])[])[]): number {
  const [[originX = 0, originY = 0] = []] = polygon[0] ?? [];
  const areas = polygon.map((line) =>
    Math.abs(
      total(
        line.slice(1).map(([x1 = 0, y1 = 0], index) => {
          const [x0 = 0, y0 = 0] = line[index] ?? [];
          return ((x0 - originX) * (y1 - originY) - (x1 - originX) * (y0 - originY)) / 2;
        }),
      ),
    ),
  );
  return areas.reduce((left, area, index) => (index === 0 ? area : left - area), 0);
}
