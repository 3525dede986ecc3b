import { describe, expect, test } from 'vitest';
import { boundaryDigest } from '../../../processors/boundary/digest.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { cutLocalPiece } from '../../../processors/boundary/local.piece.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { loadPrepared, serialisePrepared } from '../../../processors/boundary/serialise.ts';
import { box, random, stars } from '../cog/polygons.ts';
import { awkwardShapes, lakeWithIsland } from './shapes.ts';

const DIGEST = 'ab'.repeat(32);

describe('prepareBoundary refuses', () => {
  const cases: [name: string, ring: number[][], message: string][] = [
    [
      'an open ring',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      'not closed',
    ],
    [
      'a ring of two points',
      [
        [0, 0],
        [1, 0],
        [0, 0],
      ],
      'has 3 vertices',
    ],
    [
      'a coordinate that is no number',
      [
        [0, 0],
        [1, Number.NaN],
        [1, 1],
        [0, 0],
      ],
      'not a finite number',
    ],
    [
      'an infinite coordinate',
      [
        [0, 0],
        [Infinity, 0],
        [1, 1],
        [0, 0],
      ],
      'not a finite number',
    ],
    ['a position without y', [[0, 0], [1], [1, 1], [0, 0]], 'not a finite number'],
  ];
  test.each(cases)('%s', (_, ring, message) => {
    expect(() => prepareBoundary([[ring]], DIGEST)).toThrow(message);
    expect(() => prepareBoundary([[ring]], DIGEST)).toThrow(expect.objectContaining({ kind: 'invalid-boundary' }));
  });
});

test('an empty boundary holds nothing', () => {
  const boundary = prepareBoundary([], DIGEST);
  expect(boundary.classifyBox(-1, -1, 1, 1)).toBe('out');
  expect(boundary.containsPoint(0, 0)).toBe(false);
  expect(cutLocalPiece(boundary, -1, -1, 1, 1)).toEqual([]);
});

describe('isSimple', () => {
  const cases: [name: string, polygons: MultiPolygonCoordinates, expected: boolean][] = [
    ['stars with holes', stars(1, [0, 0, 9, 9]), true],
    [
      'a hole that touches its shell in a point',
      [
        [
          ...(box(0, 0, 4, 4)[0] ?? []),
          [
            [0, 2],
            [1, 1],
            [1, 3],
            [0, 2],
          ],
        ],
      ],
      true,
    ],
    [
      'a bow-tie',
      [
        [
          [
            [0, 0],
            [2, 2],
            [2, 0],
            [0, 2],
            [0, 0],
          ],
        ],
      ],
      false,
    ],
    ['two squares that overlap', [...box(0, 0, 2, 2), ...box(1, 1, 3, 3)], false],
    ['two squares that share a part of a side', [...box(0, 0, 2, 2), ...box(2, 1, 3, 3)], false],
    [
      'a spike',
      [
        [
          [
            [0, 0],
            [4, 0],
            [4, 4],
            [4, 8],
            [4, 4],
            [0, 0],
          ],
        ],
      ],
      false,
    ],
  ];
  test.each(cases)('%s', (_, polygons, expected) => expect(prepareBoundary(polygons, DIGEST).isSimple).toBe(expected));
});

describe('isSimple of', () => {
  test.each(awkwardShapes)('%s', (_, polygons) => {
    const invalid = awkwardShapes.slice(0, 2).map(([, shape]) => shape);
    expect(prepareBoundary(polygons, DIGEST).isSimple).toBe(!invalid.includes(polygons));
  });
});

describe('a stored prepared boundary', () => {
  const boundary = prepareBoundary(lakeWithIsland(4), DIGEST);
  const bytes = serialisePrepared(boundary);

  test('answers as the one it was made from', () => {
    const loaded = loadPrepared(bytes);
    expect(loaded.digest).toBe(DIGEST);
    expect(loaded.isSimple).toBe(boundary.isSimple);
    expect(loaded.geometry).toEqual(boundary.geometry);
    expect(loaded.tree.arrays).toEqual(boundary.tree.arrays);
    const next = random(5);
    for (let index = 0; index < 500; index++) {
      const [x, y] = [next() * 10, next() * 10];
      expect(loaded.containsPoint(x, y)).toBe(boundary.containsPoint(x, y));
      expect(loaded.classifyBox(x, y, x + 0.2, y + 0.2)).toBe(boundary.classifyBox(x, y, x + 0.2, y + 0.2));
    }
  });

  test('is the same bytes again, and takes no copy where it is aligned', () => {
    const loaded = loadPrepared(bytes);
    expect(serialisePrepared(loaded)).toEqual(bytes);
    expect(loaded.geometry.coordinates.buffer).toBe(bytes.buffer);
  });

  test('is read from bytes that are not aligned', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(serialisePrepared(loadPrepared(shifted.subarray(3)))).toEqual(bytes);
  });

  const faults: [name: string, change: (copy: Uint8Array) => Uint8Array, message: string][] = [
    ['nothing', () => new Uint8Array(), 'not a prepared boundary'],
    ['another magic', (copy) => copy.fill(0, 0, 1), 'not a prepared boundary'],
    ['another version', (copy) => copy.fill(9, 4, 5), 'has version 9'],
    ['a byte too few', (copy) => copy.subarray(0, -1), 'its counts ask for'],
    ['a byte too many', (copy) => Uint8Array.from([...copy, 0]), 'its counts ask for'],
    ['a count of four thousand million', (copy) => copy.fill(0xff, 8, 12), 'its counts ask for'],
    ['entries that name no edge', (copy) => copy.fill(0x7f, copy.length - 4), 'an edge that does not exist'],
  ];
  test.each(faults)('is refused with %s', (_, change, message) => {
    expect(() => loadPrepared(change(bytes.slice()))).toThrow(message);
  });

  test('is never read with a tree that leads round in circles', () => {
    const next = random(8);
    for (let index = 0; index < 500; index++) {
      const copy = bytes.slice();
      copy[128 + Math.floor(next() * (copy.length - 128))] = Math.floor(next() * 256);
      try {
        loadPrepared(copy).classifyBox(1, 1, 2, 2);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });
});

describe('boundaryDigest', () => {
  test('is held, since stored boundaries are named by it', async () => {
    expect(await boundaryDigest(box(0, 0, 1, 1))).toBe(
      '82b377d9164fc329d125ffb02e3d8f21a0231dd68b2f26136e550cf4c3f17ddb',
    );
  });

  const square = box(0, 0, 1, 1);
  const [[ring = []] = []] = square;
  const others: [name: string, polygons: MultiPolygonCoordinates, same: boolean][] = [
    ['third ordinates do not count', [[ring.map(([x = 0, y = 0]) => [x, y, 7])]], true],
    ['minus zero is zero', [[ring.map(([x = 0, y = 0]) => [x || -0, y || -0])]], true],
    ['another start does', [[[...ring.slice(1), ring[1] ?? []]]], false],
    ['another coordinate does', box(0, 0, 1, 1 + 1e-15), false],
    ['a ring as hole or as polygon does', [[ring, ring]], false],
    ['two polygons do', [[ring], [ring]], false],
  ];
  test.each(others)('%s', async (_, polygons, same) => {
    expect((await boundaryDigest(polygons)) === (await boundaryDigest(square))).toBe(same);
  });
});
