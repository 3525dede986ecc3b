import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { clipBytes } from './clip.ts';
import { extentOf, readCountries } from './countries.ts';
import { attributesOf } from './decode.ts';
import { judgeByOgr2ogr } from './ogr2ogr.judge.ts';
import { MODES, usePostgisJudge } from './postgis.judge.ts';
import { numberedLayer, zonesIn } from './real.sources.ts';
import { writeBoundary } from './sources.ts';

const { folder, judge } = usePostgisJudge('real');

const countries = await readCountries();
const boundaryOf = (code: string): MultiPolygonCoordinates => countries.get(code) ?? [];

/** Clips a source to countries, in all modes, and has PostGIS and ogr2ogr judge them. */
async function judged(source: string, codes: readonly string[]): Promise<object[]> {
  const bytes = readFileSync(source);
  const attributes = new Set(attributesOf(bytes));
  await judge().loadSource(source);
  const verdicts: object[] = [];
  for (const code of codes) {
    const polygons = boundaryOf(code);
    await judge().loadBoundary(polygons);
    for (const mode of MODES) {
      const { file, recipe } = await clipBytes(bytes, polygons, { mode });
      const { kept, wrong, differing } = await judge().judge(file, path.join(folder, 'clip.fgb'), mode);
      const altered = attributesOf(file).filter((bytesOfOne) => !attributes.has(bytesOfOne)).length;
      verdicts.push({ code, mode, found: kept > 0 || mode === 'within', wrong, differing, altered });
      if (mode !== 'clip') continue;
      const byOgr = judgeByOgr2ogr(source, file, writeBoundary(folder, code, polygons));
      verdicts.push({ code, ...byOgr, features: byOgr.features > 0, worst: byOgr.worst < 1e-9 });
      expect(recipe.report.notes).toEqual([]);
    }
  }
  return verdicts;
}

function right(codes: readonly string[]): object[] {
  return codes.flatMap((code) => [
    { code, mode: 'clip', found: true, wrong: [], differing: [], altered: 0 },
    { code, features: true, only_clip: 0, only_reference: 0, worst: true },
    ...['intersects', 'within'].map((mode) => ({ code, mode, found: true, wrong: [], differing: [], altered: 0 })),
  ]);
}

describe('PostGIS and ogr2ogr find the ids, attributes and sizes of', () => {
  test.each([
    ['rivers', ['FRA', 'BRA', 'ZAF']],
    ['populated_places', ['GBR', 'LSO']],
    ['admin1_zones', ['FJI', 'ITA']],
  ])('%s in %j', async (layer, codes) => {
    expect(await judged(numberedLayer(folder, layer), codes)).toEqual(right(codes));
  });

  // Borders of the raster's cells run beside those of the country, so that most provinces are cut many times.
  test.each(['LSO', 'CHE', 'ITA', 'GMB'])('provinces in and around %s', async (code) => {
    const source = zonesIn(folder, code, extentOf(boundaryOf(code)));
    expect(await judged(source, [code])).toEqual(right([code]));
  });
});
