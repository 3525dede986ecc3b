import { envelopeOf, type FlatGeometry } from './geometry.ts';
import { EvenOddPlaces } from './even.odd.ts';
import { nodeGeometry, type NodingLimits } from './noding.ts';
import { isSliver } from './rings.ts';
import type { SweepNodes } from './sweep.nodes.ts';
import { findUnionLines } from './union.lines.ts';
import { assembleRings, type UnionRing } from './union.rings.ts';
import { WindingPlaces } from './winding.ts';

/**
 * Makes polygons valid by the rules of ST_MakeValid with the method "structure" (see `WindingPlaces`): overlapping
 * polygons are united, crossings become vertices, spikes and what else has no area go. Shells run counter-clockwise,
 * holes clockwise. Time and memory grow with n log n and with the number of crossings.
 * @throws {Problem} `invalid-boundary` when edges meet or polygons overlap too often.
 */
export function unitePolygons(geometry: FlatGeometry): FlatGeometry {
  const lines = findUnionLines(nodeGeometry(geometry), new WindingPlaces(geometry));
  return toGeometry(assembleRings(lines), lines.pieces.nodes);
}

/**
 * Makes polygons valid by the even-odd rule: crossings become vertices, what two rings hold is outside, spikes and what
 * else has no area go. Where edges cross in points only this is what ST_MakeValid does with the method "linework".
 * @throws {Problem} `invalid-boundary` when edges meet too often.
 */
export function untangle(geometry: FlatGeometry, limits: NodingLimits): FlatGeometry {
  const lines = findUnionLines(nodeGeometry(geometry, limits), new EvenOddPlaces());
  return toGeometry(assembleRings(lines), lines.pieces.nodes);
}

/** Shells with their holes. A ring as narrow as rounding makes it is left out, a shell with all it holds. */
function toGeometry(rings: readonly UnionRing[], nodes: SweepNodes): FlatGeometry {
  const polygons = new Map<number, Float64Array[]>();
  rings.forEach(({ nodes: ofRing, shell }, index) => {
    const coordinates = coordinatesOf(ofRing, nodes);
    if (isSliver(coordinates, 0, coordinates.length / 2)) return;
    if (shell === index) polygons.set(index, [coordinates]);
    else polygons.get(shell)?.push(coordinates);
  });
  const all = [...polygons.values()].flat();
  const coordinates = new Float64Array(all.reduce((sum, ring) => sum + ring.length, 0));
  const ringStarts = new Uint32Array(all.length + 1);
  all.forEach((ring, index) => {
    coordinates.set(ring, (ringStarts[index] ?? 0) * 2);
    ringStarts[index + 1] = (ringStarts[index] ?? 0) + ring.length / 2;
  });
  const polygonStarts = new Uint32Array(polygons.size + 1);
  [...polygons.values()].forEach((ofPolygon, index) => {
    polygonStarts[index + 1] = (polygonStarts[index] ?? 0) + ofPolygon.length;
  });
  return { coordinates, ringStarts, polygonStarts, envelope: envelopeOf(coordinates) };
}

/** Coordinates of a closed ring. */
function coordinatesOf(ring: readonly number[], { xs, ys }: SweepNodes): Float64Array {
  const coordinates = new Float64Array(ring.length * 2 + 2);
  for (let index = 0; index <= ring.length; index++) {
    const node = ring[index % ring.length] ?? 0;
    coordinates[index * 2] = xs[node] ?? 0;
    coordinates[index * 2 + 1] = ys[node] ?? 0;
  }
  return coordinates;
}
