import { describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { readPolygons, writePolygons } from '../../../processors/boundary/wkb.ts';
import { box, random, stars } from '../cog/polygons.ts';
import { lakeWithIsland } from './shapes.ts';
import { readByGeos } from './geos.judge.ts';

const shapes: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a box', box(0, 0, 1, 1)],
  ['polygons with holes', stars(3, [-10, -10, 10, 10])],
  ['a lake with an island', lakeWithIsland(9)],
  ['−0, the smallest and the largest doubles', box(-0, -Number.MAX_VALUE, Number.MIN_VALUE, Number.MAX_VALUE)],
  ['no polygon', []],
];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const flat = (polygons: MultiPolygonCoordinates) => {
  const { coordinates, ringStarts, polygonStarts } = flattenMultiPolygon(polygons);
  return { coordinates, ringStarts, polygonStarts };
};

describe('polygons in Well-Known Binary', () => {
  test.each(shapes)('come back bit for bit: %s', (_, polygons) => {
    expect(readPolygons(writePolygons(flat(polygons)))).toEqual(flat(polygons));
  });

  test('are read by GEOS, and written by GEOS to the same bytes', () => {
    const written = shapes.slice(0, 3).map(([, polygons]) => hex(writePolygons(flat(polygons))));
    const read = readByGeos(written);
    expect(read.map(({ coordinates }) => coordinates)).toEqual(shapes.slice(0, 3).map(([, polygons]) => polygons));
    expect(read.map(({ wkb }) => wkb)).toEqual(written);
  });

  test('are found in collections, among points and lines and in other collections', () => {
    const polygon = writePolygons(flat(stars(5, [0, 0, 4, 4])));
    const collection = (...members: Uint8Array[]): Uint8Array => Buffer.concat([head(7, members.length), ...members]);
    const point = Buffer.concat([head(1), doubles(1, 2)]);
    const line = Buffer.concat([head(2, 2), doubles(1, 2, 3, 4)]);
    const points = Buffer.concat([head(4, 2), point, point]);
    const lines = Buffer.concat([head(5, 2), line, line]);
    const members = [point, line, points, lines, polygon, collection(line, points), collection()];
    expect(readPolygons(collection(...members))).toEqual(flat(stars(5, [0, 0, 4, 4])));
    expect(readPolygons(collection(polygon, polygon)).polygonStarts.length).toBe(
      2 * flat(stars(5, [0, 0, 4, 4])).polygonStarts.length - 1,
    );
  });

  test('are none where a polygon is empty', () => {
    expect(readPolygons(head(3, 0))).toEqual(flat([]));
  });

  test('that end too early are refused, wherever they end', () => {
    const bytes = writePolygons(flat(lakeWithIsland(9)));
    const next = random(7);
    for (let index = 0; index < 200; index++) {
      expect(() => readPolygons(bytes.subarray(0, Math.floor(next() * bytes.length)))).toThrow(RangeError);
    }
  });
});

/** Byte order, type and, but for points, a count. */
function head(type: number, count?: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(count === undefined ? 5 : 9));
  view.setUint8(0, 1);
  view.setUint32(1, type, true);
  if (count !== undefined) view.setUint32(5, count, true);
  return new Uint8Array(view.buffer);
}

function doubles(...values: number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}
