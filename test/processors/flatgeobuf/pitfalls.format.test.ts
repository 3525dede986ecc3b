import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { indexSizeBytes, NODE_BYTES } from '../../../processors/flatgeobuf/index.layout.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { buildFile, flat, type GeometryParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf, headerOf } from './decode.ts';
import { featuresOf } from './read.ts';
import { geometryTypes, makeSource } from './sources.ts';
import { sourceOfWkt } from './wkt.ts';

// Numbers are those of the list of twenty known pitfalls that the engine was built against.

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-pitfalls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const square = box(0, 0, 4, 4);
const lake = lakeWithIsland(21);
const points = (xs: readonly number[]) => xs.map((x, id) => ({ id, geometry: { xy: [x, 1] } }));

describe('pitfall 3, a cut that leaves several pieces:', () => {
  const cases = geometryTypes.flatMap((type) => ['split', 'promote'].map((multipart) => [type, multipart] as const));
  test.each(cases)(
    '%s features (%s) are all of the type that the header says, to GDAL too',
    async (type, multipart) => {
      const source = readFileSync(makeSource(folder, type, { type, count: 150, seed: 3 }));
      const { file, recipe } = await clipBytes(source, lake, { multipart });
      const clip = path.join(folder, 'pieces.fgb');
      writeFileSync(clip, file);
      const listed = execFileSync('ogrinfo', ['-ro', '-al', '-q', '-geom=YES', clip], { encoding: 'utf8' });
      const types = new Set(Array.from(listed.matchAll(/^ {2}([A-Z]+) \(/gm), ([, found = '']) => found));
      const isWrapped = multipart === 'promote' && (type === 'LineString' || type === 'Polygon');
      expect([...types]).toEqual([(isWrapped ? `Multi${type}` : type).toUpperCase()]);
      const parts = type.startsWith('Multi') || type === 'Point' || isWrapped;
      expect((recipe.report.counts['split'] ?? 0) > 0).toBe(!parts);
    },
  );
});

describe('pitfall 6, null and empty geometries, whose boxes are none:', () => {
  const inverted = [Infinity, Infinity, -Infinity, -Infinity] as const;
  const notANumber = [Number.NaN, Number.NaN, Number.NaN, Number.NaN] as const;
  const empties: [name: string, box: readonly [number, number, number, number], geometry?: GeometryParts][] = [
    ['no geometry', inverted],
    ['no coordinates', inverted, { xy: [] }],
    ['no coordinates and boxes of NaN', notANumber, {}],
  ];
  const [whole, far] = [box(-100, -80, 100, 80), box(60, 60, 70, 70)];

  test.each(empties)('%s', async (_, emptyBox, geometry) => {
    // Nodes of nothing but these, and such that hold both.
    const features = Array.from({ length: 120 }, (__, id) =>
      id < 40 || id % 3 === 0 ? { id, geometry, box: emptyBox } : { id, geometry: { xy: [1, 1, 2, 2] } },
    );
    const source = buildFile({ type: 'LineString', features, crs: { code: 4326 } });
    for (const boundary of [square, whole, lake, far]) {
      const { file, recipe } = await clipBytes(source, boundary);
      const { written = 0, copied = 0, cut = 0, empty = 0, dropped = 0, outside = 0 } = recipe.report.counts;
      expect(copied + cut + empty + dropped + outside).toBe(features.length);
      expect(geometriesOf(file).every((kept) => (kept?.xy?.length ?? 0) > 0)).toBe(true);
      if (boundary === square || boundary === whole) expect(written).toBe(54);
      if (boundary === far) expect(written).toBe(0);
      writeFileSync(path.join(folder, 'without.fgb'), file);
      const listed = execFileSync('ogrinfo', ['-ro', '-al', '-so', path.join(folder, 'without.fgb')], {
        encoding: 'utf8',
      });
      expect(listed).toContain(`Feature Count: ${written}`);
    }
  });
});

describe('pitfall 7, fields of the header that are not there:', () => {
  test('a node size that is left out is 16', async () => {
    const source = buildFile({ type: 'Point', features: points([1, 2, 5]), nodeSize: 16 });
    // Where the table says that the field with number 9 lies: nowhere.
    expect(headerOf(source).bb?.__offset(headerOf(source).bb_pos, 4 + 2 * 9)).toBe(0);
    const { file, recipe } = await clipBytes(source, square);
    expect(recipe.report.counts).toMatchObject({ source: 3, written: 2 });
    expect(headerOf(file).indexNodeSize()).toBe(16);
  });

  test.each([
    ['a node size of 0', { nodeSize: 0 }, /no spatial index.* must be prepared first/],
    ['a count of 0', { featuresCount: 0 }, /does not say how many features.* must be prepared first/],
  ])('%s is refused, and not read whole', async (_, parts, message) => {
    const source = buildFile({ type: 'Point', features: points([1, 2, 5]), ...parts });
    await expect(clipBytes(source, square)).rejects.toMatchObject({
      kind: 'unsupported-source',
      message: expect.stringMatching(message),
    });
  });
});

describe('pitfall 8, numbers of 64 bits that a double cannot hold:', () => {
  // The first node is the root, the third one a leaf.
  const cases = [2n ** 53n, 2n ** 53n + 2n, 2n ** 64n - 1n].flatMap((value) => [
    { node: 0, value },
    { node: 2, value },
  ]);
  test.each(cases)('an offset in node $node of $value is refused', async ({ node, value }) => {
    const source = buildFile({ type: 'Point', features: points([1, 2, 5]) });
    const view = new DataView(source.buffer);
    view.setBigUint64(12 + view.getUint32(8, true) + node * NODE_BYTES + 32, value, true);
    await expect(clipBytes(source, square)).rejects.toMatchObject({ kind: 'invalid-source' });
  });

  test('a count is refused too', async () => {
    const source = buildFile({ type: 'Point', features: points([1, 2, 5]), featuresCount: 3 });
    const view = new DataView(source.buffer);
    const at = Array.from({ length: view.getUint32(8, true) }, (_, index) => 12 + index).filter(
      (place) => view.getBigUint64(place, true) === 3n,
    );
    expect(at).toHaveLength(1);
    view.setBigUint64(at[0] ?? 0, 2n ** 60n, true);
    await expect(clipBytes(source, square)).rejects.toMatchObject({ kind: 'invalid-source' });
  });
});

describe('pitfall 9, ordinates beside x and y:', () => {
  test.each(['LineString', 'Polygon'] as const)('%s pieces have as many of each as points', async (type) => {
    const ring = [
      [-2, 1],
      [6, 1],
      [6, 3],
      [-2, 3],
      [-2, 1],
    ];
    const values = [0, 8, 10, 2, 0];
    const geometry = { ...flat(ring), z: values, m: values, t: values, tm: values.map((value) => BigInt(value * 1e9)) };
    const has = { z: true, m: true, t: true, tm: true };
    const { file } = await clipBytes(buildFile({ type, features: [{ id: 1, geometry }], has }), square);
    const pieces = geometriesOf(file);
    expect(pieces.length).toBeGreaterThan(0);
    for (const piece of pieces) {
      const { xy = [], z = [], m = [], t = [], tm = [] } = piece ?? {};
      // The values are x + y + 1.
      const expected = xy.filter((_, at) => at % 2 === 0).map((x, at) => x + (xy[at * 2 + 1] ?? 0) + 1);
      expect([z, m, t, tm.map(Number)]).toEqual([expected, expected, expected, expected.map((value) => value * 1e9)]);
    }
  });
});

describe('pitfall 10, collections and curves:', () => {
  const cases = [
    ['GEOMETRYCOLLECTION', 'GEOMETRYCOLLECTION (LINESTRING (1 1, 9 1), POINT (1 1))', 'cut'],
    ['CIRCULARSTRING', 'CIRCULARSTRING (1 1, 3 3, 9 1)', 'refused'],
    ['CURVEPOLYGON', 'CURVEPOLYGON (CIRCULARSTRING (1 1, 3 3, 9 1, 3 0, 1 1))', 'refused'],
  ] as const;
  test.each(cases)('%s inside is copied byte for byte, and on the line %s is %s', async (type, wkt, fate) => {
    const source = readFileSync(sourceOfWkt(folder, `of-${type.toLowerCase()}`, type, [wkt]));
    const { file } = await clipBytes(source, box(-20, -20, 20, 20));
    expect(Buffer.compare(file, source)).toBe(0);
    const cut = clipBytes(source, square);
    if (fate === 'cut') await expect(cut).resolves.toMatchObject({ recipe: { report: { counts: { cut: 1 } } } });
    else
      await expect(cut).rejects.toMatchObject({
        kind: 'unsupported-source',
        message: expect.stringMatching(/^Feature 0/),
      });
  });
});

describe('pitfall 19, sizes and places of features in a clip:', () => {
  test.each(geometryTypes)('%s: the index names the place of each, sizes lead from one to the next', async (type) => {
    const source = readFileSync(makeSource(folder, `sizes-${type}`, { type, count: 150, seed: 7 }));
    const { file } = await clipBytes(source, lake);
    const count = Number(headerOf(file).featuresCount());
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const leavesAt = 12 + view.getUint32(8, true) + indexSizeBytes(count, 16) - count * NODE_BYTES;
    const features = featuresOf(file, count);
    expect(features).toHaveLength(count);
    let at = 0;
    for (const [leaf, { length }] of features.entries()) {
      expect(view.getBigUint64(leavesAt + leaf * NODE_BYTES + 32, true)).toBe(BigInt(at));
      at += length;
    }
    expect(leavesAt + count * NODE_BYTES + at).toBe(file.length);
  });
});
