import { Problem } from '../../cache/problem.ts';

/** A coordinate reference system, seen from EPSG:4326. */
export interface Crs {
  /** For people, such as `EPSG:3035 (ETRS89-extended / LAEA Europe)`. */
  readonly name: string;
  /**
   * Coordinates are WGS 84 longitude and latitude in degrees, so that `forward` changes nothing and
   * boundaries may be used as they are.
   */
  readonly isGeographicDegrees: boolean;
  /** Longitude and latitude in degrees to x (east) and y (north). Not finite where the projection has no answer. */
  forward(longitude: number, latitude: number): readonly [x: number, y: number];
  /** The reverse of `forward`. Not finite where the projection has no answer. */
  inverse(x: number, y: number): readonly [longitude: number, latitude: number];
}

/** How a file may name its CRS. The code wins over the text. */
export interface CrsDefinition {
  /** EPSG or ESRI code; null or 0 when unknown. */
  code: number | null;
  /** WKT 1 (OGC or ESRI); null or empty when unknown. */
  wkt: string | null;
}

/** Codes of WGS 84 itself, two- and three-dimensional: need no projection library. */
const WGS84_CODES = new Set([4326, 4979]);

/** WGS 84 longitude and latitude in degrees. */
export const WGS84: Crs = {
  name: 'EPSG:4326 (WGS 84)',
  isGeographicDegrees: true,
  forward: (longitude, latitude) => [longitude, latitude],
  inverse: (x, y) => [x, y],
};

/**
 * Finds the CRS that a code or a WKT names. The projection library is loaded only when it is needed.
 * @throws {Problem} `unsupported-source` that names the CRS when it is unknown here or cannot be projected exactly.
 */
export async function resolveCrs({ code, wkt }: CrsDefinition): Promise<Crs> {
  if (code !== null && WGS84_CODES.has(code)) return WGS84;
  if (code !== null && code !== 0) {
    const { crsFromCode } = await import('./crs.epsg.ts');
    return crsFromCode(code);
  }
  if (wkt !== null && wkt !== '') {
    const { crsFromWkt } = await import('./crs.proj4.ts');
    return crsFromWkt(wkt);
  }
  throw new Problem('unsupported-source', 'The source does not say which coordinate reference system it is in.');
}
