import type { FlatGeometry } from './geometry.ts';
import { type Groups, groupBy, sortIntoNodes } from './sweep.nodes.ts';
import { NONE, type SweepPieces, SweepStatus } from './sweep.status.ts';
import { OUTSIDE } from './winding.ts';

/** The lines between inside and outside, as directed pieces between nodes with the inside on their left. */
export interface UnionLines {
  readonly pieces: SweepPieces;
  /** Numbers of the pieces that are such lines, in the order of a sweep: by node, at each from the lowest to the highest. */
  readonly kept: Uint32Array;
  /** By piece: 1 when it runs from its lower node to the higher one. */
  readonly isForward: Uint8Array;
  /** By piece: a line that bounds the area right below the piece's beginning, or {@link NONE} where that is the outside. */
  readonly lineBelow: Int32Array;
}

/** The kinds of places that the rings of a geometry make, by number, and which of them are inside. */
export interface Places {
  /** Tells that a place has an area, and is not only passed through between edges that lie on each other. */
  notePlace(place: number): void;
  /** Whether a place lies within a ring. */
  isWithin(place: number, ring: number): boolean;
  /** Tells that what the rings hold has a point in common. */
  noteTouching(rings: Iterable<number>): void;
  /**
   * The place on the other side of a ring's line.
   * @param change 1 to the left of the ring's direction, −1 to its right.
   */
  across(place: number, ring: number, change: 1 | -1): number;
  /** For each place 1 when it is inside. Asked when all places are known. */
  inside(): Uint8Array;
}

/** Edges of a noded geometry, joined where they are the same. */
interface Joined {
  readonly pieces: SweepPieces;
  /** The edges of each piece: their rings, and 1 when the ring runs from the lower node to the higher one, else −1. */
  readonly edges: Groups;
  readonly ringOfEdge: Uint32Array;
  readonly directionOfEdge: Int8Array;
}

/**
 * Finds which edges part the inside of the united polygons from the outside, by a sweep that knows the place below and
 * above each edge.
 * @param geometry noded, see `nodeGeometry`.
 * @param places say what is inside.
 * @throws {Problem} `invalid-boundary` when too many polygons overlap.
 */
export function findUnionLines(geometry: FlatGeometry, places: Places): UnionLines {
  const joined = joinEdges(geometry);
  const { pieces } = joined;
  const pieceCount = pieces.low.length;
  const belowAtStart = new Int32Array(pieceCount).fill(NONE);
  const placeAbove = new Uint32Array(pieceCount);
  const order = new Uint32Array(pieceCount);
  let ordered = 0;
  sweep(pieces, (piece, below) => {
    belowAtStart[piece] = below;
    placeAbove[piece] = placeAcross(joined, piece, placeOver(below, placeAbove), places);
    places.notePlace(placeAbove[piece] ?? OUTSIDE);
    order[ordered++] = piece;
  });
  noteTouchingRings(joined, places, (piece) => [
    placeOver(belowAtStart[piece] ?? NONE, placeAbove),
    placeAbove[piece] ?? OUTSIDE,
  ]);
  const inside = places.inside();
  const isForward = new Uint8Array(pieceCount);
  const lineBelow = new Int32Array(pieceCount).fill(NONE);
  const isKept = new Uint8Array(pieceCount);
  for (const piece of order) {
    const below = belowAtStart[piece] ?? NONE;
    // What is no line has the same area on both sides.
    if (below !== NONE) lineBelow[piece] = isKept[below] === 1 ? below : (lineBelow[below] ?? NONE);
    const insideAbove = inside[placeAbove[piece] ?? OUTSIDE] ?? 0;
    isForward[piece] = insideAbove;
    isKept[piece] = insideAbove === inside[placeOver(below, placeAbove)] ? 0 : 1;
  }
  return { pieces, kept: order.filter((piece) => isKept[piece] === 1), isForward, lineBelow };
}

/** Calls back with each piece and the one below it where it begins, at each node from the lowest to the highest. */
function sweep(pieces: SweepPieces, visit: (piece: number, below: number) => void): void {
  const { nodes, low, high } = pieces;
  const beginning = groupBy(low, nodes.xs.length);
  const ending = groupBy(high, nodes.xs.length);
  const status = new SweepStatus(pieces);
  for (let node = 0; node < nodes.xs.length; node++) {
    for (let place = ending.starts[node] ?? 0; place < (ending.starts[node + 1] ?? 0); place++) {
      status.remove(ending.members[place] ?? 0);
    }
    const [start = 0, end = 0] = [beginning.starts[node], beginning.starts[node + 1]];
    for (let place = start; place < end; place++) status.insert(beginning.members[place] ?? 0);
    if (start === end) continue;
    let piece = beginning.members[start] ?? 0;
    while (status.below(piece) !== NONE && low[status.below(piece)] === node) piece = status.below(piece);
    for (let count = start; count < end; count++) {
      visit(piece, status.below(piece));
      piece = status.above(piece);
    }
  }
}

