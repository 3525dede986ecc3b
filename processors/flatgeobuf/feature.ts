import { Problem } from '../../cache/problem.ts';
import { FlatTable } from './flatbuffer.table.ts';
import { SIZE_PREFIX_BYTES } from './header.ts';

const FEATURE_FIELD = { geometry: 0, properties: 1, columns: 2 } as const;
const GEOMETRY_FIELD = { ends: 0, xy: 1, z: 2, m: 3, type: 6, parts: 7 } as const;

/** Flat coordinates of a part: a point, several points, a line, several lines, or a polygon's rings. */
export interface Part {
  /** x0, y0, x1, y1, … */
  xy: Float64Array;
  z: Float64Array | null;
  m: Float64Array | null;
  /** Vertex at which each line or ring ends (exclusive); one when the part is one line or ring. */
  ends: readonly number[];
  /** The type number stored with the part, 0 when none is. */
  storedType: number;
}

/** A feature that was read to be cut. */
export interface Feature {
  /** The parts of a MultiPolygon; one part for all other types; none for a null or empty geometry. */
  parts: Part[];
  storedType: number;
  /** Attribute values as they stand, null when there are none. */
  properties: Uint8Array | null;
  /** The feature has columns of its own instead of the header's. */
  hasOwnColumns: boolean;
}

/**
 * Reads a feature, size prefix included.
 * @param what names the feature in errors.
 * @throws {Problem} `invalid-source` when it is damaged or a coordinate is not a finite number.
 */
export function readFeature(bytes: Uint8Array, what: string): Feature {
  const table = FlatTable.root(bytes.subarray(SIZE_PREFIX_BYTES), what);
  const geometry = table.table(FEATURE_FIELD.geometry);
  return {
    parts: geometry === null ? [] : readParts(geometry, bytes.length, what),
    storedType: geometry?.uint8(GEOMETRY_FIELD.type, 0) ?? 0,
    properties: table.bytes(FEATURE_FIELD.properties),
    hasOwnColumns: (table.vector(FEATURE_FIELD.columns, 4)?.length ?? 0) > 0,
  };
}

function readParts(geometry: FlatTable, roomBytes: number, what: string): Part[] {
  const tables = geometry.vector(GEOMETRY_FIELD.parts, 4) === null ? [geometry] : geometry.tables(GEOMETRY_FIELD.parts);
  const parts: Part[] = [];
  let usedBytes = 0;
  for (const table of tables) {
    // Parts that point to the same bytes could otherwise claim far more memory than the file has.
    usedBytes += (table.vector(GEOMETRY_FIELD.xy, 8)?.length ?? 0) * 8;
    if (usedBytes > roomBytes) throw invalid(what, 'has parts that share their coordinates');
    const part = readPart(table, what);
    if (part !== null) parts.push(part);
  }
  return parts;
}

function readPart(table: FlatTable, what: string): Part | null {
  const xy = table.doubles(GEOMETRY_FIELD.xy);
  if (xy === null || xy.length === 0) return null;
  const vertices = xy.length / 2;
  if (!Number.isInteger(vertices)) throw invalid(what, `has ${xy.length} ordinates, which is not a number of points`);
  // A point whose coordinates are all NaN is how an empty point is written.
  if (vertices === 1 && xy.every(Number.isNaN)) return null;
  if (!xy.every(Number.isFinite)) throw invalid(what, 'has a coordinate that is not a finite number');
  const stored = table.uint32s(GEOMETRY_FIELD.ends);
  const ends = stored === null || stored.length === 0 ? [vertices] : [...stored];
  if (ends.at(-1) !== vertices || ends.some((end, index) => end < (ends[index - 1] ?? 0))) {
    throw invalid(what, `has ends that do not count up to its ${vertices} points`);
  }
  const [z, m] = [table.doubles(GEOMETRY_FIELD.z), table.doubles(GEOMETRY_FIELD.m)];
  for (const [name, ordinates] of [['Z', z] as const, ['M', m] as const]) {
    if (ordinates !== null && ordinates.length !== 0 && ordinates.length !== vertices) {
      throw invalid(what, `has ${ordinates.length} ${name} values for ${vertices} points`);
    }
  }
  const storedType = table.uint8(GEOMETRY_FIELD.type, 0);
  return { xy, z: z?.length === 0 ? null : z, m: m?.length === 0 ? null : m, ends, storedType };
}

function invalid(what: string, fault: string): Problem {
  return new Problem('invalid-source', `${what} ${fault}.`);
}
