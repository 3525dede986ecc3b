import { describe, expect, test } from 'vitest';
import {
  envelopeOf,
  flattenMultiPolygon,
  type MultiPolygonCoordinates,
} from '../../../processors/boundary/geometry.ts';
import type { FlatPolygons } from '../../../processors/boundary/overlay.assemble.ts';
import { type FlatOverlay, PolygonOverlay } from '../../../processors/boundary/overlay.polygons.ts';
import { toCoordinates } from '../../../processors/boundary/overlay.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { isSimple } from '../../../processors/boundary/simple.ts';
import { buildEdgeTree } from '../../../processors/boundary/tree.build.ts';
import { box, random } from '../cog/polygons.ts';
import { needleOverEdge, nearlyOnGrid, type Pair } from './awkward.pairs.ts';
import { judgedByGeos } from './geos.judge.ts';

/** Enough for rounding to make edges of some of them cross. */
const COUNT = 20_000;
/** Judged by GEOS. */
const SAMPLE = 2000;
const overlaid = ({ subject, boundary }: Pair): FlatOverlay =>
  new PolygonOverlay(prepareBoundary(boundary, '0'.repeat(64))).of(flattenMultiPolygon(subject));

function haveNoCrossings(polygons: FlatPolygons): boolean {
  const { coordinates } = polygons;
  return isSimple(coordinates, buildEdgeTree({ ...polygons, envelope: envelopeOf(coordinates) }));
}

describe('needles whose tips reach over an edge by a hair', () => {
  const next = random(41);
  const results = Array.from({ length: COUNT }, () => overlaid(needleOverEdge(next)));
  const parts = results.filter((result) => result.kind === 'part');

  test('are crossed by rounding, undecided, or neither', () => {
    expect(parts.some(({ isCrossed }) => isCrossed)).toBe(true);
    expect(parts.filter(({ isCrossed }) => !isCrossed).length).toBeGreaterThan(COUNT / 2);
    expect(results.filter(({ kind }) => kind === 'undecided').length).toBeGreaterThan(COUNT / 100);
  });

  test('have edges that cross just where the overlay says so', () => {
    for (const { polygons, isCrossed } of parts) expect(haveNoCrossings(polygons)).toBe(!isCrossed);
  });

  test('are valid by GEOS where the overlay takes them', () => {
    const taken = parts.filter(({ isCrossed }) => !isCrossed).slice(0, SAMPLE);
    const judged = judgedByGeos(taken.map(({ polygons }) => toCoordinates(polygons)));
    expect(judged.every(({ valid }) => valid)).toBe(true);
  });
});

test('polygons that differ from a grid by a few units in the last place never have edges that cross unnoticed', () => {
  const next = random(43);
  let decided = 0;
  for (let index = 0; index < SAMPLE * 3; index++) {
    const pair = nearlyOnGrid(next);
    if (![pair.subject, pair.boundary].every((polygons) => prepareBoundary(polygons, '0'.repeat(64)).isSimple))
      continue;
    const result = overlaid(pair);
    if (result.kind !== 'part') continue;
    decided++;
    expect(haveNoCrossings(result.polygons), JSON.stringify(pair)).toBe(!result.isCrossed);
  }
  expect(decided).toBeGreaterThan(SAMPLE / 5);
});

test.each([0, 1])('so many needles that an index is asked are told to cross too (%i of them do)', (crossed) => {
  const needle = (x: number, tip: number): MultiPolygonCoordinates[number] => [
    [
      [x, tip],
      [x + 0.001, 49],
      [x, 49],
      [x, tip],
    ],
  ];
  const next = random(41);
  let pair = needleOverEdge(next);
  for (let result = overlaid(pair); result.kind !== 'part' || !result.isCrossed; result = overlaid(pair)) {
    pair = needleOverEdge(next);
  }
  const many = Array.from({ length: 400 }, (_, index) => needle(index / 200, 47));
  const subject = [...many, ...(crossed === 1 ? pair.subject : [])];
  const result = overlaid({ subject, boundary: [...box(-1, 46, 3, 48), ...pair.boundary] });
  expect(result).toMatchObject({ kind: 'part', isCrossed: crossed === 1 });
});
