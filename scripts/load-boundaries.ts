// Loads named boundaries into the database: of DATABASE_URL or, without it, the one that `npm start` uses.
//   npm run load-boundaries -- FILE --id FIELD --name FIELD [--long-name FIELD] [--level N] [--source NAME]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadBoundaries, type LoadReport, type LoadRequest, type RepairedBoundary } from '../origin/boundaries/load.ts';
import { openDatabase } from '../origin/database/database.ts';
import { migrate } from '../origin/database/migrate.ts';
import { type PGliteProcess, usePGlite } from '../origin/database/pglite.start.ts';
import { freePort } from './start/ports.ts';

const USAGE = `usage: npm run load-boundaries -- FILE --id FIELD --name FIELD [options]

  FILE               GeoJSON FeatureCollection or FlatGeobuf, EPSG:4326
  --id FIELD         column that holds the id; it becomes lower case
  --name FIELD       column that holds the name
  --long-name FIELD  column that holds the full name; the name without it
  --level N          0 for countries (default), 1 for their first division, …
  --source NAME      what the boundaries come from; the file's name without it. Loading a source again updates it.

DATABASE_URL names the PostgreSQL server; without it the database of npm start is used (CUTLINE_DATA, .cutline).
A running service publishes them within seconds.`;

const LEVEL_MAX = 99;
const REPAIRS_SHOWN_MAX = 20;

try {
  const request = readArguments(process.argv.slice(2));
  if (request === null) {
    console.error(USAGE);
    process.exitCode = 2;
  } else {
    console.log(describe(request, await load(request)));
  }
} catch (error) {
  console.error(`load-boundaries: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** Null when the arguments are not as they should be. */
function readArguments(args: string[]): LoadRequest | null {
  const text = { type: 'string' } as const;
  const options = { id: text, name: text, 'long-name': text, level: text, source: text };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { id, name, level = '0' } = values;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0 || id === undefined || name === undefined) return null;
  if (!/^\d{1,2}$/.test(level) || Number(level) > LEVEL_MAX) return null;
  const fields = { id, name, longName: values['long-name'] ?? null };
  return { file, fields, level: Number(level), source: values.source ?? path.basename(file) };
}

async function load(request: LoadRequest): Promise<LoadReport> {
  const serverUrl = process.env['DATABASE_URL'] ?? '';
  const embedded = serverUrl === '' ? await embeddedDatabase() : null;
  const database = openDatabase({ url: embedded?.url ?? serverUrl, connections: 1 });
  try {
    await migrate(database);
    return await loadBoundaries(database, request);
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

async function embeddedDatabase(): Promise<PGliteProcess> {
  const dataFolder = process.env['CUTLINE_DATA'] ?? path.resolve(import.meta.dirname, '../.cutline');
  return usePGlite(path.join(dataFolder, 'database'), await freePort());
}

function describe(request: LoadRequest, { added, updated, unchanged, repaired }: LoadReport): string {
  const shown = repaired.slice(0, REPAIRS_SHOWN_MAX).map(describeRepair);
  const rest = repaired.length - shown.length;
  return [
    `${request.file}: ${added} added, ${updated} updated, ${unchanged} unchanged, ${repaired.length} repaired`,
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join('\n');
}

function describeRepair({ id, reason, areaBefore, areaAfter }: RepairedBoundary): string {
  return `  ${id}: ${reason}, area ${areaBefore} before and ${areaAfter} square degrees after`;
}
