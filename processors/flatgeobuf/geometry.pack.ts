import type { Feature } from './feature.ts';
import type { Geometry, Part } from './geometry.ts';
import { hasOrdinates } from './ordinates.ts';

/**
 * Moves the coordinates of a MultiPolygon's members together within the bytes that the feature was read from, so that
 * they are one array in the order of the members without a copy: writers of flatbuffers put the first member last.
 * @param feature read from bytes that nobody else uses; attributes and columns stay as they are.
 * @returns the same geometry, the very same where its members lie otherwise or have more than x and y.
 */
export function packMembers(feature: Feature): Geometry | null {
  const { geometry, properties, columns } = feature;
  if (geometry?.type !== 'MultiPolygon' || !('members' in geometry) || columns.length > 0) return geometry;
  const parts = geometry.members.flatMap((member) => ('part' in member ? [member.part] : []));
  const [first, last] = [parts[0]?.xy, parts.at(-1)?.xy];
  if (first === undefined || last === undefined || parts.length < geometry.members.length) return geometry;
  const isReversed = last.byteOffset < first.byteOffset;
  const inMemory = isReversed ? parts.toReversed() : parts;
  const room = roomOf(inMemory);
  if (room === null || (properties !== null && overlaps(room, properties))) return geometry;
  let end = 0;
  for (const { xy } of inMemory) {
    const start = (xy.byteOffset - room.byteOffset) / 8;
    room.copyWithin(end, start, start + xy.length);
    end += xy.length;
  }
  if (isReversed) reverseVertices(room.subarray(0, end));
  end = 0;
  const members = parts.map((part): Geometry => {
    const xy = room.subarray(end, (end += part.xy.length));
    if (isReversed) reverseVertices(xy);
    return { type: 'Polygon', part: { ...part, xy } };
  });
  return { ...geometry, members };
}

/** All between the first part and the last one; null when they do not follow one another in one buffer. */
function roomOf(parts: readonly Part[]): Float64Array | null {
  const [first] = parts;
  if (first === undefined) return null;
  const { buffer, byteOffset } = first.xy;
  let end = byteOffset;
  for (const part of parts) {
    const { xy } = part;
    if (xy.buffer !== buffer || xy.byteOffset < end || hasOrdinates(part)) return null;
    end = xy.byteOffset + xy.byteLength;
  }
  return new Float64Array(buffer, byteOffset, (end - byteOffset) / 8);
}

function overlaps(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  );
}

/** Turns the order of vertices round. */
function reverseVertices(xy: Float64Array): void {
  for (let low = 0, high = xy.length - 2; low < high; low += 2, high -= 2) {
    const [x = 0, y = 0] = [xy[low], xy[low + 1]];
    xy[low] = xy[high] ?? 0;
    xy[low + 1] = xy[high + 1] ?? 0;
    xy[high] = x;
    xy[high + 1] = y;
  }
}
