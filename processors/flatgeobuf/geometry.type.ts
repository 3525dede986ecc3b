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

/** Types that can be cut. */
export const CUTTABLE_TYPES = [
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
] as const satisfies readonly (typeof GEOMETRY_TYPES)[number][];
export type CuttableType = (typeof CUTTABLE_TYPES)[number];

/** Whether a feature can hold several parts. */
export function isMulti(type: CuttableType): boolean {
  return type.startsWith('Multi');
}
