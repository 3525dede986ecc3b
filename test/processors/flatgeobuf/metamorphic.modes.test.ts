import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lakeWithIsland, partedSquare } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { attributesOf, headerOf } from './decode.ts';
import { sizesById } from './sizes.ts';
import { type GeometryType, geometryTypes, makeSource, sampleData } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-modes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 250;
const ways = [{ mode: 'clip' }, { mode: 'clip', multipart: 'promote' }, { mode: 'intersects' }, { mode: 'within' }];
const world = box(-180, -90, 180, 90);
const lake = lakeWithIsland(21);
/** The plane, in parts: a square in two, with a border of 120 edges, and what is around it. */
const plane = [
  ...partedSquare(33, 120),
  box(-90, -80, 90, 0),
  box(-90, 10, 90, 80),
  box(-90, 0, 0, 10),
  box(10, 0, 90, 10),
];

const sources = new Map(
  geometryTypes.map((type, index) => [
    type,
    readFileSync(makeSource(folder, type, { type, count: COUNT, seed: 80 + index })),
  ]),
);
const sourceOf = (type: GeometryType): Uint8Array => sources.get(type) ?? new Uint8Array();
const cases = geometryTypes.flatMap((type) => ways.map((way) => [type, way] as const));

describe.each(cases)('%s features with %j', (type, way) => {
  const source = sourceOf(type);
  const isWrapped = way.multipart === 'promote' && (type === 'LineString' || type === 'Polygon');

  test('all inside are the file itself, but for a wrapping that is asked for', async () => {
    const { file, recipe } = await clipBytes(source, world, way);
    expect(recipe.report.counts).toMatchObject({ source: COUNT, written: COUNT, cut: 0, dropped: 0, outside: 0 });
    if (!isWrapped) expect(Buffer.compare(file, source)).toBe(0);
    expect(attributesOf(file)).toEqual(attributesOf(source));
    expect(sizesById(file)).toEqual(sizesById(source));
  });

  test('clipped again to the same boundary are the same bytes', async () => {
    const { file } = await clipBytes(source, lake, way);
    const again = await clipBytes(file, lake, way);
    expect(again.recipe.report.counts).toMatchObject({ cut: 0, split: 0, dropped: 0, outside: 0 });
    expect(Buffer.compare(again.file, file)).toBe(0);
  });

  test('clipped to the world and then to a boundary are the clip to the boundary', async () => {
    const { file: whole } = await clipBytes(source, world, way);
    const [direct, indirect] = [await clipBytes(source, lake, way), await clipBytes(whole, lake, way)];
    expect(Buffer.compare(indirect.file, direct.file)).toBe(0);
  });

  test('are parted by a partition of the plane', async () => {
    const whole = sizesById(source);
    const sums = new Map<number, number>();
    const parts = new Map<number, number>();
    for (const part of plane) {
      for (const [id, size] of sizesById((await clipBytes(source, part, way)).file)) {
        sums.set(id, (sums.get(id) ?? 0) + size);
        parts.set(id, (parts.get(id) ?? 0) + 1);
      }
    }
    const off = (id: number, times: number): number => Math.abs((sums.get(id) ?? 0) / (whole.get(id) ?? 0) - times);
    switch (way.mode) {
      case 'clip':
        expect([...whole.keys()].filter((id) => off(id, 1) > 1e-12)).toEqual([]);
        break;
      case 'intersects':
        // Each is there, and whole wherever it is.
        expect([...whole.keys()].filter((id) => off(id, Math.max(parts.get(id) ?? 0, 1)) > 1e-12)).toEqual([]);
        break;
      default:
        expect([...parts].filter(([id, count]) => count !== 1 || off(id, 1) > 1e-12)).toEqual([]);
        expect(parts.size).toBeGreaterThan(0);
        if (type !== 'Point') expect(parts.size).toBeLessThan(whole.size);
    }
  });
});

describe('real data, cut to the world, are the file itself', () => {
  const files = [
    'vectors/rivers.fgb',
    'vectors/populated_places.fgb',
    'vectors/admin1_zones.fgb',
    'boundaries/countries.fgb',
  ];
  test.each(files.flatMap((file) => ways.map((way) => [file, way] as const)))('%s with %j', async (name, way) => {
    const source = sampleData(name);
    const { file, recipe } = await clipBytes(source, world, way);
    expect(recipe.report.counts).toMatchObject({ cut: 0, dropped: 0, outside: 0, empty: 0 });
    expect(Buffer.compare(file, source)).toBe(0);
    expect(recipe.report.counts['written']).toBe(Number(headerOf(source).featuresCount()));
  });
});
