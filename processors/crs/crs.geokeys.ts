import { Problem } from '../../cache/problem.ts';
import { resolveCrs, type Crs } from './crs.ts';
import { GEO_KEY, geoKeyText, type GeoKeys, MODEL, nameOfGeoKeys, USER_DEFINED } from './geokeys.ts';

const UNIT_DEGREE = 9102;
const UNIT_METRE = 9001;
/** How ArcGIS and GDAL store a CRS that the other keys cannot say. */
const ESRI_PREFIX = 'ESRI PE String = ';

/**
 * The CRS that the GeoKeys of a GeoTIFF describe.
 * @throws {Problem} `unsupported-source` that names it when it is unknown or cannot be projected exactly.
 */
export async function crsOfGeoKeys(keys: GeoKeys): Promise<Crs> {
  const wkt = [GEO_KEY.projectedCitation, GEO_KEY.citation]
    .map((key) => geoKeyText(keys, key))
    .find((text) => text.startsWith(ESRI_PREFIX));
  if (wkt !== undefined) return resolveCrs({ code: null, wkt: wkt.slice(ESRI_PREFIX.length) });
  const model = keys.get(GEO_KEY.modelType);
  const code = codeOf(keys, model);
  if (code !== null) {
    requireUnits(keys, model);
    return resolveCrs({ code, wkt: null });
  }
  if (model === MODEL.projected || model === MODEL.geographic) {
    const { userDefinedCrs } = await import('./crs.user.defined.ts');
    return userDefinedCrs(keys);
  }
  throw new Problem(
    'unsupported-source',
    model === undefined
      ? 'The GeoTIFF does not say which coordinate reference system it is in.'
      : `The GeoTIFF is in ${nameOfGeoKeys(keys)}, which is neither a geographic nor a projected system that GeoKeys can say.`,
  );
}

/** An EPSG code, or null when the system is defined by other keys. */
function codeOf(keys: GeoKeys, model: unknown): number | null {
  const key = model === MODEL.geographic ? GEO_KEY.geodeticCrs : GEO_KEY.projectedCrs;
  const code = model === MODEL.geographic || model === MODEL.projected ? keys.get(key) : undefined;
  return typeof code === 'number' && code > 0 && code < USER_DEFINED ? code : null;
}

/** A code implies its units; a file that says others as well means a system that the code does not name. */
function requireUnits(keys: GeoKeys, model: unknown): void {
  const [key, usual] =
    model === MODEL.geographic ? [GEO_KEY.angularUnits, UNIT_DEGREE] : [GEO_KEY.linearUnits, UNIT_METRE];
  const unit = keys.get(key);
  if (unit === undefined || unit === usual) return;
  throw new Problem(
    'unsupported-source',
    `The GeoTIFF is in ${nameOfGeoKeys(keys)} with units EPSG:${String(unit)}; only degrees and metres are supported.`,
  );
}
