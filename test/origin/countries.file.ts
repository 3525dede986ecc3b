import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadRequest } from '../../origin/boundaries/load.ts';
import { readBoundaryFile } from '../../origin/boundaries/file.read.ts';

export const COUNTRIES_FILE = fileURLToPath(new URL('../../data/boundaries/countries.fgb', import.meta.url));
export const COUNTRY_FIELDS = { id: 'code', name: 'name', longName: 'long_name' };

/** Writes some of the sample countries to a GeoJSON file and gives what loads it. */
export async function writeCountries(folder: string, codes: readonly string[]): Promise<LoadRequest> {
  const features = (await readBoundaryFile(COUNTRIES_FILE))
    .filter(({ properties }) => codes.includes(String(properties['code']).toLowerCase()))
    .map(({ properties, geometry }) => ({ type: 'Feature', properties, geometry }));
  const file = path.join(folder, 'some.countries.json');
  await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
  return { file, fields: COUNTRY_FIELDS, level: 0, source: 'countries' };
}
