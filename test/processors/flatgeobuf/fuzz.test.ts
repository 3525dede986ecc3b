import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box, random } from '../cog/polygons.ts';
import { buildFile, type ColumnParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { makeSource, sampleData } from './sources.ts';
import { RandomWkt, sourceOfWkt } from './wkt.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 60;
/** The header and the index are small; most changes go there. */
const BEGINNING_BYTES = 8000;
const MUTANTS_OF_EACH = 560;
const options = [{}, { mode: 'intersects' }, { mode: 'within' }, { multipart: 'promote' }];
const boundaries = [box(2, 2, 8, 8), lakeWithIsland(21)];

function sourceOf(type: string, make: (wkt: RandomWkt) => string): Uint8Array {
  const wkt = new RandomWkt(type.length, 'ZM');
  const wkts = Array.from({ length: COUNT }, () => make(wkt));
  return readFileSync(sourceOfWkt(folder, type.toLowerCase(), `${type}ZM`, wkts));
}

/** Lines across the boundary with T, TM and columns of their own. */
function linesWithAll(): Uint8Array {
  const columns: ColumnParts[] = [{ name: 'a', title: 'A', width: 3, metadata: '{}' }, { name: 'b' }];
  const features = Array.from({ length: COUNT }, (_, id) => ({
    id,
    columns,
    geometry: { xy: [id / 6, 1, id / 6, 3], t: [1, 2], tm: [1n, 2n ** 63n], z: [0, 1], m: [2, 3] },
  }));
  return buildFile({ type: 'LineString', features, has: { z: true, m: true, t: true, tm: true }, crs: { code: 4326 } });
}

const sources: [name: string, source: () => Uint8Array][] = [
  ['points', () => readFileSync(makeSource(folder, 'points', { type: 'Point', count: 300, seed: 2 }))],
  ['lines', () => readFileSync(makeSource(folder, 'lines', { type: 'LineString', count: 300, seed: 1 }))],
  ['polygons with heights', () => sourceOf('POLYGON', (wkt) => wkt.polygon())],
  ['multipolygons with heights', () => sourceOf('MULTIPOLYGON', (wkt) => wkt.multiPolygon())],
  ['collections in collections', () => sourceOf('GEOMETRYCOLLECTION', (wkt) => wkt.collection(3))],
  ['mixed types', () => sourceOf('GEOMETRY', (wkt) => wkt.any())],
  ['surfaces', () => sourceOf('MULTISURFACE', (wkt) => wkt.multiSurface())],
  ['lines with times and columns', linesWithAll],
  ['rivers', () => sampleData('vectors/rivers.fgb')],
];

describe(`${MUTANTS_OF_EACH} mutants of a source give a clip or a problem, and nothing else:`, () => {
  test.each(sources)('%s', async (name, makeIt) => {
    const source = makeIt();
    const next = random(name.length * 7 + 1);
    const kinds = new Set<string>();
    for (let index = 0; index < MUTANTS_OF_EACH; index++) {
      const mutant = mutated(source, next);
      const boundary = boundaries[index % boundaries.length] ?? [];
      try {
        await clipBytes(mutant, boundary, options[Math.floor(index / 2) % options.length]);
        kinds.add('clip');
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        kinds.add(error.kind);
      }
    }
    expect([...kinds].filter((kind) => !['clip', 'invalid-source', 'unsupported-source'].includes(kind))).toEqual([]);
    expect(kinds.has('clip') && kinds.has('invalid-source')).toBe(true);
  });
});

/** A copy with some bytes changed, or cut short, or with a piece moved over another. */
function mutated(source: Uint8Array, next: () => number): Uint8Array {
  const mutant = new Uint8Array(source);
  const place = (): number =>
    Math.floor(next() * (next() < 0.6 ? Math.min(BEGINNING_BYTES, source.length) : source.length));
  const way = next();
  if (way < 0.05) return mutant.subarray(0, place());
  if (way < 0.1) mutant.copyWithin(place(), place(), place());
  const changes = 1 + Math.floor(next() * 4);
  for (let change = 0; change < changes; change++) mutant[place()] = Math.floor(next() * 256);
  return mutant;
}
