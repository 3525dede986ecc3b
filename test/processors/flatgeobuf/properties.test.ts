import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { random, stars } from '../cog/polygons.ts';
import { awkwardLines, awkwardPolygons, boundaryComb, type FeatureMaker } from './awkward.features.ts';
import { clipBytes } from './clip.ts';
import { MODES, usePostgisJudge } from './postgis.judge.ts';
import { sourceOfWkt } from './wkt.ts';

const { folder, judge } = usePostgisJudge('properties');

const COUNT_OF_EACH = 80;
const boundaries: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a lake with an island', lakeWithIsland(21)],
  ['stars with holes', stars(4, [0, 0, 10, 10])],
  ['a comb', boundaryComb(17)],
];
const families: [type: string, Readonly<Record<string, FeatureMaker>>][] = [
  ['POLYGON', awkwardPolygons],
  ['LINESTRING', awkwardLines],
];

describe.each(boundaries)('cut to %s, awkward features are what PostGIS says:', (_, polygons) => {
  test.each(families)('%s', async (type, makers) => {
    const names = Object.keys(makers);
    const wkts = Object.entries(makers).flatMap(([name, make]) => {
      const next = random(name.length);
      return Array.from({ length: COUNT_OF_EACH }, () => make(next, polygons));
    });
    const source = sourceOfWkt(folder, 'source', type, wkts);
    const bytes = readFileSync(source);
    await judge().loadSource(source);
    await judge().loadBoundary(polygons);
    for (const mode of MODES) {
      const { file } = await clipBytes(bytes, polygons, { mode });
      const { wrong, differing } = await judge().judge(file, path.join(folder, 'clip.fgb'), mode);
      const named = (ids: readonly number[]): string[] =>
        ids.map((id) => `${mode}, ${names[Math.floor(id / COUNT_OF_EACH)]}: feature ${id}`);
      expect({ wrong: named(wrong), differing: named(differing) }).toEqual({ wrong: [], differing: [] });
    }
  });
});
