import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import type { Queryable } from '../database/database.ts';
import { countVertices } from './polygons.ts';
import { decodeMultiPolygon, encodeMultiPolygon } from './wkb.ts';

/** A geometry as it will be stored. */
export interface ValidGeometry {
  /** Valid by OGC 06-103r4; empty when nothing of the input has an area. */
  polygons: MultiPolygonCoordinates;
  /** Why it had to be repaired, as PostGIS says it; null when it was valid and is unchanged. */
  repaired: string | null;
}

interface ValidRow {
  reason: string | null;
  geom: Buffer | null;
}

/** Vertices sent at a time: some 3 MB, which PGlite's socket takes well; a longer geometry goes alone. */
const BATCH_VERTICES = 200_000;

/**
 * Repairs what is not valid: overlapping parts are merged, crossings become vertices, spikes and parts without an
 * area go (`ST_MakeValid`, method structure). What is valid comes back as it was.
 */
export async function makeValid(
  database: Queryable,
  geometries: readonly MultiPolygonCoordinates[],
): Promise<ValidGeometry[]> {
  const valid: ValidGeometry[] = [];
  for (const batch of batches(geometries)) {
    const rows = await database.query<ValidRow>(MAKE_VALID, [batch.map(encodeMultiPolygon)]);
    rows.forEach(({ reason, geom }, index) => {
      const polygons = reason === null ? batch[index] : geom === null ? [] : decodeMultiPolygon(geom);
      valid.push({ polygons: polygons ?? [], repaired: reason });
    });
  }
  return valid;
}

const MAKE_VALID = `
  SELECT CASE WHEN ok THEN NULL ELSE ST_IsValidReason(geom) END AS reason,
    CASE WHEN ok THEN NULL
      ELSE ST_AsBinary(ST_Multi(ST_CollectionExtract(ST_MakeValid(geom, 'method=structure keepcollapsed=false'), 3)), 'NDR')
    END AS geom
  FROM (
    SELECT n, ST_GeomFromWKB(wkb, 4326) AS geom, ST_IsValid(ST_GeomFromWKB(wkb, 4326)) AS ok
    FROM unnest($1::bytea[]) WITH ORDINALITY AS given (wkb, n)
  ) AS checked
  ORDER BY n`;

function* batches(geometries: readonly MultiPolygonCoordinates[]): Generator<MultiPolygonCoordinates[]> {
  let batch: MultiPolygonCoordinates[] = [];
  let vertices = 0;
  for (const polygons of geometries) {
    const own = countVertices(polygons);
    if (batch.length > 0 && vertices + own > BATCH_VERTICES) {
      yield batch;
      [batch, vertices] = [[], 0];
    }
    batch.push(polygons);
    vertices += own;
  }
  if (batch.length > 0) yield batch;
}
