import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { loadPrepared } from '../../processors/boundary/serialise.ts';
import type { Queryable } from '../database/database.ts';
import { countVertices, envelopeOf } from './polygons.ts';
import type { PrepareBoundary } from './prepare.ts';
import { decodeMultiPolygon, encodeMultiPolygon } from './wkb.ts';

/** Geometries are sent to the database in batches of about this many bytes, the prepared form included. */
const BATCH_BYTES = 4 * 1024 * 1024;

interface GeometryRow {
  digest: string;
  wkb: Buffer;
  vertices: number;
  bbox: string;
  prepared: Buffer;
}

/**
 * Stores valid geometries, each with its prepared boundary, under their digest. What is there already stays as it is.
 * Best called outside of transactions, which would stay open while boundaries are prepared.
 * @returns the digests, in the order given.
 */
export async function storeGeometries(
  database: Queryable,
  geometries: readonly MultiPolygonCoordinates[],
  prepare: PrepareBoundary,
): Promise<string[]> {
  const digests = await Promise.all(geometries.map((polygons) => boundaryDigest(polygons)));
  const known = await database.query<{ digest: string }>('SELECT digest FROM geometries WHERE digest = ANY($1)', [
    digests,
  ]);
  const done = new Set(known.map(({ digest }) => digest));
  let batch: GeometryRow[] = [];
  let batchBytes = 0;
  for (const [index, digest] of digests.entries()) {
    if (done.has(digest)) continue;
    done.add(digest);
    const row = await geometryRow(digest, geometries[index] ?? [], prepare);
    batch.push(row);
    batchBytes += row.wkb.length + row.prepared.length;
    if (batchBytes > BATCH_BYTES) {
      await insertRows(database, batch);
      [batch, batchBytes] = [[], 0];
    }
  }
  await insertRows(database, batch);
  return digests;
}

async function geometryRow(
  digest: string,
  polygons: MultiPolygonCoordinates,
  prepare: PrepareBoundary,
): Promise<GeometryRow> {
  const wkb = encodeMultiPolygon(polygons);
  return {
    digest,
    wkb,
    vertices: countVertices(polygons),
    bbox: JSON.stringify(envelopeOf(polygons)),
    prepared: Buffer.from((await prepare(wkb, digest)).buffer),
  };
}

async function insertRows(database: Queryable, rows: readonly GeometryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query(
    `INSERT INTO geometries (digest, geom, vertices, bbox, prepared)
     SELECT digest, ST_GeomFromWKB(wkb, 4326), vertices, bbox::jsonb, prepared
     FROM unnest($1::text[], $2::bytea[], $3::int[], $4::text[], $5::bytea[])
       AS given (digest, wkb, vertices, bbox, prepared)
     ON CONFLICT (digest) DO NOTHING`,
    [
      rows.map((row) => row.digest),
      rows.map((row) => row.wkb),
      rows.map((row) => row.vertices),
      rows.map((row) => row.bbox),
      rows.map((row) => row.prepared),
    ],
  );
}

/** Coordinates of a stored geometry; null when there is none of that digest. */
export async function loadGeometry(database: Queryable, digest: string): Promise<MultiPolygonCoordinates | null> {
  const wkb = await loadWkb(database, digest);
  return wkb === null ? null : decodeMultiPolygon(wkb);
}

async function loadWkb(database: Queryable, digest: string): Promise<Buffer | null> {
  const [row] = await database.query<{ wkb: Buffer }>(
    `SELECT ST_AsBinary(geom, 'NDR') AS wkb FROM geometries WHERE digest = $1`,
    [digest],
  );
  return row?.wkb ?? null;
}

/**
 * The serialised prepared boundary of a stored geometry, in memory that threads can share; null when there is none.
 * One that an older program made is prepared again.
 */
export async function loadPreparedBytes(
  database: Queryable,
  digest: string,
  prepare: PrepareBoundary,
): Promise<Uint8Array | null> {
  const [row] = await database.query<{ prepared: Buffer }>('SELECT prepared FROM geometries WHERE digest = $1', [
    digest,
  ]);
  if (row === undefined) return null;
  const bytes = shared(row.prepared);
  try {
    loadPrepared(bytes);
    return bytes;
  } catch {
    return prepareAgain(database, digest, prepare);
  }
}

async function prepareAgain(database: Queryable, digest: string, prepare: PrepareBoundary): Promise<Uint8Array | null> {
  const wkb = await loadWkb(database, digest);
  if (wkb === null) return null;
  const prepared = Buffer.from((await prepare(wkb, digest)).buffer);
  await database.query('UPDATE geometries SET prepared = $2 WHERE digest = $1', [digest, prepared]);
  return shared(prepared);
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
