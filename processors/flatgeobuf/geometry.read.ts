import { Problem } from '../../cache/problem.ts';
import type { FlatTable } from './flatbuffer.table.ts';
import type { Geometry, Part } from './geometry.ts';
import { GEOMETRY_TYPES, type GeometryType } from './geometry.type.ts';
import type { Ordinates } from './ordinates.ts';

const FIELD = { ends: 0, xy: 1, z: 2, m: 3, t: 4, tm: 5, type: 6, parts: 7 } as const;
/** Collections in collections; deeper ones are damage, and would fill the stack. */
const DEPTH_MAX = 32;
/** A table's pointer to its fields and a parent's pointer to the table. */
const TABLE_BYTES_MIN = 8;
/** Types stored as members with coordinates of their own. */
const MADE_OF_MEMBERS: ReadonlySet<GeometryType> = new Set([
  'MultiPolygon',
  'GeometryCollection',
  'CompoundCurve',
  'CurvePolygon',
  'MultiCurve',
  'MultiSurface',
  'PolyhedralSurface',
]);

/**
 * Reads the geometry of a feature; null when it is empty. Empty members are left out.
 * @param headerType the type that the header gives all features, or `Unknown`.
 * @param roomBytes size of the feature, more than which its geometry cannot take.
 * @throws {Problem} `invalid-source` when it is damaged or a coordinate is not a finite number.
 */
export function readGeometry(
  table: FlatTable,
  headerType: GeometryType,
  roomBytes: number,
  what: string,
): Geometry | null {
  return new GeometryReader(roomBytes, what).read(table, headerType, 0);
}

class GeometryReader {
  readonly #what: string;
  #roomBytes: number;

  constructor(roomBytes: number, what: string) {
    this.#roomBytes = roomBytes;
    this.#what = what;
  }

  /** @param given the type by the header or the parent; `Unknown` when the geometry has to name it. */
  read(table: FlatTable, given: GeometryType, depth: number): Geometry | null {
    if (depth > DEPTH_MAX) throw this.#invalid(`has collections in collections, more than ${DEPTH_MAX} deep`);
    const storedType = table.uint8(FIELD.type, 0);
    const parts = table.vector(FIELD.parts, 4);
    this.#spend(TABLE_BYTES_MIN * (1 + (parts?.length ?? 0)));
    const type = given === 'Unknown' ? GEOMETRY_TYPES[storedType] : given;
    if (type === undefined) throw this.#invalid(`is of type ${storedType}, which FlatGeobuf 3 does not know`);
    if (parts === null || parts.length === 0) {
      const part = this.#readPart(table, storedType);
      if (part !== null) this.#requireType(type, type === 'MultiPolygon' || !hasMembers(type));
      return part === null ? null : { type, part };
    }
    this.#requireType(type, hasMembers(type));
    const members = table
      .tables(FIELD.parts)
      .map((member) => this.read(member, memberType(type), depth + 1))
      .filter((member) => member !== null);
    return members.length === 0 ? null : { type, storedType, members };
  }

  #requireType(type: GeometryType, isPossible: boolean): void {
    if (type === 'Unknown') throw this.#invalid('has a geometry without a type, and the header names none');
    if (!isPossible) throw this.#invalid(`is a ${type} that is stored as none can be`);
  }

  #readPart(table: FlatTable, storedType: number): Part | null {
    // Before anything is made of it: parts that point to the same bytes could claim far more memory than the file has.
    this.#spend((table.vector(FIELD.xy, 8)?.length ?? 0) * 8);
    const xy = table.doubles(FIELD.xy);
    if (xy === null || xy.length === 0) return null;
    const vertices = xy.length / 2;
    if (!Number.isInteger(vertices)) {
      throw this.#invalid(`has ${xy.length} ordinates, which is not a number of points`);
    }
    // A point whose coordinates are all NaN is how an empty point is written.
    if (vertices === 1 && xy.every(Number.isNaN)) return null;
    if (!areFinite(xy)) throw this.#invalid('has a coordinate that is not a finite number');
    return { xy, ...this.#readOrdinates(table, vertices), ends: this.#readEnds(table, vertices), storedType };
  }

  #readEnds(table: FlatTable, vertices: number): readonly number[] {
    const stored = table.uint32s(FIELD.ends);
    const ends = stored === null || stored.length === 0 ? [vertices] : [...stored];
    if (ends.at(-1) === vertices && ends.every((end, index) => end >= (ends[index - 1] ?? 0))) return ends;
    throw this.#invalid(`has ends that do not count up to its ${vertices} points`);
  }

  #readOrdinates(table: FlatTable, vertices: number): Ordinates {
    const checked = <List extends { length: number }>(name: string, values: List | null): List | null => {
      if (values === null || values.length === 0) return null;
      if (values.length === vertices) return values;
      throw this.#invalid(`has ${values.length} ${name} values for ${vertices} points`);
    };
    return {
      z: checked('Z', table.doubles(FIELD.z)),
      m: checked('M', table.doubles(FIELD.m)),
      t: checked('T', table.doubles(FIELD.t)),
      tm: checked('TM', table.uint64s(FIELD.tm)),
    };
  }

  #spend(bytes: number): void {
    this.#roomBytes -= bytes;
    if (this.#roomBytes < 0) throw this.#invalid('has parts that share their coordinates');
  }

  #invalid(fault: string): Problem {
    return new Problem('invalid-source', `${this.#what} ${fault}.`);
  }
}

/** Without a call for each: there are millions. */
function areFinite(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return false;
  return true;
}

function hasMembers(type: GeometryType): boolean {
  return MADE_OF_MEMBERS.has(type);
}

/** The type of members that need not name it. */
function memberType(type: GeometryType): GeometryType {
  return type === 'MultiPolygon' || type === 'PolyhedralSurface' ? 'Polygon' : 'Unknown';
}
