import { describe, expect, test } from 'vitest';
import { encodeFeature } from '../../../processors/flatgeobuf/feature.encode.ts';
import { readFeature } from '../../../processors/flatgeobuf/feature.ts';
import { FlatbufferWriter } from '../../../processors/flatgeobuf/flatbuffer.writer.ts';
import { packMembers } from '../../../processors/flatgeobuf/geometry.pack.ts';
import { type Geometry, partsOf } from '../../../processors/flatgeobuf/geometry.ts';
import type { GeometryType } from '../../../processors/flatgeobuf/geometry.type.ts';
import { NODE_BYTES } from '../../../processors/flatgeobuf/index.layout.ts';
import { flattenParts } from '../../../processors/flatgeobuf/polygon.flatten.ts';
import { buildFile, type GeometryParts } from './builder.ts';

/** A closed square, beginning at a corner. */
const square = (x: number, y: number, size = 1): number[] => [x, y, x + size, y, x + size, y + size, x, y + size, x, y];
const line = (vertices: number): number[] =>
  Array.from({ length: vertices }, (_, vertex) => [vertex, vertex % 7]).flat();
const heights = (vertices: number): number[] => Array.from({ length: vertices }, (_, vertex) => vertex / 3);
const squares = (count: number): GeometryParts[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'Polygon', xy: square(index * 2, index) }));

/** The bytes of the one feature of a file, as the flatbuffers library writes them. */
function bytesOf(type: GeometryType, geometry: GeometryParts, properties?: Uint8Array): Uint8Array {
  const file = buildFile({ type, features: [{ geometry, ...(properties === undefined ? {} : { properties }) }] });
  const headerBytes = 12 + new DataView(file.buffer, file.byteOffset).getUint32(8, true);
  // A root and a leaf are its index.
  return file.slice(headerBytes + 2 * NODE_BYTES);
}

const cases: [why: string, type: GeometryType, geometry: GeometryParts, properties?: Uint8Array][] = [
  ['a point', 'Point', { xy: [1, 2] }],
  ['attributes of an odd length', 'Point', { xy: [1, 2] }, new Uint8Array(13).fill(5)],
  ['rings', 'Polygon', { xy: [...square(0, 0, 9), ...square(1, 1)], ends: [5, 10] }],
  ['a type of its own', 'Unknown', { type: 'LineString', xy: line(3) }],
  ['heights, measures and times', 'LineString', { xy: line(3), z: [1, 2, 3], m: [4, 5, 6], tm: [7n, 8n, 9n] }],
  ['members that share a vtable', 'MultiPolygon', { parts: squares(5) }, new Uint8Array(3)],
  ['members with other fields', 'GeometryCollection', { parts: [...squares(2), { type: 'Point', xy: [3, 4] }] }],
  ['more than is copied', 'LineString', { xy: line(40_000), z: heights(40_000) }, new Uint8Array(99)],
  ['large attributes', 'LineString', { xy: line(40_000) }, new Uint8Array(400_001).fill(9)],
  ['thousands of members', 'MultiPolygon', { parts: squares(6000) }, new Uint8Array(7)],
];

describe('a feature is encoded byte for byte as by the flatbuffers library', () => {
  const writer = new FlatbufferWriter();
  test.each(cases)('%s', (_, type, geometry, properties) => {
    const bytes = bytesOf(type, geometry, properties);
    const feature = readFeature(bytes, type, 'The feature');
    if (feature.geometry === null) throw new Error('The geometry is empty.');
    const chunks = encodeFeature(writer, feature, feature.geometry);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('what is large is handed on as it stands', () => {
    const bytes = bytesOf('LineString', { xy: line(40_000) });
    const feature = readFeature(bytes, 'LineString', 'The feature');
    if (feature.geometry === null) throw new Error('The geometry is empty.');
    const [part] = partsOf(feature.geometry);
    expect(encodeFeature(writer, feature, feature.geometry).map(({ buffer }) => buffer)).toContain(part?.xy.buffer);
  });
});

describe('the members of a MultiPolygon', () => {
  const coordinates = (geometry: Geometry | null): number[][] =>
    geometry === null ? [] : partsOf(geometry).map(({ xy }) => Array.from(xy));
  const withHeights = [0, 2, 4].map((x): GeometryParts => ({ type: 'Polygon', xy: square(x, 0), z: heights(5) }));

  test.each([
    ['in the order of the library, the first one last', { parts: squares(7) }, true],
    ['a single one', { parts: squares(1) }, true],
    ['with heights between them', { parts: withHeights }, false],
  ])('are moved together within their bytes: %s', (_, geometry, isMoved) => {
    const properties = Uint8Array.from({ length: 21 }, (__, index) => index);
    const bytes = bytesOf('MultiPolygon', geometry, properties);
    const expected = coordinates(readFeature(bytes, 'MultiPolygon', 'The feature').geometry);
    const feature = readFeature(bytes, 'MultiPolygon', 'The feature');
    const packed = packMembers(feature);
    expect(coordinates(packed)).toEqual(expected);
    expect(feature.properties).toEqual(properties);
    if (packed === null) throw new Error('The geometry is empty.');
    const flat = flattenParts(partsOf(packed));
    expect([...flat.coordinates]).toEqual(expected.flat());
    expect(flat.coordinates.buffer === bytes.buffer).toBe(isMoved);
    expect([...flat.polygonStarts]).toEqual(expected.map((__, index) => index).concat(expected.length));
  });
});

describe('polygons become closed rings', () => {
  const part = (xy: number[], ends: number[]) =>
    ({ xy: Float64Array.from(xy), ends, z: null, m: null, t: null, tm: null, storedType: 0 }) as const;
  const open = (x: number, y: number): number[] => square(x, y).slice(0, 8);

  test.each([
    ['open ones are closed', [part(open(0, 0), [4])], square(0, 0), [0, 5], [0, 1]],
    ['a hole of two points is left out', [part([...square(0, 0), 1, 1, 2, 2], [5, 7])], square(0, 0), [0, 5], [0, 1]],
    ['a shell of two points goes with its holes', [part([1, 1, 2, 2, ...square(0, 0)], [2, 7])], [], [0], [0]],
    ['an empty ring is left out', [part(square(0, 0), [5, 5])], square(0, 0), [0, 5], [0, 1]],
    [
      'several polygons',
      [part(open(0, 0), [4]), part(square(3, 3), [5])],
      [...square(0, 0), ...square(3, 3)],
      [0, 5, 10],
      [0, 1, 2],
    ],
  ])('%s', (_, parts, xy, ringStarts, polygonStarts) => {
    const flat = flattenParts(parts);
    expect([...flat.coordinates]).toEqual(xy);
    expect([...flat.ringStarts]).toEqual(ringStarts);
    expect([...flat.polygonStarts]).toEqual(polygonStarts);
  });
});
