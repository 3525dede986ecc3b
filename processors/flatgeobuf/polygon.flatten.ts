import { envelopeOf, type FlatGeometry } from '../boundary/geometry.ts';
import type { Part } from './geometry.ts';

/** A triangle, closed. */
const RING_VERTICES_MIN = 4;

/** A ring of a part: its first vertex, the one after its last, and whether the first one stands again at its end. */
interface Ring {
  readonly part: Part;
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

/**
 * Closed rings of polygons; rings without an area to speak of are left out, with the polygon when it is the shell.
 * The coordinates are those of the polygons themselves where they follow one another in one buffer.
 */
export function flattenParts(polygons: readonly Part[]): FlatGeometry {
  const coordinates = inOneBuffer(polygons);
  if (coordinates !== null) return { coordinates, ...startsOf(polygons), envelope: envelopeOf(coordinates) };
  return copied(polygons.map(ringsOf).filter((rings) => rings.length > 0));
}

/** The coordinates of all polygons when all rings are as they should be and nothing lies between them; else null. */
function inOneBuffer(polygons: readonly Part[]): Float64Array | null {
  const [first] = polygons;
  if (first === undefined) return null;
  let end = first.xy.byteOffset;
  for (const part of polygons) {
    if (part.xy.buffer !== first.xy.buffer || part.xy.byteOffset !== end || !isReady(part)) return null;
    end += part.xy.byteLength;
  }
  if (polygons.length === 1) return first.xy;
  return new Float64Array(first.xy.buffer, first.xy.byteOffset, (end - first.xy.byteOffset) / 8);
}

/** Whether all rings are closed and long enough. */
function isReady({ xy, ends }: Part): boolean {
  let start = 0;
  return ends.every((end) => {
    const isClosed = isClosedRing(xy, start, end);
    const isLong = end - start >= RING_VERTICES_MIN;
    start = end;
    return isClosed && isLong;
  });
}

function isClosedRing(xy: Float64Array, start: number, end: number): boolean {
  return xy[start * 2] === xy[end * 2 - 2] && xy[start * 2 + 1] === xy[end * 2 - 1];
}

function startsOf(polygons: readonly Part[]): Pick<FlatGeometry, 'ringStarts' | 'polygonStarts'> {
  const ringStarts = new Uint32Array(1 + polygons.reduce((sum, { ends }) => sum + ends.length, 0));
  const polygonStarts = new Uint32Array(polygons.length + 1);
  let vertices = 0;
  let rings = 0;
  for (const [index, { xy, ends }] of polygons.entries()) {
    for (const end of ends) ringStarts[++rings] = vertices + end;
    vertices += xy.length / 2;
    polygonStarts[index + 1] = rings;
  }
  return { ringStarts, polygonStarts };
}

/** Rings that are long enough; none when the shell is not. */
function ringsOf(part: Part): Ring[] {
  const { xy, ends } = part;
  const rings: Ring[] = [];
  let start = 0;
  for (const [index, end] of ends.entries()) {
    // A ring of no vertices at all is not closed by one.
    const isClosed = end === start || isClosedRing(xy, start, end);
    if (verticesOf({ start, end, isClosed }) >= RING_VERTICES_MIN) rings.push({ part, start, end, isClosed });
    else if (index === 0) return [];
    start = end;
  }
  return rings;
}

function verticesOf({ start, end, isClosed }: Pick<Ring, 'start' | 'end' | 'isClosed'>): number {
  return end - start + (isClosed ? 0 : 1);
}

function copied(polygons: readonly (readonly Ring[])[]): FlatGeometry {
  const rings = polygons.flat();
  const coordinates = new Float64Array(2 * rings.reduce((sum, ring) => sum + verticesOf(ring), 0));
  const ringStarts = new Uint32Array(rings.length + 1);
  const polygonStarts = new Uint32Array(polygons.length + 1);
  let vertices = 0;
  for (const [index, ring] of rings.entries()) {
    const { part, start, end, isClosed } = ring;
    coordinates.set(part.xy.subarray(start * 2, end * 2), vertices * 2);
    vertices += verticesOf(ring);
    if (!isClosed) coordinates.set(part.xy.subarray(start * 2, start * 2 + 2), vertices * 2 - 2);
    ringStarts[index + 1] = vertices;
  }
  for (const [index, { length }] of polygons.entries()) polygonStarts[index + 1] = (polygonStarts[index] ?? 0) + length;
  return { coordinates, ringStarts, polygonStarts, envelope: envelopeOf(coordinates) };
}
