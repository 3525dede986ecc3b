import * as z from 'zod';
import { Problem } from '../../cache/problem.ts';
import { resolveCrs, type Crs } from './crs.ts';
import { GEO_KEY, USER_DEFINED, type GeoKeys } from './geokeys.ts';
import { GEO_KEY_NAMES } from './geokeys.names.ts';

const MODEL_PROJECTED = 1;
const MODEL_GEOGRAPHIC = 2;
const UNIT_DEGREE = 9102;
const UNIT_METRE = 9001;
/** How ArcGIS and GDAL store a CRS that the other keys cannot say. */
const ESRI_PREFIX = 'ESRI PE String = ';

/** The part of geotiff-geokeys-to-proj4 that is used; its own types cannot be resolved. */
const proj4ResultSchema = z.object({
  proj4: z.string(),
  errors: z.record(z.string(), z.unknown()),
});

/**
 * The CRS that the GeoKeys of a GeoTIFF describe.
 * @throws {Problem} `unsupported-source` that names it when it is unknown or cannot be projected exactly.
 */
export async function crsOfGeoKeys(keys: GeoKeys): Promise<Crs> {
  const wkt = [GEO_KEY.projectedCitation, GEO_KEY.citation]
    .map((key) => textOf(keys, key))
    .find((text) => text.startsWith(ESRI_PREFIX));
  if (wkt !== undefined) return resolveCrs({ code: null, wkt: wkt.slice(ESRI_PREFIX.length) });
  const model = keys.get(GEO_KEY.modelType);
  const code = codeOf(keys, model);
  if (code !== null) {
    requireUnits(keys, model);
    return resolveCrs({ code, wkt: null });
  }
  if (model === MODEL_PROJECTED || model === MODEL_GEOGRAPHIC) return userDefinedCrs(keys);
  throw new Problem(
    'unsupported-source',
    model === undefined
      ? 'The GeoTIFF does not say which coordinate reference system it is in.'
      : `The GeoTIFF is in ${nameOf(keys)}, which is neither a geographic nor a projected system that GeoKeys can say.`,
  );
}

/** An EPSG code, or null when the system is defined by other keys. */
function codeOf(keys: GeoKeys, model: unknown): number | null {
  const key = model === MODEL_GEOGRAPHIC ? GEO_KEY.geodeticCrs : GEO_KEY.projectedCrs;
  const code = model === MODEL_GEOGRAPHIC || model === MODEL_PROJECTED ? keys.get(key) : undefined;
  return typeof code === 'number' && code > 0 && code < USER_DEFINED ? code : null;
}

/** A code implies its units; a file that says others as well means a system that the code does not name. */
function requireUnits(keys: GeoKeys, model: unknown): void {
  const [key, usual] =
    model === MODEL_GEOGRAPHIC ? [GEO_KEY.angularUnits, UNIT_DEGREE] : [GEO_KEY.linearUnits, UNIT_METRE];
  const unit = keys.get(key);
  if (unit === undefined || unit === usual) return;
  throw new Problem(
    'unsupported-source',
    `The GeoTIFF is in ${nameOf(keys)} with units EPSG:${String(unit)}; only degrees and metres are supported.`,
  );
}

async function userDefinedCrs(keys: GeoKeys): Promise<Crs> {
  const named: Record<string, unknown> = {};
  for (const [key, value] of keys) {
    const name = GEO_KEY_NAMES.get(key);
    if (name !== undefined) named[name] = value;
  }
  const [{ toProj4 }, { crsFromProj4, unsupported }] = await Promise.all([
    import('geotiff-geokeys-to-proj4'),
    import('./crs.proj4.ts'),
  ]);
  // Its types want every key to be there, and none is needed.
  const { proj4, errors } = proj4ResultSchema.parse(Reflect.apply(toProj4, null, [named]));
  const faults = Object.keys(errors).filter((error) => error !== 'bothGCSAndPCSAreSet');
  const name = nameOf(keys);
  if (faults.length > 0) throw unsupported(name, `its GeoKeys cannot be read (${faults.join(', ')})`);
  if (keys.get(GEO_KEY.modelType) === MODEL_PROJECTED && proj4.includes('+proj=longlat')) {
    throw unsupported(name, 'its projection method is not known here');
  }
  return crsFromProj4(polarOrigin(proj4.replace(/\+axis=\w+/, '')), name);
}

/** A polar stereographic system gives its standard parallel only; the pole it lies at follows from the sign. */
function polarOrigin(definition: string): string {
  const parallel = /\+lat_ts=(-?[\d.]+)/.exec(definition)?.[1];
  if (!definition.includes('+proj=stere ') || definition.includes('+lat_0=') || parallel === undefined) {
    return definition;
  }
  return `${definition} +lat_0=${Number(parallel) < 0 ? -90 : 90}`;
}

function nameOf(keys: GeoKeys): string {
  const name = textOf(keys, GEO_KEY.citation) || textOf(keys, GEO_KEY.projectedCitation);
  return name === '' ? 'an unnamed coordinate reference system' : `"${name}"`;
}

function textOf(keys: GeoKeys, key: number): string {
  const value = keys.get(key);
  return typeof value === 'string' ? value : '';
}
