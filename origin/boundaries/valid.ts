import type { Repair } from '../../cache/catalogue.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import type { Queryable } from '../database/database.ts';
import { countVertices } from './polygons.ts';
import { decodeMultiPolygon, encodeMultiPolygon } from './wkb.ts';

/** A geometry as it will be stored. */
export interface ValidGeometry {
  /** Valid by OGC 06-103r4; empty when nothing of the input has an area. */
  polygons: MultiPolygonCoordinates;
  /** Null when it was valid and is unchanged. */
  repaired: Repair | null;
}

interface ValidRow {
  reason: string | null;
  geom: Buffer | null;
  area_before: number;
  area_after: number | null;
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
    rows.forEach(({ reason, geom, area_before: areaBefore, area_after: areaAfter }, index) => {
      if (reason === null) valid.push({ polygons: batch[index] ?? [], repaired: null });
      else {
        const polygons = geom === null ? [] : decodeMultiPolygon(geom);
        valid.push({ polygons, repaired: { reason, areaBefore, areaAfter: areaAfter ?? 0 } });
      }
    });
  }
  return valid;
}

// Materialised, so that the planner does not repair once for each use of what is repaired.
const MAKE_VALID = `
  WITH given AS MATERIALIZED (
    SELECT n, ST_GeomFromWKB(wkb, 4326) AS geom FROM unnest($1::bytea[]) WITH ORDINALITY AS given (wkb, n)
  ), checked AS MATERIALIZED (
    SELECT n, geom, ST_IsValid(geom) AS ok FROM given
  ), repaired AS MATERIALIZED (
    SELECT n, geom, ok, CASE WHEN NOT ok THEN
      ST_Multi(ST_CollectionExtract(ST_MakeValid(geom, 'method=structure keepcollapsed=false'), 3)) END AS made
    FROM checked
  )
  SELECT CASE WHEN NOT ok THEN ST_IsValidReason(geom) END AS reason, ST_AsBinary(made, 'NDR') AS geom,
    ST_Area(geom) AS area_before, ST_Area(made) AS area_after
  FROM repaired ORDER BY n`;

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
