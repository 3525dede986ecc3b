import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clipBytes } from './clip.ts';
import { extentOf, readCountries } from './countries.ts';
import { attributesOf, headerOf } from './decode.ts';
import { MODES, usePostgisJudge } from './postgis.judge.ts';
import { featuresOf } from './read.ts';
import { geometryTypes, makeSource, type SourceJob } from './sources.ts';

const { folder, judge } = usePostgisJudge('postgis');

const countries = await readCountries();
const COUNT = 120;
type Kind = [name: string, job: Pick<SourceJob, 'type' | 'hasZ'>];
const kinds = geometryTypes.map((type): Kind => [type, { type }]);
const kindsWithZ: Kind[] = [
  ['LineStringZ', { type: 'LineString', hasZ: true }],
  ['MultiPolygonZ', { type: 'MultiPolygon', hasZ: true }],
];

/** Chosen for what they have: a hole, being one, many islands, and the antimeridian. */
describe.each(['LSO', 'ZAF', 'ITA', 'FJI'])('a clip to %s is what PostGIS says:', (code) => {
  const polygons = countries.get(code) ?? [];

  test.each(code === 'LSO' ? [...kinds, ...kindsWithZ] : kinds)('%s', async (kind, job) => {
    const seed = 7 * code.charCodeAt(0) + kind.length;
    // Most of Fiji's extent is sea: features lie around the largest part alone.
    const largest = polygons.toSorted((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0)).slice(0, 1);
    const source = makeSource(folder, `${code}-${kind}`, { ...job, count: COUNT, seed, onto: extentOf(largest) });
    const bytes = readFileSync(source);
    await judge().loadSource(source);
    await judge().loadBoundary(polygons);
    for (const mode of MODES) {
      const { file, recipe } = await clipBytes(bytes, polygons, { mode });
      const verdict = await judge().judge(file, path.join(folder, 'clip.fgb'), mode);
      expect(verdict).toMatchObject({ wrong: [], excepted: [], differing: [] });
      if (mode !== 'within') expect(verdict.kept).toBeGreaterThan(COUNT / 10);
      expect(attributesOf(bytes)).toEqual(expect.arrayContaining(attributesOf(file)));
      if (mode === 'clip') continue;
      expect(recipe.report.counts).toMatchObject({ copied: verdict.kept, cut: 0 });
      expect(wholeOf(bytes)).toEqual(expect.arrayContaining(wholeOf(file)));
    }
  });
});

/** Each feature as bytes. */
function wholeOf(file: Uint8Array): string[] {
  const count = Number(headerOf(file).featuresCount());
  return featuresOf(file, count).map((feature) => Buffer.from(feature).toString('latin1'));
}
