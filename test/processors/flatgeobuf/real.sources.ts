import { execFileSync } from 'node:child_process';
import path from 'node:path';

const DATA = path.join(import.meta.dirname, '../../../data');
/** Cells of the raster of zones for a degree. */
const CELLS = 80;

/** A layer of the sample data with its features numbered by the attribute `id`. */
export function numberedLayer(folder: string, layer: string): string {
  const to = path.join(folder, `${layer}.fgb`);
  const sql = ['-sql', `SELECT CAST(FID AS integer) AS id, * FROM ${layer}`];
  execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', to, path.join(DATA, 'vectors', `${layer}.fgb`), ...sql], {
    stdio: 'pipe',
  });
  return to;
}

/** States and provinces in a box as multipolygons, out of the raster of their numbers; `id` is the number. */
export function zonesIn(folder: string, name: string, box: readonly [number, number, number, number]): string {
  const [west, south, east, north] = [
    Math.floor(box[0] * CELLS) / CELLS,
    Math.floor(box[1] * CELLS) / CELLS,
    Math.ceil(box[2] * CELLS) / CELLS,
    Math.ceil(box[3] * CELLS) / CELLS,
  ];
  const [window, cells, to] = ['tif', 'gpkg', 'fgb'].map((end) => path.join(folder, `zones-${name}.${end}`));
  const raster = path.join(DATA, 'rasters/admin1_zones_45s.tif');
  const projwin = [west, north, east, south].map(String);
  execFileSync('gdal_translate', ['-q', '-projwin', ...projwin, raster, window ?? '']);
  execFileSync('gdal_polygonize.py', ['-q', window ?? '', '-f', 'GPKG', cells ?? '', 'cells', 'zone']);
  const union =
    'SELECT CAST(zone AS integer) AS id, ST_Union(geom) AS geometry FROM cells WHERE zone > 0 GROUP BY zone';
  const options = ['-dialect', 'SQLite', '-sql', union, '-nln', 'zones', '-nlt', 'MULTIPOLYGON'];
  execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', to ?? '', cells ?? '', ...options], { stdio: 'pipe' });
  return to ?? '';
}
