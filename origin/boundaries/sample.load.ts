import { fileURLToPath } from 'node:url';
import type { Database } from '../database/database.ts';
import type { Log } from '../log.ts';
import { loadBoundaries } from './load.ts';

const SAMPLE = {
  file: fileURLToPath(new URL('../../data/boundaries/countries.fgb', import.meta.url)),
  fields: { id: 'code', name: 'name', longName: 'long_name' },
  level: 0,
  source: 'countries.fgb',
};

/** Loads the countries that come with Cutline into a database that has no named boundary. */
export async function loadSampleBoundaries(database: Database, log: Log): Promise<void> {
  const [known] = await database.query('SELECT 1 FROM boundaries WHERE NOT ad_hoc LIMIT 1');
  if (known !== undefined) return;
  log.info('loading sample boundaries', { file: SAMPLE.file });
  const { added } = await loadBoundaries(database, SAMPLE);
  log.info('sample boundaries loaded', { added });
}
