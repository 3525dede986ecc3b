import type { EdgeConflict } from './simple.ts';
import { groupBy, sortIntoNodes } from './sweep.nodes.ts';
import { NONE, type SweepPieces, SweepStatus } from './sweep.status.ts';

/**
 * Whether any two edges are in conflict, by a sweep from left to right that compares each edge with its neighbours only
 * (Shamos and Hoey). The time grows with n log n whatever the shape, where cells that hold a million long thin spikes
 * would ask for each pair of them.
 * @param edges the vertices that they begin at, each once.
 */
export function findConflictBySweep(coordinates: Float64Array, edges: Uint32Array, conflict: EdgeConflict): boolean {
  const { pieces, edgeOf } = piecesOf(coordinates, edges);
  const nodeCount = pieces.nodes.xs.length;
  const beginning = groupBy(pieces.low, nodeCount);
  const ending = groupBy(pieces.high, nodeCount);
  const status = new SweepStatus(pieces);
  const clash = (a: number, b: number): boolean => a !== NONE && b !== NONE && conflict(edgeOf[a] ?? 0, edgeOf[b] ?? 0);
  for (let node = 0; node < nodeCount; node++) {
    for (let place = ending.starts[node] ?? 0; place < (ending.starts[node + 1] ?? 0); place++) {
      const piece = ending.members[place] ?? 0;
      if (clash(status.below(piece), status.above(piece))) return true;
      status.remove(piece);
    }
    for (let place = beginning.starts[node] ?? 0; place < (beginning.starts[node + 1] ?? 0); place++) {
      const piece = beginning.members[place] ?? 0;
      status.insert(piece);
      if (clash(status.below(piece), piece) || clash(piece, status.above(piece))) return true;
    }
  }
  return false;
}

/** The edges that have a length, and which edge each piece is. */
function piecesOf(coordinates: Float64Array, edges: Uint32Array): { pieces: SweepPieces; edgeOf: Uint32Array } {
  const nodes = sortIntoNodes(coordinates);
  const low = new Uint32Array(edges.length);
  const high = new Uint32Array(edges.length);
  const edgeOf = new Uint32Array(edges.length);
  let count = 0;
  for (const edge of edges) {
    const [from = 0, to = 0] = [nodes.ofVertex[edge], nodes.ofVertex[edge + 1]];
    if (from === to) continue;
    low[count] = Math.min(from, to);
    high[count] = Math.max(from, to);
    edgeOf[count] = edge;
    count++;
  }
  return { pieces: { nodes, low: low.subarray(0, count), high: high.subarray(0, count) }, edgeOf };
}
