import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { readByNpm } from './read.ts';
import { writeBoundary } from './sources.ts';
import { RandomWkt, sourceOfWkt } from './wkt.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

const JUDGE = path.join(import.meta.dirname, '../../oracle/vector_modes.py');
const judgement = z.object({ features: z.number(), wrong: z.array(z.number()), worst: z.number() });
const COUNT = 400;
const polygons = lakeWithIsland(21);
const boundary = writeBoundary(folder, 'lake', polygons);

type Maker = (random: RandomWkt) => string;
const makers: [name: string, type: string, make: Maker][] = [
  ['points', 'POINT', (random) => random.point()],
  ['lines', 'LINESTRING', (random) => random.line()],
  ['polygons', 'POLYGON', (random) => random.polygon()],
  ['multipoints', 'MULTIPOINT', (random) => random.multiPoint()],
  ['multilines', 'MULTILINESTRING', (random) => random.multiLine()],
  ['multipolygons', 'MULTIPOLYGON', (random) => random.multiPolygon()],
  ['mixed', 'GEOMETRY', (random) => random.any()],
  ['collections', 'GEOMETRYCOLLECTION', (random) => random.collection()],
  ['mixed_collections', 'GEOMETRY', (random) => random.collection(1)],
  ['multicurves', 'MULTICURVE', (random) => random.multiCurve()],
  ['multisurfaces', 'MULTISURFACE', (random) => random.multiSurface()],
];
const modes = ['clip', 'intersects', 'within'] as const;

describe.each(makers)('%s', (name, type, make) => {
  const random = new RandomWkt(name.length);
  const source = sourceOfWkt(
    folder,
    name,
    type,
    Array.from({ length: COUNT }, () => make(random)),
  );
  const bytes = readFileSync(source);

  test.each(modes)('in the mode %s are what GEOS says', async (mode) => {
    const { file, recipe } = await clipBytes(bytes, polygons, { mode });
    const clip = path.join(folder, `${name}-${mode}.fgb`);
    writeFileSync(clip, file);
    const output = execFileSync('/usr/bin/python3', [JUDGE, clip, source, boundary, mode]);
    const { features, wrong, worst } = judgement.parse(JSON.parse(output.toString()));
    expect(wrong).toEqual([]);
    expect(worst).toBeLessThan(1e-9);
    expect(features).toBeGreaterThanOrEqual(COUNT / 40);
    const { counts } = recipe.report;
    const { copied = 0, cut = 0, promoted = 0, dropped = 0, empty = 0, outside = 0 } = counts;
    expect(copied + cut).toBe(features);
    expect(copied + cut + promoted + dropped + empty + outside).toBe(COUNT);
    if (mode !== 'clip') expect(cut).toBe(0);
  });

  test('are read through the index by GDAL', async () => {
    const clip = path.join(folder, `${name}-spat.fgb`);
    writeFileSync(clip, (await clipBytes(bytes, polygons)).file);
    const scan = path.join(folder, `${name}-scan.fgb`);
    execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', '-lco', 'SPATIAL_INDEX=NO', scan, clip], { stdio: 'pipe' });
    const spat = ['-spat', '3.1', '2.2', '5.7', '4.9'];
    const count = (file: string): string | undefined =>
      /Feature Count: (\d+)/.exec(execFileSync('ogrinfo', ['-ro', '-so', '-al', ...spat, file]).toString())?.[1];
    expect(count(clip)).toBe(count(scan));
  });

  test('are the file itself when all of it lies inside, and an empty file when none does', async () => {
    const all = await clipBytes(bytes, box(-100, -100, 200, 200));
    expect(Buffer.compare(all.file, bytes)).toBe(0);
    const none = await clipBytes(bytes, box(150, 20, 160, 30));
    expect(await readByNpm(none.file)).toEqual([]);
    expect(none.recipe.report.counts).toMatchObject({ written: 0, outside: COUNT });
  });

  test('are not changed by another cut to the same boundary', async () => {
    const { file } = await clipBytes(bytes, polygons);
    const again = await clipBytes(file, polygons);
    expect(Buffer.compare(again.file, file)).toBe(0);
  });
});
