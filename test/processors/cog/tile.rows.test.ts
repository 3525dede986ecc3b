import { describe, expect, it } from 'vitest';
import { type PixelRings, rasterise } from '../../../processors/cog/rows.ts';
import { rowsWithPixels, uniteRows } from '../../../processors/cog/tile.rows.ts';

/** Boxes of whole pixels. */
function boxes(...all: [west: number, north: number, east: number, south: number][]): PixelRings {
  const coordinates = all.flatMap(([w, n, e, s]) => [w, n, e, n, e, s, w, s, w, n]);
  const ringStarts = Uint32Array.from({ length: all.length + 1 }, (_, ring) => ring * 5);
  return { coordinates: Float64Array.from(coordinates), ringStarts };
}

const tile = { location: { offset: 0, length: 1 }, column: 16, row: 32, endColumn: 32 };

describe('rows of a tile of 16 × 16 pixels that hold pixels of the clip', () => {
  it.each([
    ['all rows where it lies inside', boxes([0, 0, 64, 64]), { first: 0, end: 16 }],
    ['those of a box', boxes([18, 35, 20, 40]), { first: 3, end: 8 }],
    ['those between two boxes too', boxes([18, 33, 20, 34], [30, 45, 31, 47]), { first: 1, end: 15 }],
    ['not those of boxes beside it', boxes([0, 32, 16, 48], [20, 36, 24, 37], [32, 32, 48, 48]), { first: 4, end: 5 }],
    ['none where it lies outside', boxes([0, 0, 16, 64]), { first: 16, end: 16 }],
  ])('%s', (_name, rings, expected) => {
    expect(rowsWithPixels(rasterise(rings, 64, 64), tile, 16)).toEqual(expected);
  });

  it.each([
    ['two that overlap', { first: 2, end: 6 }, { first: 4, end: 9 }, { first: 2, end: 9 }],
    ['two apart, with those between', { first: 0, end: 1 }, { first: 9, end: 10 }, { first: 0, end: 10 }],
    ['none and some', { first: 16, end: 16 }, { first: 4, end: 9 }, { first: 4, end: 9 }],
    ['some and none', { first: 4, end: 9 }, { first: 16, end: 16 }, { first: 4, end: 9 }],
  ])('of two places: %s', (_name, a, b, expected) => expect(uniteRows(a, b)).toEqual(expected));
});
