import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
import { RingBoxes } from '../../../processors/boundary/ring.boxes.ts';
import { edgeAt } from '../../../processors/boundary/rings.ts';
import { positionAlong, roundingReach } from '../../../processors/boundary/segments.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { cutGeometry } from '../../../processors/flatgeobuf/cut.geometry.ts';
import { Cutline } from '../../../processors/flatgeobuf/cutline.ts';
import { type Part, partsOf } from '../../../processors/flatgeobuf/geometry.ts';
import { Places } from '../../../processors/flatgeobuf/places.ts';
import { jitteredRing } from '../boundary/crossing.rings.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { random, star, stars } from '../cog/polygons.ts';

describe('values at places', () => {
  const places = new Places(2);
  places.addVertex(2);
  places.addRun(0, 2);
  places.addBetween(0, [[1, 0.25]]);
  places.addBetween(1, [
    [2, 0.5],
    [0, 0.125],
  ]);
  places.addVertex(1);

  test('are those of vertices, or lie between them', () => {
    expect([...places.doubles(Float64Array.of(8, 16, 0.1))]).toEqual([0.1, 8, 16, 10, 16 + 0.5 * (0.1 - 16) - 1, 16]);
  });

  test('lose no nanosecond', () => {
    const [first, second] = [1_400_000_000_000_000_001n, 1_400_000_000_000_000_017n];
    const values = [...places.integers(BigUint64Array.of(first, second, 3n))];
    expect(values.slice(0, 4)).toEqual([3n, first, second, first + 4n]);
  });
});

/** A polygon of rings with a height at random at each vertex. */
function withHeights(next: () => number, rings: readonly Ring[]): Part {
  let vertices = 0;
  const ends = rings.map(({ length }) => (vertices += length));
  const z = Float64Array.from({ length: vertices }, () => 100 * next());
  ends.forEach((end, ring) => (z[end - 1] = z[ends[ring - 1] ?? 0] ?? 0));
  return { xy: Float64Array.from(rings.flat(2)), z, m: null, t: null, tm: null, ends, storedType: 0 };
}

/** Values of a polygon's vertices and of points on its edges, each searched for by itself; null for points inside. */
function searched({ xy, z, ends }: Part): (x: number, y: number) => number | null {
  const boxes = new RingBoxes({ coordinates: xy, ringStarts: Uint32Array.of(0, ...ends) });
  const reach = 8 * roundingReach(0, 0, 12, 12);
  return (x, y) => {
    const near = boxes.edgesMeeting(x - reach, y - reach, x + reach, y + reach);
    const at = near.flatMap((edge) => [edge, edge + 1]).find((end) => xy[end * 2] === x && xy[end * 2 + 1] === y);
    if (at !== undefined) return z?.[at] ?? null;
    const [edge] = near;
    if (edge === undefined) return null;
    const [from = 0, to = 0] = [z?.[edge], z?.[edge + 1]];
    return from + Math.min(Math.max(positionAlong(edgeAt(xy, edge), x, y), 0), 1) * (to - from);
  };
}

const boundaries: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a lake with an island', lakeWithIsland(21)],
  ['stars with holes', stars(4, [0, 0, 10, 10])],
];
const makers: [name: string, make: (next: () => number) => Ring[]][] = [
  ['stars', (next) => [star(next, 5, 5, 5, 80)]],
  ['clockwise stars', (next) => [star(next, 5, 5, 5, 80).toReversed()]],
  ['stars with a hole', (next) => [star(next, 5, 5, 6, 80), star(next, 5, 5, 0.5, 20)]],
  [
    'stars with repeated vertices',
    (next) => [star(next, 5, 5, 5, 60).flatMap((point) => (next() < 0.2 ? [point, point] : [point]))],
  ],
  ['rings that cross themselves', (next) => [jitteredRing(next, 300, 3)]],
];
describe.each(boundaries)('cut to %s,', (_, polygons) => {
  const cutline = new Cutline(prepareBoundary(polygons, 'f'.repeat(64)));
  test.each(makers)('vertices of %s have the values that a search for each of them finds', async (name, make) => {
    const next = random(name.length);
    let [found, inside] = [0, 0];
    for (let index = 0; index < 60; index++) {
      const part = withHeights(next, make(next));
      const valueAt = searched(part);
      const { pieces } = await cutGeometry({ type: 'Polygon', part }, cutline, 'Feature 7');
      for (const { xy, z } of [...pieces].flatMap(partsOf)) {
        z?.forEach((value, vertex) => {
          const expected = valueAt(xy[vertex * 2] ?? 0, xy[vertex * 2 + 1] ?? 0);
          if (expected === null) inside++;
          else if (++found) expect(value).toBe(expected);
        });
      }
    }
    expect(found).toBeGreaterThan(1000);
    expect(inside).toBeGreaterThan(100);
  });
});
