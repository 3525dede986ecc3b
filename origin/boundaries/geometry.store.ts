import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import { loadPrepared, serialisePrepared } from '../../processors/boundary/serialise.ts';
import type { Queryable } from '../database/database.ts';
import { countVertices, envelopeOf } from './polygons.ts';
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
 * @returns the digests, in the order given.
 */
export async function storeGeometries(
  database: Queryable,
  geometries: readonly MultiPolygonCoordinates[],
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
    const row = geometryRow(digest, geometries[index] ?? []);
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

function geometryRow(digest: string, polygons: MultiPolygonCoordinates): GeometryRow {
  return {
    digest,
    wkb: encodeMultiPolygon(polygons),
    vertices: countVertices(polygons),
    bbox: JSON.stringify(envelopeOf(polygons)),
    prepared: Buffer.from(serialisePrepared(prepareBoundary(polygons, digest)).buffer),
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
  const [row] = await database.query<{ geom: Buffer }>(
    `SELECT ST_AsBinary(geom, 'NDR') AS geom FROM geometries WHERE digest = $1`,
    [digest],
  );
  return row === undefined ? null : decodeMultiPolygon(row.geom);
}

/**
 * The serialised prepared boundary of a stored geometry, in memory that threads can share; null when there is none.
 * One that an older program made is prepared again.
 */
export async function loadPreparedBytes(database: Queryable, digest: string): Promise<Uint8Array | null> {
  const [row] = await database.query<{ prepared: Buffer }>('SELECT prepared FROM geometries WHERE digest = $1', [
    digest,
  ]);
  if (row === undefined) return null;
  const bytes = shared(row.prepared);
  try {
    loadPrepared(bytes);
    return bytes;
  } catch {
    return prepareAgain(database, digest);
  }
}

async function prepareAgain(database: Queryable, digest: string): Promise<Uint8Array | null> {
  const polygons = await loadGeometry(database, digest);
  if (polygons === null) return null;
  const { prepared } = geometryRow(digest, polygons);
  await database.query('UPDATE geometries SET prepared = $2 WHERE digest = $1', [digest, prepared]);
  return shared(prepared);
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
