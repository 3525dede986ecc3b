import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { booleanPointInPolygon, intersect, featureCollection, area, bboxPolygon, multiPolygon } from '@turf/turf';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cutLocalPiece } from '../../../processors/boundary/local.piece.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { random } from '../cog/polygons.ts';

const FILE = fileURLToPath(new URL('../../../data/boundaries/countries.fgb', import.meta.url));
const POINTS = 400;
const BOXES = 6;
const featureSchema = z.object({
  properties: z.object({ code: z.string() }),
  geometry: z.object({ coordinates: z.array(z.array(z.array(z.array(z.number())))) }),
});

const countries = new Map<string, number[][][][]>();
for await (const feature of deserialize(new Uint8Array(await readFile(FILE)))) {
  const { properties, geometry } = featureSchema.parse(feature);
  countries.set(properties.code, geometry.coordinates);
}

describe.each(['LSO', 'CHE', 'FJI', 'GMB', 'ITA'])('the prepared boundary of %s', (code) => {
  const polygons = countries.get(code) ?? [];
  const prepared = prepareBoundary(polygons, '0'.repeat(64));
  const [minX, minY, maxX, maxY] = prepared.geometry.envelope;
  const next = random(5);
  const point = (): [number, number] => [minX + next() * (maxX - minX), minY + next() * (maxY - minY)];

  test('holds the points that turf says it holds', () => {
    const shape = multiPolygon(polygons);
    const differing = Array.from({ length: POINTS }, point).filter(
      ([x, y]) => prepared.containsPoint(x, y) !== booleanPointInPolygon([x, y], shape),
    );
    expect(differing).toEqual([]);
  });

  test('gives local pieces with the area that turf cuts out of the whole', () => {
    const shape = multiPolygon(polygons);
    for (let box = 0; box < BOXES; box++) {
      const [x, y] = point();
      const size = (maxY - minY) / 8;
      const window = multiPolygon([bboxPolygon([x, y, x + size, y + size]).geometry.coordinates]);
      const piece = cutLocalPiece(prepared, x, y, x + size, y + size).map((rings) =>
        rings.map((ring) => ring.map((at) => [...at])),
      );
      const whole = intersect(featureCollection([shape, window]));
      const local = piece.length === 0 ? null : intersect(featureCollection([multiPolygon(piece), window]));
      const expected = whole === null ? 0 : area(whole);
      expect(Math.abs((local === null ? 0 : area(local)) - expected)).toBeLessThanOrEqual(1e-9 * area(window));
    }
  });
});
