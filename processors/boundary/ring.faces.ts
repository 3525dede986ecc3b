import type { FlatPolygons } from './overlay.assemble.ts';
import { forEachRun, NONE, type RingArcs, vertexOf } from './ring.arcs.ts';
import type { RingBoxes } from './ring.boxes.ts';
import { doubledArea } from './rings.ts';
import { edgeOnLeft, type RingSides } from './ring.sides.ts';
import { type Loop, traceWalks, type Walks } from './ring.walks.ts';

/** Polygons, and 1 for each of their vertices that may be in the place of another one. */
export interface Faces extends FlatPolygons {
  readonly isMet: Uint8Array;
}

/**
 * Makes a polygon of each area inside: shells counter-clockwise, holes clockwise. All loops of one way round an area
 * bound it, so that the largest is its shell and the others are holes; only what lies in a polygon without touching it
 * has to be searched for.
 * @param boxes of the arcs' rings.
 * @param reach how far rounding may move a point of them.
 * @returns null when rounding hides where a ring lies.
 */
export function traceFaces(arcs: RingArcs, sides: RingSides, boxes: RingBoxes, reach: number): Faces | null {
  const walks = traceWalks(arcs, sides);
  const holes = sides.components.filter(({ isHole }) => isHole).sort((a, b) => a.x - b.x || a.y - b.y);
  const walksOfHoles = new Set(holes.map(({ outermost }) => walks.ofDart[outermost] ?? NONE));
  const polygonOfWalk = new Int32Array(walks.loops.length).fill(NONE);
  const polygons: Loop[][] = [];
  walks.loops.forEach((loops, walk) => {
    if (walksOfHoles.has(walk)) return;
    polygonOfWalk[walk] = polygons.length;
    polygons.push([...withLargestFirst(arcs, loops)]);
  });
  const arcOfEdge = holes.length === 0 ? null : arcsOfEdges(arcs);
  for (const { outermost, x, y } of holes) {
    const edge = edgeOnLeft(arcs.coordinates, boxes, x - reach, y);
    const arc = arcOfEdge?.[edge] ?? NONE;
    // What lies further to the left is in its polygon already.
    const polygon = polygonOfWalk[walkOfArc(walks, arc)] ?? NONE;
    const walk = walks.ofDart[outermost] ?? NONE;
    if (polygon === NONE) return null;
    polygonOfWalk[walk] = polygon;
    for (const loop of walks.loops[walk] ?? []) polygons[polygon]?.push(loop);
  }
  return flatten(arcs, polygons);
}

function walkOfArc({ ofDart }: Walks, arc: number): number {
  return Math.max(ofDart[arc * 2] ?? NONE, ofDart[arc * 2 + 1] ?? NONE);
}

function arcsOfEdges(arcs: RingArcs): Int32Array {
  const arcOfEdge = new Int32Array(arcs.coordinates.length / 2).fill(NONE);
  for (let arc = 0; arc < arcs.from.length; arc++) {
    forEachRun(arcs, arc, (start, end) => arcOfEdge.fill(arc, start, end));
  }
  return arcOfEdge;
}

function withLargestFirst(arcs: RingArcs, loops: readonly Loop[]): readonly Loop[] {
  if (loops.length < 2) return loops;
  let largest = 0;
  let largestSize = -1;
  for (const [index, loop] of loops.entries()) {
    const ring = new Float64Array(2 * verticesOf(arcs, loop));
    follow(arcs, loop, ring);
    const size = Math.abs(doubledArea(ring, 0, ring.length / 2));
    if (size > largestSize) [largest, largestSize] = [index, size];
  }
  return [loops[largest] ?? [], ...loops.filter((_, index) => index !== largest)];
}

/** Vertices of a loop, the first one again at its end. */
function verticesOf(arcs: RingArcs, loop: Loop): number {
  return loop.reduce((sum, dart) => sum + (arcs.edges[dart >> 1] ?? 0), 1);
}

/** Sets the coordinates of a loop. */
function follow(arcs: RingArcs, loop: Loop, ring: Float64Array): void {
  const xy = arcs.coordinates;
  let at = 0;
  for (const dart of loop) {
    const arc = dart >> 1;
    if ((dart & 1) === 0) {
      forEachRun(arcs, arc, (start, end) => {
        ring.set(xy.subarray(start * 2, end * 2), at);
        at += (end - start) * 2;
      });
      continue;
    }
    for (let step = arcs.edges[arc] ?? 0; step > 0; step--) {
      const vertex = vertexOf(arcs, arc, step);
      ring[at++] = xy[vertex * 2] ?? 0;
      ring[at++] = xy[vertex * 2 + 1] ?? 0;
    }
  }
  ring.copyWithin(at, 0, 2);
}

function flatten(arcs: RingArcs, polygons: readonly (readonly Loop[])[]): Faces {
  const loops = polygons.flat();
  const ringStarts = new Uint32Array(loops.length + 1);
  for (const [ring, loop] of loops.entries()) ringStarts[ring + 1] = (ringStarts[ring] ?? 0) + verticesOf(arcs, loop);
  const polygonStarts = new Uint32Array(polygons.length + 1);
  for (const [polygon, { length }] of polygons.entries()) {
    polygonStarts[polygon + 1] = (polygonStarts[polygon] ?? 0) + length;
  }
  const coordinates = new Float64Array((ringStarts.at(-1) ?? 0) * 2);
  const isMet = new Uint8Array(coordinates.length / 2);
  for (const [ring, loop] of loops.entries()) {
    const [first = 0, end = 0] = [ringStarts[ring], ringStarts[ring + 1]];
    follow(arcs, loop, coordinates.subarray(first * 2, end * 2));
    let at = first;
    for (const dart of loop) {
      if (arcs.node[dart] !== NONE) isMet[at] = 1;
      at += arcs.edges[dart >> 1] ?? 0;
    }
    isMet[at] = isMet[first] ?? 0;
  }
  return { coordinates, ringStarts, polygonStarts, isMet };
}
