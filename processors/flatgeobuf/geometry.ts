import type { GeometryType } from './geometry.type.ts';
import { joinDoubles, joinOrdinates, type Ordinates } from './ordinates.ts';

/** Flat coordinates: a point, several points, a line, several lines, or a polygon's rings. */
export interface Part extends Ordinates {
  /** x0, y0, x1, y1, … */
  readonly xy: Float64Array;
  /** Vertex at which each line or ring ends (exclusive); one when the part is one line or ring. */
  readonly ends: readonly number[];
  /** The type number stored with the part, 0 when none is. */
  readonly storedType: number;
}

/** A geometry with coordinates of its own. */
export interface SimpleGeometry {
  readonly type: GeometryType;
  readonly part: Part;
}

/** A geometry made of others, which are not empty. */
export interface CompoundGeometry {
  readonly type: GeometryType;
  readonly storedType: number;
  readonly members: readonly Geometry[];
}

/** A geometry as FlatGeobuf stores it. */
export type Geometry = SimpleGeometry | CompoundGeometry;

/** All coordinates of a geometry, those of its members one after another. */
export function partsOf(geometry: Geometry): Part[] {
  return 'part' in geometry ? [geometry.part] : geometry.members.flatMap(partsOf);
}

/** Puts points or lines together into one part with an end for each. */
export function joinParts(parts: readonly Part[], storedType: number): Part {
  let vertices = 0;
  const ends = parts.map((part) => (vertices += part.xy.length / 2));
  const xy = joinDoubles(parts.map((part) => part.xy)) ?? new Float64Array();
  return { xy, ...joinOrdinates(parts), ends, storedType };
}

/** Min x, min y, max x, max y of coordinates; infinite and inverted when there are none. */
export function envelopeOf(parts: readonly Part[]): [minX: number, minY: number, maxX: number, maxY: number] {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { xy } of parts) {
    for (let at = 0; at < xy.length; at += 2) {
      minX = Math.min(minX, xy[at] ?? 0);
      maxX = Math.max(maxX, xy[at] ?? 0);
      minY = Math.min(minY, xy[at + 1] ?? 0);
      maxY = Math.max(maxY, xy[at + 1] ?? 0);
    }
  }
  return [minX, minY, maxX, maxY];
}