function placeOver(piece: number, placeAbove: Uint32Array): number {
  return piece === NONE ? OUTSIDE : (placeAbove[piece] ?? OUTSIDE);
}

function placeAcross(joined: Joined, piece: number, from: number, places: Places): number {
  const { edges, ringOfEdge, directionOfEdge } = joined;
  let place = from;
  for (let at = edges.starts[piece] ?? 0; at < (edges.starts[piece + 1] ?? 0); at++) {
    const edge = edges.members[at] ?? 0;
    place = places.across(place, ringOfEdge[edge] ?? 0, directionOfEdge[edge] === 1 ? 1 : -1);
  }
  return place;
}

/** What rings hold meets in nodes, if it does. Spikes and the like hold nothing. */
function noteTouchingRings(
  { pieces, edges, ringOfEdge }: Joined,
  places: Places,
  sidesOf: (piece: number) => readonly number[],
): void {
  const nodeCount = pieces.nodes.xs.length;
  const ringsAt = new Map<number, Set<number>>();
  const ringOfNode = new Int32Array(nodeCount).fill(NONE);
  const note = (node: number, ring: number): void => {
    const first = ringOfNode[node] ?? NONE;
    if (first === NONE) ringOfNode[node] = ring;
    else if (first !== ring) ringsAt.set(node, (ringsAt.get(node) ?? new Set([first])).add(ring));
  };
  for (let piece = 0; piece < pieces.low.length; piece++) {
    for (let at = edges.starts[piece] ?? 0; at < (edges.starts[piece + 1] ?? 0); at++) {
      const ring = ringOfEdge[edges.members[at] ?? 0] ?? 0;
      if (!sidesOf(piece).some((place) => places.isWithin(place, ring))) continue;
      note(pieces.low[piece] ?? 0, ring);
      note(pieces.high[piece] ?? 0, ring);
    }
  }
  for (const rings of ringsAt.values()) places.noteTouching(rings);
}

function joinEdges({ coordinates, ringStarts }: FlatGeometry): Joined {
  const nodes = sortIntoNodes(coordinates);
  const vertexCount = coordinates.length / 2;
  const lowOfEdge = new Uint32Array(vertexCount);
  const highOfEdge = new Uint32Array(vertexCount);
  const ringOfEdge = new Uint32Array(vertexCount);
  const directionOfEdge = new Int8Array(vertexCount);
  let edgeCount = 0;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const last = (ringStarts[ring + 1] ?? 0) - 1;
    for (let vertex = ringStarts[ring] ?? 0; vertex < last; vertex++) {
      const [from = 0, to = 0] = [nodes.ofVertex[vertex], nodes.ofVertex[vertex + 1]];
      if (from === to) continue;
      lowOfEdge[edgeCount] = Math.min(from, to);
      highOfEdge[edgeCount] = Math.max(from, to);
      ringOfEdge[edgeCount] = ring;
      directionOfEdge[edgeCount] = from < to ? 1 : -1;
      edgeCount++;
    }
  }
  const byLow = groupBy(lowOfEdge.subarray(0, edgeCount), nodes.xs.length);
  const pieceOfEdge = new Uint32Array(edgeCount);
  const low = new Uint32Array(edgeCount);
  const high = new Uint32Array(edgeCount);
  let pieceCount = 0;
  for (let node = 0; node < nodes.xs.length; node++) {
    const beginning = byLow.members.subarray(byLow.starts[node], byLow.starts[node + 1]);
    if (beginning.length > 1) beginning.sort((a, b) => (highOfEdge[a] ?? 0) - (highOfEdge[b] ?? 0));
    beginning.forEach((edge, index) => {
      if (index === 0 || highOfEdge[edge] !== high[pieceCount - 1]) {
        low[pieceCount] = node;
        high[pieceCount] = highOfEdge[edge] ?? 0;
        pieceCount++;
      }
      pieceOfEdge[edge] = pieceCount - 1;
    });
  }
  const pieces = { nodes, low: low.subarray(0, pieceCount), high: high.subarray(0, pieceCount) };
  return { pieces, edges: groupBy(pieceOfEdge, pieceCount), ringOfEdge, directionOfEdge };
}
