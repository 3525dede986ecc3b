import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { box } from '../cog/polygons.ts';
import { buildFile, flat, type FileParts, type GeometryParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { sourceOfWkt } from './wkt.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

const square = box(0, 0, 4, 4);
const modes = ['clip', 'intersects', 'within'] as const;

describe('curves and surfaces are copied inside, left out outside and refused on the line:', () => {
  /** Moves the WKT of a shape some 2 wide to another x. */
  type Shape = (x: number) => string;
  const ring = (x: number): string => `(${x} 1, ${x + 2} 1, ${x + 2} 2, ${x} 1)`;
  const shapes: [type: string, shape: Shape][] = [
    ['CIRCULARSTRING', (x) => `CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1)`],
    ['COMPOUNDCURVE', (x) => `COMPOUNDCURVE (CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1), (${x + 2} 1, ${x} 3))`],
    ['CURVEPOLYGON', (x) => `CURVEPOLYGON (CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1, ${x + 1} 0.5, ${x} 1))`],
    ['MULTICURVE', (x) => `MULTICURVE ((${x} 1, ${x + 1} 1), CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1))`],
    [
      'MULTISURFACE',
      (x) => `MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1, ${x + 1} 0.5, ${x} 1)))`,
    ],
    ['TIN', (x) => `TIN (${`(${ring(x)})`})`],
    ['POLYHEDRALSURFACE', (x) => `POLYHEDRALSURFACE (${`(${ring(x)})`})`],
    ['TRIANGLE', (x) => `TRIANGLE (${ring(x)})`],
    [
      'GEOMETRYCOLLECTION',
      (x) => `GEOMETRYCOLLECTION (POINT (${x} 1), CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1))`,
    ],
    ['GEOMETRY', (x) => `CIRCULARSTRING (${x} 1, ${x + 1} 2, ${x + 2} 1)`],
  ];
  test.each(shapes)('%s', async (type, shape) => {
    const source = (...places: number[]): Uint8Array =>
      readFileSync(sourceOfWkt(folder, type.toLowerCase(), type, places.map(shape)));
    for (const mode of modes) {
      const { recipe } = await clipBytes(source(1, 9), square, { mode });
      expect(recipe.report.counts).toMatchObject({ source: 2, written: 1, copied: 1, outside: 1 });
      const error: unknown = await clipBytes(source(1, 3, 9), square, { mode }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        kind: 'unsupported-source',
        message: expect.stringMatching(/^Feature \d holds a \w+ and its box meets the line of the boundary/),
      });
    }
  });
});

describe('a source is refused when', () => {
  const point: GeometryParts = { xy: [1, 1] };
  const features = [{ geometry: point, id: 1 }];
  const nested = (depth: number): GeometryParts => ({
    type: 'GeometryCollection',
    parts: [depth === 0 ? { type: 'LineString', xy: [1, 1, 9, 9] } : nested(depth - 1)],
  });
  const line = {
    ...flat([
      [1, 1],
      [9, 9],
    ]),
  };
  const cases: [name: string, kind: string, file: FileParts, message: string][] = [
    [
      'it does not say how many features it has',
      'unsupported-source',
      { type: 'Point', features, featuresCount: 0 },
      'It must be prepared first',
    ],
    ['it has no index', 'unsupported-source', { type: 'Point', features, nodeSize: 0 }, 'It must be prepared first'],
    [
      'a feature names no type where the header names none',
      'invalid-source',
      { type: 'Unknown', features: [{ geometry: line }] },
      'without a type',
    ],
    [
      'a member of a collection names no type',
      'invalid-source',
      { type: 'GeometryCollection', features: [{ geometry: { type: 'GeometryCollection', parts: [line] } }] },
      'without a type',
    ],
    [
      'a line has parts',
      'invalid-source',
      { type: 'LineString', features: [{ geometry: { parts: [line] } }] },
      'stored as none can be',
    ],
    [
      'a collection has coordinates of its own',
      'invalid-source',
      { type: 'GeometryCollection', features: [{ geometry: line }] },
      'stored as none can be',
    ],
    [
      'collections are nested beyond reason',
      'invalid-source',
      { type: 'GeometryCollection', features: [{ geometry: nested(40) }] },
      'more than 32 deep',
    ],
    [
      'Z values are missing',
      'invalid-source',
      { type: 'LineString', features: [{ geometry: { ...line, z: [1] } }] },
      'has 1 Z values for 2 points',
    ],
    [
      'TM values are missing',
      'invalid-source',
      { type: 'LineString', features: [{ geometry: { ...line, tm: [1n, 2n, 3n] } }] },
      'has 3 TM values for 2 points',
    ],
    [
      'its CRS is of an organisation that is not known here',
      'unsupported-source',
      { type: 'Point', features, crs: { org: 'IGNF', code: 4326 } },
      'coordinate reference system',
    ],
  ];
  test.each(cases)('%s', async (_, kind, file, message) => {
    const error: unknown = await clipBytes(buildFile(file), square).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  test('members share their bytes, so that a small file would unfold to a large one', async () => {
    const lines = Array.from({ length: 100 }, () => ({ type: 'LineString' as const, xy: [1, 1, 9, 9] }));
    const points = Array.from({ length: 150 }, () => ({ type: 'Point' as const, xy: [1, 1] }));
    const parts = [{ type: 'GeometryCollection' as const, parts: lines }, ...points];
    const file = buildFile({
      type: 'GeometryCollection',
      features: [{ geometry: { type: 'GeometryCollection', parts } }],
    });
    await expect(clipBytes(file, square)).resolves.toBeDefined();
    // All 151 members become the first one.
    const view = new DataView(file.buffer);
    const list = file.findIndex((_, at) => at + 4 <= file.length && view.getUint32(at, true) === parts.length);
    const target = list + 4 + view.getUint32(list + 4, true);
    for (let at = list + 4; at < list + 4 + parts.length * 4; at += 4) view.setUint32(at, target - at, true);
    await expect(clipBytes(file, square)).rejects.toThrow('has parts that share their coordinates');
  });
});
