import { describe, expect, test } from 'vitest';
import { crossingX, segmentMeetsBox, spansRow } from '../../../processors/boundary/edge.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import type { BoxClass, PreparedBoundary } from '../../../processors/boundary/prepared.ts';
import { edgeAt } from '../../../processors/boundary/rings.ts';
import { random, stars } from '../cog/polygons.ts';
import { awkwardShapes, comb, lakeWithIsland, partedSquare, slivers } from './shapes.ts';

const DIGEST = '0'.repeat(64);

const shapes: [name: string, polygons: MultiPolygonCoordinates][] = [
  [
    'a triangle, which is one leaf',
    [
      [
        [
          [0, 0],
          [4, 1],
          [1, 3],
          [0, 0],
        ],
      ],
    ],
  ],
  ['stars with holes', stars(7, [-10, -5, 20, 9])],
  ['a lake with an island', lakeWithIsland(3)],
  ['a comb of 400 teeth', comb(400, 8, 9)],
  ['slivers 1e-7 wide', slivers(5, 40)],
  [
    'a square of axis-parallel edges',
    [
      [
        [
          [1, 1],
          [3, 1],
          [3, 3],
          [1, 3],
          [1, 1],
        ],
      ],
    ],
  ],
  [
    'a small shape far from the origin',
    [
      [
        [
          [179.999, 89.999],
          [180, 89.999],
          [180, 90],
          [179.999, 89.999],
        ],
      ],
    ],
  ],
];

describe.each([...shapes, ...awkwardShapes])('%s', (_, polygons) => {
  const boundary = prepareBoundary(polygons, DIGEST);
  const next = random(11);

  test('holds the points that a search through all edges finds inside', () => {
    for (const [x, y] of probes(boundary, next, 3000)) {
      expect(boundary.containsPoint(x, y), `${x}, ${y}`).toBe(holdsByAllEdges(boundary, x, y));
    }
  });

  test('classifies boxes as a search through all edges does', () => {
    for (const [x, y] of probes(boundary, next, 2000)) {
      const [width, height] = [next() ** 4 * 5, next() ** 4 * 5];
      const box = [x, y, x + width, y + height] as const;
      expect(boundary.classifyBox(...box), box.join(' ')).toBe(classByAllEdges(boundary, box));
    }
  });

  test('finds each edge that meets a box once', () => {
    for (const [x, y] of probes(boundary, next, 300)) {
      const box = [x, y, x + next(), y + next()] as const;
      expect(boundary.edgesMeeting(...box)).toEqual(edgesOf(boundary).filter((edge) => meets(boundary, edge, box)));
    }
  });
});

test('a comb does not blow the index up', () => {
  const { geometry, tree } = prepareBoundary(comb(20_000, 8, 9), DIGEST);
  const edges = geometry.coordinates.length / 2 - 1;
  expect(tree.arrays.entries.length).toBeLessThan(edges * 4);
  expect(tree.arrays.links.length).toBeLessThan(edges * 2);
});

test('boxes and points that are not numbers are neither in nor out', () => {
  const boundary = prepareBoundary(lakeWithIsland(3), DIGEST);
  expect(boundary.classifyBox(Number.NaN, 0, 1, 1)).toBe('mixed');
  expect(boundary.classifyBox(Infinity, Infinity, -Infinity, -Infinity)).toBe('mixed');
  expect(boundary.classifyBox(-Infinity, -Infinity, Infinity, Infinity)).toBe('mixed');
  expect(boundary.containsPoint(Number.NaN, 5)).toBe(false);
});

describe('neighbours', () => {
  test.each([1, 2, 3])('share no point and lose none (seed %i)', (seed) => {
    const [west, east] = partedSquare(seed).map((polygons) => prepareBoundary(polygons, DIGEST));
    if (west === undefined || east === undefined) throw new Error('two parts expected');
    const next = random(seed);
    for (const [x, y] of [...probes(west, next, 3000), ...pointsOnEdges(west, next)]) {
      const isOfSquare = x >= 0 && x < 10 && y >= 0 && y < 10;
      expect([west, east].filter((part) => part.containsPoint(x, y)).length, `${x}, ${y}`).toBe(isOfSquare ? 1 : 0);
    }
  });
});

/** Random points, half of them vertices or level with one. */
function probes({ geometry }: PreparedBoundary, next: () => number, count: number): [number, number][] {
  const [minX, minY, maxX, maxY] = geometry.envelope;
  return Array.from({ length: count }, (_, index) => {
    const [x, y] = [minX + (next() * 1.2 - 0.1) * (maxX - minX), minY + (next() * 1.2 - 0.1) * (maxY - minY)];
    const at = 2 * Math.floor((next() * geometry.coordinates.length) / 2);
    const [vertexX = 0, vertexY = 0] = geometry.coordinates.subarray(at, at + 2);
    return index % 4 === 0 ? [vertexX, vertexY] : index % 4 === 1 ? [x, vertexY] : [x, y];
  });
}

function pointsOnEdges(boundary: PreparedBoundary, next: () => number): [number, number][] {
  return edgesOf(boundary).map((edge) => {
    const [x0, y0, x1, y1] = edgeAt(boundary.geometry.coordinates, edge);
    const share = next();
    return [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  });
}

function edgesOf({ geometry: { ringStarts } }: PreparedBoundary): number[] {
  const edges: number[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    for (let edge = ringStarts[ring] ?? 0; edge + 1 < (ringStarts[ring + 1] ?? 0); edge++) edges.push(edge);
  }
  return edges;
}

function holdsByAllEdges(boundary: PreparedBoundary, x: number, y: number): boolean {
  const crossings = edgesOf(boundary).filter((edge) => {
    const [x0, y0, x1, y1] = edgeAt(boundary.geometry.coordinates, edge);
    return spansRow(y0, y1, y) && crossingX(x0, y0, x1, y1, y) > x;
  });
  return crossings.length % 2 === 1;
}

function meets(boundary: PreparedBoundary, edge: number, box: readonly [number, number, number, number]): boolean {
  return segmentMeetsBox(...edgeAt(boundary.geometry.coordinates, edge), ...box);
}

function classByAllEdges(boundary: PreparedBoundary, box: readonly [number, number, number, number]): BoxClass {
  if (edgesOf(boundary).some((edge) => meets(boundary, edge, box))) return 'mixed';
  return holdsByAllEdges(boundary, box[0], box[1]) ? 'in' : 'out';
}
