import proj4, { type Converter } from 'proj4';
import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import { WGS84, type Crs } from './crs.ts';

const WGS84_PROJ4 = '+proj=longlat +datum=WGS84 +no_defs';
/** Degrees by which a geographic CRS may differ from WGS 84 and still count as the same: 0.1 mm. */
const SAME_DEGREES = 1e-9;
/** Where geographic systems are compared with WGS 84, in degrees. */
const PROBES = [
  [0, 0],
  [45, 45],
  [-120, -30],
  [179, 80],
] as const;
/** Datum shifts that need grid files, which are not at hand: leaving them out would move the clip by up to 200 m. */
const GRID_SHIFT = /\+nadgrids=(?!@null)|\+datum=NAD27/i;

/**
 * A CRS given as a PROJ string.
 * @throws {Problem} `unsupported-source` when it cannot be projected exactly.
 */
export function crsFromProj4(definition: string, name: string): Crs {
  if (GRID_SHIFT.test(definition)) {
    throw unsupported(name, 'its datum needs a shift grid, which is not available');
  }
  return crsFromDefinition(definition, name);
}

/**
 * A CRS given as WKT 1, OGC or ESRI.
 * @throws {Problem} `unsupported-source` when it cannot be read or projected exactly.
 */
export function crsFromWkt(wkt: string): Crs {
  const name = /^\s*\w+\s*\[\s*"([^"]*)"/.exec(wkt)?.[1] ?? quoted(wkt);
  if (/DATUM\s*\[\s*"(D_)?North_American(_Datum)?_1927"/i.test(wkt)) {
    throw unsupported(name, 'its datum needs a shift grid, which is not available');
  }
  return crsFromDefinition(wkt, name);
}

function crsFromDefinition(definition: string, name: string): Crs {
  const converter = makeConverter(definition, name);
  const convert = (method: 'forward' | 'inverse', a: number, b: number): readonly [number, number] => {
    try {
      const [x, y] = converter[method]([a, b]);
      return [x ?? Number.NaN, y ?? Number.NaN];
    } catch {
      // proj4 throws on coordinates that a projection has no answer for.
      return [Number.NaN, Number.NaN];
    }
  };
  const crs: Crs = {
    name,
    isGeographicDegrees: false,
    forward: (longitude, latitude) => convert('forward', longitude, besidePole(latitude)),
    inverse: (x, y) => convert('inverse', x, y),
  };
  return isWgs84(crs) ? { ...WGS84, name } : crs;
}

/** Some projections of proj4 (equidistant cylindrical) take one pole for the other; so near to it there is no jump. */
const POLE_GAP = 1e-14;

function besidePole(latitude: number): number {
  return Math.abs(latitude) === 90 ? latitude * (1 - POLE_GAP) : latitude;
}

function makeConverter(definition: string, name: string): Converter {
  try {
    return proj4(WGS84_PROJ4, definition);
  } catch (cause) {
    throw unsupported(name, 'its definition or projection method is not known here', cause);
  }
}

/** ETRS89, NAD83 and the like have no known shift from WGS 84; coordinates are the same numbers. */
function isWgs84(crs: Crs): boolean {
  return PROBES.every(([longitude, latitude]) => {
    const [x, y] = crs.forward(longitude, latitude);
    return Math.abs(x - longitude) < SAME_DEGREES && Math.abs(y - latitude) < SAME_DEGREES;
  });
}

/** The `unsupported-source` that names a CRS and why it cannot be used. */
export function unsupported(name: string, reason: string, cause?: unknown): Problem {
  return new Problem('unsupported-source', `The coordinate reference system ${name} is not supported: ${reason}.`, {
    cause,
  });
}
