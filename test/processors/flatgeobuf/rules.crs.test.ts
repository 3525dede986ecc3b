import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { RuleFolder } from './rule.folder.ts';
import { makeSource, writeBoundary } from './sources.ts';

const folder = new RuleFolder();
afterAll(() => folder.remove());
const square = box(0, 0, 4, 4);

describe('the CRS of a source', () => {
  test('a source that names no CRS is taken as longitude and latitude, which the report says', async () => {
    const { recipe } = await clipBytes(folder.sourceOf('Point', [[1, 1]], ['-a_srs', 'None']), square);
    expect(recipe.report.counts['copied']).toBe(1);
    expect(recipe.report.notes).toEqual([
      'The source names no CRS; its coordinates were taken as longitude and latitude.',
    ]);
  });

  test('a projected source is cut to the boundary with bent edges', async () => {
    const boundary = lakeWithIsland(8);
    const source = makeSource(folder.path, 'projected', {
      type: 'Polygon',
      count: 300,
      seed: 4,
      options: ['-t_srs', 'EPSG:3035'],
    });
    const { file } = await clipBytes(readFileSync(source), boundary);
    const [mine, dense] = [path.join(folder.path, 'mine.fgb'), path.join(folder.path, 'dense.geojson')];
    const [bent, reference] = [path.join(folder.path, 'bent.geojson'), path.join(folder.path, 'reference.fgb')];
    writeFileSync(mine, file);
    const geojson = ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=12'];
    execFileSync('ogr2ogr', [...geojson, dense, writeBoundary(folder.path, 'b', boundary), '-segmentize', '0.002']);
    execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'RFC7946=NO', bent, dense, '-t_srs', 'EPSG:3035']);
    execFileSync('ogr2ogr', ['-nlt', 'PROMOTE_TO_MULTI', '-clipsrc', bent, reference, source]);
    expect(sumOfAreas(mine) / sumOfAreas(reference)).toBeCloseTo(1, 7);
  });
});

function sumOfAreas(file: string): number {
  const sql = `SELECT SUM(ST_Area(geometry)) AS area FROM projected`;
  const output = execFileSync('ogrinfo', ['-ro', '-dialect', 'SQLite', '-sql', sql, file]).toString();
  return Number(/area \(Real\) = (\S+)/.exec(output)?.[1]);
}
