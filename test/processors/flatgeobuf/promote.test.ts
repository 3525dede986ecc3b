import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { buildFile, flat } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf, headerOf } from './decode.ts';
import { judgeByOgr2ogr } from './ogr2ogr.judge.ts';
import { readByNpm } from './read.ts';
import { makeSource, writeBoundary } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-promote-'));
afterAll(() => rmSync(folder, { recursive: true }));

const polygons = lakeWithIsland(21);
const boundary = writeBoundary(folder, 'lake', polygons);
const COUNT = 300;
const promote = { multipart: 'promote' };

describe.each([
  ['LineString', 'MultiLineString', false],
  ['Polygon', 'MultiPolygon', false],
  ['LineString', 'MultiLineString', true],
  ['Polygon', 'MultiPolygon', true],
] as const)('a %s source promoted to %s (Z: %s)', (type, multi, hasZ) => {
  const name = `${type}-${hasZ}`;
  const source = makeSource(folder, name, { type, count: COUNT, seed: 6, hasZ });
  const bytes = readFileSync(source);

  test('equals what ogr2ogr -nlt PROMOTE_TO_MULTI -clipsrc makes, feature by feature', async () => {
    const { file, recipe } = await clipBytes(bytes, polygons, promote);
    const judged = judgeByOgr2ogr(source, file, boundary);
    expect(judged).toMatchObject({ only_clip: 0, only_reference: 0 });
    expect(judged.worst).toBeLessThan(1e-9);
    const summary = execFileSync('ogrinfo', ['-ro', '-so', '-al', source.replace('.fgb', '.clip.fgb')]).toString();
    expect(summary).toMatch(
      new RegExp(`Geometry: ${hasZ ? '3D ' : ''}${multi.replace('Multi', 'Multi ').replace('LineS', 'Line S')}`),
    );
    const { counts } = recipe.report;
    expect(counts).toMatchObject({ copied: 0, split: 0, written: (counts['cut'] ?? 0) + (counts['promoted'] ?? 0) });
  });

  test('has one feature for each of the source', async () => {
    const features = await readByNpm((await clipBytes(bytes, polygons, promote)).file);
    const ids = features.map(({ properties }): unknown => properties?.['id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(features.map(({ geometry }) => geometry.type))).toEqual(new Set([multi]));
  });

  test('holds the coordinates that it had when all of it lies inside', async () => {
    const { file, recipe } = await clipBytes(bytes, box(-100, -100, 200, 200), promote);
    expect(recipe.report.counts).toMatchObject({ promoted: COUNT, copied: 0, cut: 0 });
    const wrapped = (await readByNpm(bytes)).map(({ geometry }) =>
      'coordinates' in geometry ? [geometry.coordinates] : null,
    );
    const found = (await readByNpm(file)).map(({ geometry }) =>
      'coordinates' in geometry ? geometry.coordinates : null,
    );
    expect(found).toEqual(wrapped);
  });

  test('has the Multi type when it is empty too', async () => {
    const { file } = await clipBytes(bytes, box(150, 20, 160, 30), promote);
    expect(headerOf(file).geometryType()).toBe(type === 'LineString' ? 5 : 6);
  });
});

test.each(['Point', 'MultiPoint', 'MultiLineString', 'MultiPolygon'] as const)(
  'a %s source needs no promotion: the clip is the same',
  async (type) => {
    const bytes = readFileSync(makeSource(folder, type, { type, count: COUNT, seed: 7 }));
    const [split, promoted] = [await clipBytes(bytes, polygons), await clipBytes(bytes, polygons, promote)];
    expect(Buffer.compare(promoted.file, split.file)).toBe(0);
  },
);

test.each(['intersects', 'within'])('the mode %s cuts nothing, so that nothing is promoted', async (mode) => {
  const bytes = readFileSync(path.join(folder, 'LineString-false.fgb'));
  const { file, recipe } = await clipBytes(bytes, polygons, { mode, ...promote });
  expect(recipe.report.counts).toMatchObject({ promoted: 0, cut: 0 });
  expect(headerOf(file).geometryType()).toBe(2);
});

test('features that name their own type become Multi only when they fall into pieces', async () => {
  const zigzag = {
    type: 'LineString',
    ...flat([
      [1, 1],
      [5, 1],
      [5, 2],
      [1, 2],
    ]),
  } as const;
  const bar = { type: 'Polygon', ...flat(...(box(-1, 1, 5, 2)[0] ?? [])) } as const;
  const source = buildFile({
    type: 'Unknown',
    features: [
      { id: 0, geometry: zigzag },
      { id: 1, geometry: bar },
      {
        id: 2,
        geometry: {
          type: 'LineString',
          ...flat([
            [1, 3],
            [9, 3],
          ]),
        },
      },
    ],
  });
  const twoSquares = [...box(0, 0, 2, 4), ...box(3, 0, 4, 4)];
  expect(geometriesOf((await clipBytes(source, twoSquares)).file)).toEqual([
    { type: 'MultiLineString', xy: [1, 1, 2, 1, 3, 1, 4, 1, 4, 2, 3, 2, 2, 2, 1, 2], ends: [2, 4, 6, 8] },
    {
      type: 'MultiPolygon',
      parts: [expect.objectContaining({ type: 'Polygon' }), expect.objectContaining({ type: 'Polygon' })],
    },
    { type: 'MultiLineString', xy: [1, 3, 2, 3, 3, 3, 4, 3], ends: [2, 4] },
  ]);
  const { counts } = (await clipBytes(source, twoSquares)).recipe.report;
  expect(counts).toMatchObject({ source: 3, written: 3, cut: 3, split: 0 });
  const [first] = geometriesOf((await clipBytes(source, box(0, 0, 2, 1.5))).file);
  expect(first?.type).toBe('LineString');
});
