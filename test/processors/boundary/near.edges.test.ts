import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { edgeAt } from '../../../processors/boundary/rings.ts';
import { meetSegments, roundingReach, type Segment } from '../../../processors/boundary/segments.ts';
import { NearEdges, SEGMENTS_PER_SEARCH } from '../../../processors/boundary/near.edges.ts';
import { lakeWithIsland } from './shapes.ts';
import { random, star } from '../cog/polygons.ts';

const detailed: MultiPolygonCoordinates = [[star(random(3), 5, 5, 5, 5000)]];
const boundaries: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a boundary of few edges', lakeWithIsland(7)],
  ['a boundary of so many that the tree is asked for each segment', detailed],
];

/** A line of short and long segments, some of them without length. */
function lineOf(next: () => number, vertices: number): Float64Array {
  let [x, y] = [next() * 10, next() * 10];
  const xy: number[] = [x, y];
  for (let vertex = 1; vertex < vertices; vertex++) {
    const reach = next() < 0.1 ? 8 : next() < 0.1 ? 0 : 0.3;
    xy.push((x += reach * (next() - 0.5)), (y += reach * (next() - 0.5)));
  }
  return Float64Array.from(xy);
}

/** Edges that a segment meets, by looking at all of them. */
function metBy(segment: Segment, coordinates: Float64Array, ringStarts: Uint32Array): number[] {
  const met: number[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    for (let edge = ringStarts[ring] ?? 0; edge < (ringStarts[ring + 1] ?? 0) - 1; edge++) {
      const note = (): void => {
        met.push(edge);
      };
      const meeting = { splitA: note, splitB: note, identify: note };
      meetSegments(segment, edgeAt(coordinates, edge), roundingReach(...segment), meeting);
    }
  }
  return [...new Set(met)];
}

describe.each(boundaries)('near segments of a line and %s', (_, polygons) => {
  const boundary = prepareBoundary(polygons, '0'.repeat(64));
  const { coordinates, ringStarts } = boundary.geometry;

  test('there are all edges that they meet, ascending and each once', () => {
    const next = random(11);
    const near = new NearEdges(coordinates, boundary.tree);
    let meetings = 0;
    for (let index = 0; index < 20; index++) {
      const xy = lineOf(next, SEGMENTS_PER_SEARCH + 1);
      near.search(xy, 0, SEGMENTS_PER_SEARCH, roundingReach(10, 10, 20, 20));
      for (let vertex = 0; vertex < SEGMENTS_PER_SEARCH; vertex++) {
        const segment = edgeAt(xy, vertex);
        near.find(segment);
        const found = [...near.found.toArray()];
        expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b));
        const met = metBy(segment, coordinates, ringStarts);
        meetings += met.length;
        expect(found).toEqual(expect.arrayContaining(met));
      }
    }
    expect(meetings).toBeGreaterThan(20);
  });

  test('there are all edges that a line of any length meets, when it is searched on and on', () => {
    const near = new NearEdges(coordinates, boundary.tree);
    const line = Float64Array.from({ length: 40_000 }, (__, index) => {
      const turn = Math.floor(index / 2) / 1000;
      return index % 2 === 0 ? 5 + turn * Math.cos(turn) : 5 + turn * Math.sin(turn);
    });
    const last = line.length / 2 - 1;
    let searches = 0;
    for (let first = 0; first < last; searches++) {
      const end = near.searchOn(line, first, last, roundingReach(0, 0, 30, 30));
      for (let vertex = first; vertex < end; vertex++) {
        const segment = edgeAt(line, vertex);
        near.find(segment);
        const found = [...near.found.toArray()];
        const met = vertex % 16 === 0 || found.length > 0 ? metBy(segment, coordinates, ringStarts) : [];
        expect(found).toEqual(expect.arrayContaining(met));
      }
      first = end;
    }
    // Far from the boundary it is asked less and less often.
    expect(searches).toBeLessThan(last / SEGMENTS_PER_SEARCH);
  });
});
