import type { BoundaryEntry } from '../../cache/catalogue.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { Queryable } from '../database/database.ts';
import type { Envelope } from './polygons.ts';

interface EntryRow {
  id: string;
  name: string;
  long_name: string;
  level: number;
  digest: string;
  bbox: Envelope;
  vertices: number;
}

const SELECT_ENTRY = `
  SELECT b.id, b.name, b.long_name, b.level, b.digest, g.bbox, g.vertices
  FROM boundaries AS b JOIN geometries AS g USING (digest)`;

/** A boundary by its id, be it named or made on demand; null when there is none. */
export async function findBoundary(database: Queryable, id: string): Promise<BoundaryEntry | null> {
  const [row] = await database.query<EntryRow>(`${SELECT_ENTRY} WHERE b.id = $1`, [id]);
  return row === undefined ? null : toEntry(row);
}

/** All named boundaries as people look for them: by long name, whatever accents it has, and then id. */
export async function listBoundaries(database: Queryable): Promise<BoundaryEntry[]> {
  const entries = (await database.query<EntryRow>(`${SELECT_ENTRY} WHERE NOT b.ad_hoc`)).map(toEntry);
  // Sorted here: collations differ between databases.
  const { compare } = new Intl.Collator('en');
  return entries.sort((a, b) => compare(a.longName, b.longName) || compare(a.id, b.id));
}

/**
 * Named boundaries that hold a point or have it on their line, the highest level first.
 * @param latitude degrees north, as given in a query.
 * @throws {Problem} `invalid-request` when a value is not a number of degrees.
 */
export async function findBoundariesAt(
  database: Queryable,
  latitude: string | null,
  longitude: string | null,
): Promise<BoundaryEntry[]> {
  const point = [degrees('longitude', longitude, 180), degrees('latitude', latitude, 90)];
  const rows = await database.query<EntryRow>(
    `${SELECT_ENTRY}
     WHERE NOT b.ad_hoc AND ST_Covers(g.geom, ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326))
     ORDER BY b.level DESC, b.id COLLATE "C"`,
    point,
  );
  return rows.map(toEntry);
}

const NUMBER_PATTERN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

function degrees(name: string, text: string | null, limit: number): number {
  const value = text !== null && NUMBER_PATTERN.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value) <= limit) return value;
  throw new Problem(
    'invalid-request',
    `${name} is ${text === null ? 'missing' : quoted(text)}; give a number of degrees from -${limit} to ${limit}.`,
  );
}

function toEntry({ id, name, long_name: longName, level, digest, bbox, vertices }: EntryRow): BoundaryEntry {
  return { id, name, longName, level, digest, bbox, vertices };
}
