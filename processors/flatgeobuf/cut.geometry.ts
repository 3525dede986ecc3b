import { Problem } from '../../cache/problem.ts';
import type { Cut } from './cut.ts';
import { cutPoints } from './cut.point.ts';
import { cutPolygons } from './cut.polygon.ts';
import { withOrdinatesOf } from './cut.polygon.ordinates.ts';
import type { Cutline } from './cutline.ts';
import { type CompoundGeometry, type Geometry, joinParts, type Part, partsOf } from './geometry.ts';
import { cutAs, type GeometryType, typeNumber } from './geometry.type.ts';

/** What a boundary leaves of a geometry. */
export interface GeometryCut {
  /** `all`: nothing is cut off. */
  readonly kind: 'all' | 'part' | 'none';
  /** Nothing of the geometry lies outside the boundary; what is cut off, if anything, runs along its line. */
  readonly isCovered: boolean;
  /**
   * What is left when the kind is `part`: several geometries where the type has one part only, else one. Very many are
   * made one by one: they can be gone through once.
   */
  readonly pieces: Iterable<Geometry>;
  /** Sentences for the report. */
  readonly notes: readonly string[];
}

/**
 * Cuts a geometry of any type that can be cut; members of a collection each by its type, those left empty dropped. A
 * member that falls into several pieces becomes several members.
 * @param what names the feature in the report and in errors.
 * @throws {Problem} `unsupported-source` when it is or holds a geometry that cannot be cut, `invalid-source` when no
 * method can cut it.
 */
export async function cutGeometry(geometry: Geometry, cutline: Cutline, what: string): Promise<GeometryCut> {
  const way = cutAs(geometry.type);
  if (way === null) {
    throw new Problem(
      'unsupported-source',
      `${what} holds a ${geometry.type} and its box meets the line of the boundary. Curves and surfaces are copied or ` +
        'left out whole, not cut: the source must be prepared first (ogr2ogr -nlt CONVERT_TO_LINEAR straightens curves).',
    );
  }
  if (way === 'members') return cutMembers(geometry, cutline, what);
  const parts = partsOf(geometry);
  const cut = await cutParts(way, parts, cutline, what);
  if (cut.kind === 'all') return { kind: 'all', isCovered: true, pieces: [], notes: [] };
  const { kind, isCovered = false } = cut;
  if (kind === 'none') return { kind, isCovered, pieces: [], notes: [] };
  const pieces = way === 'polygons' ? withOrdinatesOf(parts, [...cut.pieces]) : cut.pieces;
  return { kind, isCovered, pieces: assemble(geometry, pieces), notes: cut.note === undefined ? [] : [cut.note] };
}

/** Several lines or polygons as one geometry of the Multi type, which it names. */
export function gather(geometries: readonly Geometry[], type: 'MultiLineString' | 'MultiPolygon'): Geometry {
  const storedType = typeNumber(type);
  if (type === 'MultiLineString') return { type, part: joinParts(geometries.flatMap(partsOf), storedType) };
  return { type, storedType, members: geometries.flatMap(partsOf).map(namedPolygon) };
}

/** Members of a MultiPolygon name their type, as GDAL writes them. */
function namedPolygon(part: Part): Geometry {
  return { type: 'Polygon', part: { ...part, storedType: typeNumber('Polygon') } };
}

async function cutParts(
  way: 'points' | 'lines' | 'polygons',
  parts: readonly Part[],
  cutline: Cutline,
  what: string,
): Promise<Cut> {
  if (way === 'polygons') return cutPolygons(parts, cutline, what);
  const [part] = parts;
  if (part === undefined) return { kind: 'none' };
  return way === 'points' ? cutPoints(part, cutline.boundary) : cutline.lines.cut(part);
}

/** Pieces of a single-part type stay single geometries; those of a multi-part type make one again. */
function assemble(geometry: Geometry, pieces: Iterable<Part>): Iterable<Geometry> {
  const { type } = geometry;
  if (type === 'MultiLineString') {
    return [{ type, part: joinParts([...pieces], partsOf(geometry)[0]?.storedType ?? 0) }];
  }
  if (type !== 'MultiPolygon') return singles(type, pieces);
  const storedType = 'members' in geometry ? geometry.storedType : geometry.part.storedType;
  return [{ type, storedType, members: [...singles('Polygon', pieces)] }];
}

function* singles(type: GeometryType, parts: Iterable<Part>): Generator<Geometry, void, undefined> {
  for (const part of parts) yield { type, part };
}

async function cutMembers(collection: Geometry, cutline: Cutline, what: string): Promise<GeometryCut> {
  const { type, storedType, members } = requireMembers(collection);
  const cuts: (readonly [Geometry, GeometryCut])[] = [];
  for (const member of members) cuts.push([member, await cutGeometry(member, cutline, what)]);
  const isCovered = cuts.every(([, cut]) => cut.isCovered);
  const notes = cuts.flatMap(([, cut]) => cut.notes);
  if (cuts.every(([, { kind }]) => kind === 'all')) return { kind: 'all', isCovered, pieces: [], notes };
  const left: Geometry[] = [];
  for (const [member, { kind, pieces }] of cuts) {
    if (kind === 'all') left.push(member);
    else for (const piece of pieces) left.push(piece);
  }
  if (left.length === 0) return { kind: 'none', isCovered, pieces: [], notes };
  return { kind: 'part', isCovered, pieces: [{ type, storedType, members: left }], notes };
}

function requireMembers(geometry: Geometry): CompoundGeometry {
  if ('members' in geometry) return geometry;
  throw new RangeError(`A ${geometry.type} without members cannot have been read.`);
}
