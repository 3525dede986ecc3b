import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
import { jitteredRing, loopedRing, windingRing } from '../boundary/crossing.rings.ts';
import { lineworkAreasByGeos } from '../boundary/geos.judge.ts';
import { lakeWithIsland, partedSquare } from '../boundary/shapes.ts';
import { box, random, star } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { sizesById } from './sizes.ts';
import { MODES, usePostgisJudge } from './postgis.judge.ts';
import { sourceOfWkt } from './wkt.ts';

const { folder, judge } = usePostgisJudge('large');

/** More than are looked at without an index. */
const VERTICES = 24_000;
const next = random(9);
const coast = jitteredRing(next, VERTICES, 0);
const corner = coast[VERTICES / 4] ?? [];
const hole = (size: number): Ring => [corner, ...[0, 1].map((end) => [5 + end * size, 5 - size]), corner];

const CROSSING = 'was made valid before the cut, since its edges cross.';
const TOUCHING = 'was made valid before the cut, since its rings touch where they may not.';
const features: [name: string, rings: Ring[], note: string | null][] = [
  ['valid', [coast], null],
  [
    'valid, with repeated vertices',
    [coast.flatMap((point, index) => (index % 5 === 0 ? [point, point] : [point]))],
    null,
  ],
  ['valid, with a hole that touches it in a vertex', [coast, hole(0.2)], null],
  ['jittered', [jitteredRing(next, VERTICES, 3)], CROSSING],
  ['with a loop at each eighth vertex', [loopedRing(VERTICES, 8)], CROSSING],
  ['winding seven times', [windingRing(VERTICES, 7)], CROSSING],
  ['with a hole that crosses it', [coast, star(next, 5, 2, 3, 400)], CROSSING],
  ['touching itself', [[...coast.slice(0, VERTICES / 4), ...hole(0.2), ...coast.slice(VERTICES / 4 + 1)]], TOUCHING],
  [
    'with a hole outside it',
    [coast, star(next, 12, 5, 1, 30)],
    'was made valid before the cut, since its rings do not lie in one another as shells and holes do.',
  ],
];
const wkts = features.map(
  ([, rings]) => `POLYGON (${rings.map((ring) => `(${ring.map((point) => point.join(' ')).join(', ')})`).join(', ')})`,
);

const boundaries: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a lake with an island', lakeWithIsland(21)],
  ['one side of a jagged line', partedSquare(3, 400)[0] ?? []],
  ['a star', [[star(random(2), 5, 5, 5, 600)]]],
];

describe.each(boundaries)('polygons of many vertices, cut to %s,', (_, polygons) => {
  test('are what PostGIS says, and the report tells those that are not valid', async () => {
    const source = sourceOfWkt(folder, 'source', 'POLYGON', wkts);
    const bytes = readFileSync(source);
    await judge().loadSource(source);
    await judge().loadBoundary(polygons);
    for (const mode of MODES) {
      const { file, recipe } = await clipBytes(bytes, polygons, { mode });
      const { kept, wrong, differing } = await judge().judge(file, path.join(folder, 'clip.fgb'), mode);
      expect({ mode, wrong, differing }).toEqual({ mode, wrong: [], differing: [] });
      if (mode !== 'within') expect(kept).toBe(features.length);
      // The file has the features in another order.
      const reasons = recipe.report.notes.flatMap(
        (note) => /^Feature \d+ (?<reason>.*)$/.exec(note)?.groups?.['reason'] ?? [],
      );
      expect(reasons.toSorted()).toEqual(features.flatMap(([, , note]) => note ?? []).toSorted());
    }
  });
});

test('polygons of many vertices that lie inside are copied as they are, valid or not', async () => {
  // The box of each meets the line of the boundary, which a bay parts from the east.
  const bay = [
    [30, 2.65],
    [8.98, 2.65],
    [8.98, 2.75],
    [30, 2.75],
  ];
  const polygons = [[[[-20, -20], [30, -20], ...bay, [30, 30], [-20, 30], [-20, -20]]]];
  const bytes = readFileSync(sourceOfWkt(folder, 'inside', 'POLYGON', wkts));
  const { file, recipe } = await clipBytes(bytes, polygons);
  expect(recipe.report.counts).toMatchObject({ source: features.length, copied: features.length, cut: 0 });
  expect(sizesById(file)).toEqual(sizesById(bytes));
});

test('neighbours share out polygons of many vertices, valid or not, without a rest', async () => {
  const bytes = readFileSync(sourceOfWkt(folder, 'tiled', 'POLYGON', wkts));
  const areas = lineworkAreasByGeos(features.map(([, rings]) => [rings]));
  const frame = [box(10, -9, 20, 20), box(-9, 10, 10, 20), box(-9, -9, 10, 0), box(-9, 0, 0, 10)];
  const sums = new Map<number, number>();
  for (const part of [...partedSquare(3, 400), ...frame]) {
    const { file } = await clipBytes(bytes, part);
    for (const [id, size] of sizesById(file)) sums.set(id, (sums.get(id) ?? 0) + size);
  }
  areas.forEach((area, id) => expect(Math.abs((sums.get(id) ?? 0) / area - 1), features[id]?.[0]).toBeLessThan(1e-12));
});
