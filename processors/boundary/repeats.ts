import type { FlatGeometry } from './geometry.ts';

/** The same rings without vertices that repeat the one before; the very same where there are none. */
export function withoutRepeats(geometry: FlatGeometry): FlatGeometry {
  const { coordinates, ringStarts } = geometry;
  if (!hasRepeats(coordinates, ringStarts)) return geometry;
  const kept = new Float64Array(coordinates.length);
  const keptStarts = new Uint32Array(ringStarts.length);
  let count = 0;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const first = ringStarts[ring] ?? 0;
    for (let vertex = first; vertex < (ringStarts[ring + 1] ?? 0); vertex++) {
      if (vertex > first && isRepeat(coordinates, vertex)) continue;
      kept[count * 2] = coordinates[vertex * 2] ?? 0;
      kept[count * 2 + 1] = coordinates[vertex * 2 + 1] ?? 0;
      count++;
    }
    keptStarts[ring + 1] = count;
  }
  return { ...geometry, coordinates: kept.subarray(0, count * 2), ringStarts: keptStarts };
}

function hasRepeats(coordinates: Float64Array, ringStarts: Uint32Array): boolean {
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const end = ringStarts[ring + 1] ?? 0;
    for (let vertex = (ringStarts[ring] ?? 0) + 1; vertex < end; vertex++) {
      if (isRepeat(coordinates, vertex)) return true;
    }
  }
  return false;
}

function isRepeat(coordinates: Float64Array, vertex: number): boolean {
  const at = vertex * 2;
  return coordinates[at] === coordinates[at - 2] && coordinates[at + 1] === coordinates[at - 1];
}
