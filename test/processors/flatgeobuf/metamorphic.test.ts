import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { boxRing } from '../../../cache/bbox.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { clipBytes } from './clip.ts';
import { readCountries } from './countries.ts';
import { decodeFeatures } from './decode.ts';
import { sizesById } from './sizes.ts';
import { geometryTypes, makeSource, sampleData } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-metamorphic-'));
afterAll(() => rmSync(folder, { recursive: true }));

const countries = await readCountries();
const boundaryOf = (code: string): MultiPolygonCoordinates => countries.get(code) ?? [];
const COUNT = 300;

describe('countries that share their borders vertex for vertex part the land', () => {
  /** Boxes without sea, and all countries that reach into them. */
  const places: [name: string, box: readonly [number, number, number, number], codes: string[]][] = [
    ['central Europe', [9.5, 49.1, 22, 52.5], ['DEU', 'CZE', 'POL', 'SVK']],
    ['southern Africa', [25, -30.5, 29.8, -27], ['ZAF', 'LSO']],
  ];
  const cases = places.flatMap((place) => geometryTypes.map((type) => [...place, type] as const));

  test.each(cases)('so that in %s (%j, %j) the clips of each %s add up to it', async (name, extent, codes, type) => {
    const job = { type, count: COUNT, seed: 11, onto: extent };
    const file = readFileSync(makeSource(folder, `${name}-${type}`, job));
    // What does not lie in the box may reach the sea or another country.
    const { file: source } = await clipBytes(file, [[boxRing(extent)]], { mode: 'within' });
    const whole = sizesById(source);
    expect(whole.size).toBeGreaterThan(COUNT / 5);
    const sums = new Map<number, number>();
    for (const code of codes) {
      const { file: clip } = await clipBytes(source, boundaryOf(code));
      for (const [id, size] of sizesById(clip)) sums.set(id, (sums.get(id) ?? 0) + size);
    }
    const errors = [...whole].map(([id, size]) => [id, Math.abs((sums.get(id) ?? 0) / size - 1)] as const);
    expect(errors.filter(([, error]) => error > 1e-12)).toEqual([]);
  });

  test('and each country cut to itself is the only one left, byte for byte', async () => {
    const source = sampleData('boundaries/countries.fgb');
    for (const code of ['LSO', 'ZAF', 'VAT', 'SMR', 'FJI', 'GMB', 'SEN']) {
      const { file, recipe } = await clipBytes(source, boundaryOf(code));
      expect([code, recipe.report.counts]).toEqual([code, expect.objectContaining({ copied: 1, cut: 0, written: 1 })]);
      expect(Buffer.from(decodeFeatures(file)[0]?.propertiesArray() ?? []).includes(code)).toBe(true);
    }
  });
});

describe('a clip of a clip is the clip, byte for byte:', () => {
  test.each([
    ['ZAF', 'LSO'],
    ['ITA', 'SMR'],
    ['FJI', 'NZL'],
    ['NOR', 'SWE'],
  ])('rivers, places and countries of %s, of which nothing is in %s', async (code, neighbour) => {
    for (const name of ['vectors/rivers.fgb', 'vectors/populated_places.fgb', 'boundaries/countries.fgb']) {
      for (const mode of ['clip', 'within'] as const) {
        const { file } = await clipBytes(sampleData(name), boundaryOf(code), { mode });
        const again = await clipBytes(file, boundaryOf(code), { mode });
        expect([name, mode, Buffer.compare(again.file, file)]).toEqual([name, mode, 0]);
        const other = await clipBytes(file, boundaryOf(neighbour), { mode });
        expect([name, mode, other.recipe.report.counts['written']]).toEqual([name, mode, 0]);
      }
    }
  });
});

describe('how the boundary is written does not matter:', () => {
  const original = lakeWithIsland(21);
  const written: [name: string, polygons: MultiPolygonCoordinates][] = [
    ['its rings from another vertex on', original.map((rings) => rings.map((ring) => from(ring, 5)))],
    ['its polygons in another order', original.toReversed()],
    ['its rings the other way round', original.map((rings) => rings.map((ring) => ring.toReversed()))],
    ['a vertex more in the middle of each edge that has one', original.map((rings) => rings.map(withMiddles))],
  ];
  /** Crossing points are rounded by the direction of the edge: the others may differ in the last digit, and rings begin elsewhere. */
  const exact = written.slice(0, 2);

  const withoutRings = geometryTypes.filter((type) => !type.endsWith('Polygon'));
  test.each(withoutRings)('the clip of %s features has the same bytes', async (type) => {
    const source = readFileSync(makeSource(folder, `written-${type}`, { type, count: COUNT, seed: 5, hasZ: true }));
    const clip = await clipBytes(source, original);
    for (const [name, polygons] of exact) {
      const other = await clipBytes(source, polygons);
      expect([name, Buffer.compare(other.file, clip.file)]).toEqual([name, 0]);
    }
  });

  test.each(geometryTypes)('the clip of %s features has the same sizes', async (type) => {
    const source = readFileSync(makeSource(folder, `sizes-${type}`, { type, count: COUNT, seed: 6 }));
    const sizes = sizesById((await clipBytes(source, original)).file);
    for (const [name, polygons] of written) {
      const others = sizesById((await clipBytes(source, polygons)).file);
      const wrong = [...sizes].filter(([id, size]) => Math.abs((others.get(id) ?? 0) / size - 1) > 1e-12);
      expect([name, others.size, wrong]).toEqual([name, sizes.size, []]);
    }
  });
});

function from(ring: readonly (readonly number[])[], start: number): (readonly number[])[] {
  return [...ring.slice(start, -1), ...ring.slice(0, start + 1)];
}

/** Adds the middles of edges that lie on them exactly. */
function withMiddles(ring: readonly (readonly number[])[]): (readonly number[])[] {
  return ring.flatMap((vertex, index) => {
    const next = ring[index + 1];
    if (next === undefined) return [vertex];
    const [[x0 = 0, y0 = 0], [x1 = 0, y1 = 0]] = [vertex, next];
    const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
    return x - x0 === x1 - x && y - y0 === y1 - y ? [vertex, [x, y]] : [vertex];
  });
}
