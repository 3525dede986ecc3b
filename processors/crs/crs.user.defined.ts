import { toProj4 } from 'geotiff-geokeys-to-proj4';
import * as z from 'zod';
import { crsFromProj4, unsupported } from './crs.proj4.ts';
import type { Crs } from './crs.ts';
import { GEO_KEY, type GeoKeys, MODEL, nameOfGeoKeys } from './geokeys.ts';
import { GEO_KEY_NAMES } from './geokeys.names.ts';

/** The part of geotiff-geokeys-to-proj4 that is used; its own types cannot be resolved. */
const proj4ResultSchema = z.object({
  proj4: z.string(),
  errors: z.record(z.string(), z.unknown()),
});

/**
 * The CRS that GeoKeys define by their parameters, without a code.
 * @throws {Problem} `unsupported-source` that names it when it cannot be projected exactly.
 */
export function userDefinedCrs(keys: GeoKeys): Crs {
  const named: Record<string, unknown> = {};
  for (const [key, value] of keys) {
    const name = GEO_KEY_NAMES.get(key);
    if (name !== undefined) named[name] = value;
  }
  // Its types want every key to be there, and none is needed.
  const { proj4, errors } = proj4ResultSchema.parse(Reflect.apply(toProj4, null, [named]));
  const faults = Object.keys(errors).filter((error) => error !== 'bothGCSAndPCSAreSet');
  const name = nameOfGeoKeys(keys);
  if (faults.length > 0) throw unsupported(name, `its GeoKeys cannot be read (${faults.join(', ')})`);
  if (keys.get(GEO_KEY.modelType) === MODEL.projected && proj4.includes('+proj=longlat')) {
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
