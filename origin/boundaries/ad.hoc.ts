import { type Bbox, bboxId, boxRing, parseBboxId } from '../../cache/bbox.ts';
import type { BoundaryEntry, Repair, SentBoundary } from '../../cache/catalogue.ts';
import { AD_HOC_ID_PREFIX } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import type { Database } from '../database/database.ts';
import { findBoundary } from './boundary.query.ts';
import { readPolygons } from './geojson.read.ts';
import { storeGeometries } from './geometry.store.ts';
import { countVertices } from './polygons.ts';
import { type PrepareBoundary, prepareDirectly } from './prepare.ts';
import { makeValid } from './valid.ts';

/**
 * What a body of the largest size holds at 7 decimals, which are centimetres, and several times the largest country at
 * 1:10m. One is made valid, prepared and stored within some seconds.
 */
const VERTICES_MAX = 500_000;
/** Digits of the digest in an id: 160 bits, far beyond accidental collision, in an id that fits the pattern. */
const DIGEST_HEX_DIGITS = 40;

/**
 * The boundary of a bounding box, stored when it is new, under the one spelling of its id.
 * @throws {Problem} `invalid-id`
 */
export async function ensureBbox(database: Database, id: string): Promise<BoundaryEntry> {
  const bbox = parseBboxId(id);
  const canonicalId = bboxId(bbox);
  const known = await findBoundary(database, canonicalId);
  if (known !== null) return known;
  const digest = await storeGeometry(database, bboxPolygons(bbox), prepareDirectly);
  return insertAdHoc(database, canonicalId, digest, null);
}

/** One rectangle, or the two on both sides of the antimeridian when west > east. */
export function bboxPolygons([west, south, east, north]: Bbox): MultiPolygonCoordinates {
  const spans =
    west < east
      ? [[west, east] as const]
      : [[west, 180] as const, [-180, east] as const].filter(([from, to]) => from < to);
  return spans.map(([from, to]) => [boxRing([from, south, to, north])]);
}

/**
 * Stores a geometry that a user sent as a boundary of its own. It is made valid, and named by the digest of what is
 * stored, so that the same geometry has the same id. Several polygons are united.
 * @param body GeoJSON (RFC 7946): polygons, alone or in Features and collections (see `readPolygons`).
 * @returns the boundary, and what was repaired.
 * @throws {Problem} `invalid-request` when it is not JSON; `invalid-boundary` when no boundary can be made of it; what
 *   `prepare` throws.
 */
export async function addGeometry(database: Database, body: string, prepare: PrepareBoundary): Promise<SentBoundary> {
  const [valid] = await makeValid(database, [readGeometry(body)]);
  if (valid === undefined || valid.polygons.length === 0) {
    throw new Problem('invalid-boundary', 'The geometry has no area. Send a polygon that encloses one.');
  }
  const { polygons, repaired } = valid;
  const digest = await storeGeometry(database, polygons, prepare);
  const id = AD_HOC_ID_PREFIX + digest.slice(0, DIGEST_HEX_DIGITS);
  return { ...(await insertAdHoc(database, id, digest, repaired)), repaired };
}

function readGeometry(body: string): MultiPolygonCoordinates {
  const polygons = readPolygons(readJson(body));
  const vertices = countVertices(polygons);
  if (vertices <= VERTICES_MAX) return polygons;
  throw new Problem('invalid-boundary', `The geometry has ${vertices} vertices; at most ${VERTICES_MAX} are allowed.`);
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Problem('invalid-request', 'The body is not JSON. Send a GeoJSON geometry, Feature or collection.', {
      cause,
    });
  }
}

/** Stores one geometry; no transaction stays open while it is prepared. */
async function storeGeometry(
  database: Database,
  polygons: MultiPolygonCoordinates,
  prepare: PrepareBoundary,
): Promise<string> {
  const [digest] = await storeGeometries(database, [polygons], prepare);
  if (digest === undefined) throw new Error('No digest was made of a geometry.');
  return digest;
}

/** Gives a stored geometry its name, unless it has it already. */
async function insertAdHoc(
  database: Database,
  id: string,
  digest: string,
  repaired: Repair | null,
): Promise<BoundaryEntry> {
  await database.query(
    `INSERT INTO boundaries (id, name, long_name, level, source, ad_hoc, digest, report)
     VALUES ($1, $1, $1, 0, 'on demand', true, $2, $3::jsonb) ON CONFLICT (id) DO NOTHING`,
    [id, digest, JSON.stringify(repaired === null ? {} : { repaired })],
  );
  const entry = await findBoundary(database, id);
  if (entry === null) throw new Error(`The boundary ${id} is gone right after it was stored.`);
  return entry;
}
