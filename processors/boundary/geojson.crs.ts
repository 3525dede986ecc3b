import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';

/**
 * The names under which longitude and latitude on WGS 84 go: short, as URN and as URL, with any version of their
 * register, and as GDAL writes it where it has no code. GDAL and QGIS have longitude first in files under all of them.
 */
const LONGITUDE_LATITUDE_PATTERN =
  /^(?:(?:.*[:/])?(?:EPSG[:/](?:[\d.]*[:/])?4326|(?:OGC[:/](?:[\d.]*[:/])?)?CRS84|epsg\.xml#4326)|WGS 84(?: \(CRS84\))?)$/i;
/** A FeatureCollection of Features of GeometryCollections of geometries: as deep as GeoJSON is nested. */
const LEVELS_MAX = 4;

/**
 * Refuses a CRS other than longitude and latitude on WGS 84 by its name, such as `EPSG:3857`.
 * @throws {Problem} `invalid-boundary`
 */
export function requireLongitudeLatitudeName(name: string): void {
  if (LONGITUDE_LATITUDE_PATTERN.test(name)) return;
  throw new Problem(
    'invalid-boundary',
    `The coordinates are in the CRS ${quoted(name)}; a boundary must be in longitude and latitude (EPSG:4326, ` +
      'OGC:CRS84). Convert it with ogr2ogr -t_srs EPSG:4326.',
  );
}

/**
 * Refuses GeoJSON whose coordinates are not longitude and latitude. RFC 7946 knows no other, but the `crs` member of
 * the GeoJSON before it (2008, section 3) is still written, at the document, its features or their geometries.
 * Whatever is no GeoJSON passes: its reader says so better.
 * @param value a parsed GeoJSON document.
 * @throws {Problem} `invalid-boundary` that names the CRS.
 */
export function requireLongitudeLatitude(value: unknown): void {
  requireInside(value, LEVELS_MAX);
}

function requireInside(value: unknown, levels: number): void {
  if (levels === 0 || !isObject(value)) return;
  const { crs, features, geometry, geometries } = value;
  if (crs !== undefined && crs !== null) requireLongitudeLatitudeName(nameOf(crs));
  for (const inner of [geometry, ...listOf(features), ...listOf(geometries)]) requireInside(inner, levels - 1);
}

/** The name of a `crs` member; what is no name is given as it stands, so that it is refused. */
function nameOf(crs: unknown): string {
  const properties = isObject(crs) && isObject(crs['properties']) ? crs['properties'] : {};
  const { name, code } = properties;
  if (typeof name === 'string') return name;
  // Of drafts before 2008: {"type": "EPSG", "properties": {"code": 4326}}.
  if (typeof code === 'number' || typeof code === 'string') return `EPSG:${code}`;
  return JSON.stringify(crs);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
