/** Geometry types of FlatGeobuf by their number in a header or a feature. */
export const GEOMETRY_TYPES = [
  'Unknown',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
  'CircularString',
  'CompoundCurve',
  'CurvePolygon',
  'MultiCurve',
  'MultiSurface',
  'Curve',
  'Surface',
  'PolyhedralSurface',
  'TIN',
  'Triangle',
] as const;
/** As the type of a header, `Unknown` says that each feature names its own. */
export type GeometryType = (typeof GEOMETRY_TYPES)[number];

/** How a type is cut: as points, lines or polygons, or member by member. */
export type CutAs = 'points' | 'lines' | 'polygons' | 'members';

/**
 * Types that are not listed cannot be cut: curves are not straight between their vertices, and the pieces of a
 * triangle are no triangles. Upright faces of surfaces have no area on the map, so that none of them would be left.
 */
const CUT_AS: Readonly<Partial<Record<GeometryType, CutAs>>> = {
  Point: 'points',
  MultiPoint: 'points',
  LineString: 'lines',
  MultiLineString: 'lines',
  Polygon: 'polygons',
  MultiPolygon: 'polygons',
  GeometryCollection: 'members',
  MultiCurve: 'members',
  MultiSurface: 'members',
};

/** How geometries of a type are cut; null when they cannot be. */
export function cutAs(type: GeometryType): CutAs | null {
  return CUT_AS[type] ?? null;
}

/** The type that holds several geometries of a type which cutting may part; null for all other types. */
export function multiOf(type: GeometryType): 'MultiLineString' | 'MultiPolygon' | null {
  if (type === 'LineString') return 'MultiLineString';
  return type === 'Polygon' ? 'MultiPolygon' : null;
}

/** The number that stands for a type in a file. */
export function typeNumber(type: GeometryType): number {
  return GEOMETRY_TYPES.indexOf(type);
}
