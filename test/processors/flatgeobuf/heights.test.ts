import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { clipBytes } from './clip.ts';
import { type Dimension, RandomWkt, sourceOfWkt } from './wkt.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-heights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const JUDGE = path.join(import.meta.dirname, '../../oracle/vector_heights.py');
const judgement = z.object({
  at_vertex: z.number(),
  on_edge: z.number(),
  inside: z.number(),
  wrong: z.array(z.number()),
  worst: z.number(),
});
const COUNT = 150;
const polygons = lakeWithIsland(21);

const dimensions: Dimension[] = ['Z', 'M', 'ZM'];
const makers: [name: string, type: string, make: (random: RandomWkt) => string, hasInside: boolean][] = [
  ['points', 'POINT', (random) => random.point(), false],
  ['multipoints', 'MULTIPOINT', (random) => random.multiPoint(), false],
  ['lines', 'LINESTRING', (random) => random.line(), false],
  ['multilines', 'MULTILINESTRING', (random) => random.multiLine(), false],
  ['polygons', 'POLYGON', (random) => random.polygon(), true],
  ['multipolygons', 'MULTIPOLYGON', (random) => random.multiPolygon(), true],
  ['collections', 'GEOMETRYCOLLECTION', (random) => random.collection(), true],
  ['mixed', 'GEOMETRY', (random) => random.any(), true],
];

describe.each(dimensions)('%s values', (dimension) => {
  test.each(makers)(
    "of %s are the source's at vertices and interpolated between",
    async (name, type, make, hasInside) => {
      const random = new RandomWkt(name.length, dimension);
      const wkts = Array.from({ length: COUNT }, () => make(random));
      const source = sourceOfWkt(folder, `${name}-${dimension}`, `${type}${dimension}`, wkts);
      const { file, recipe } = await clipBytes(readFileSync(source), polygons);
      const clip = path.join(folder, `${name}-${dimension}-clip.fgb`);
      writeFileSync(clip, file);
      const judged = judgement.parse(JSON.parse(execFileSync('/usr/bin/python3', [JUDGE, clip, source]).toString()));
      expect(judged.wrong).toEqual([]);
      expect(judged.worst).toBeLessThan(1e-9);
      expect(judged.at_vertex).toBeGreaterThan(0);
      const isCut = (recipe.report.counts['cut'] ?? 0) > 0;
      expect(isCut).toBe(name !== 'points');
      expect(judged.inside > 0).toBe(hasInside);
      if (!name.endsWith('points')) expect(judged.on_edge).toBeGreaterThan(0);
      const summary = execFileSync('ogrinfo', ['-ro', '-so', '-al', clip]).toString();
      expect(summary).toContain(dimension === 'Z' ? '3D' : dimension === 'M' ? 'Measured' : '3D Measured');
    },
  );
});
