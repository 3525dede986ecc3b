import { envelopeOf, type FlatGeometry } from './geometry.ts';
import { sortIntoNodes } from './sweep.nodes.ts';

/**
 * The same rings with one position for all vertices that lie within reach of each other, along x and along y: that of
 * the leftmost (and lowest) of them.
 */
export function mergeNearVertices(geometry: FlatGeometry, reach: number): FlatGeometry {
  const { xs, ys, ofVertex } = sortIntoNodes(geometry.coordinates);
  const leaders = new Uint32Array(xs.length);
  for (let node = 0; node < xs.length; node++) leaders[node] = leaderOf(node, leaders, xs, ys, reach);
  const coordinates = new Float64Array(geometry.coordinates.length);
  for (let vertex = 0; vertex < ofVertex.length; vertex++) {
    const leader = leaders[ofVertex[vertex] ?? 0] ?? 0;
    coordinates[vertex * 2] = xs[leader] ?? 0;
    coordinates[vertex * 2 + 1] = ys[leader] ?? 0;
  }
  return { ...geometry, coordinates, envelope: envelopeOf(coordinates) };
}

/** The first node within reach that leads itself; a node without one leads itself. */
function leaderOf(node: number, leaders: Uint32Array, xs: Float64Array, ys: Float64Array, reach: number): number {
  const [x = 0, y = 0] = [xs[node], ys[node]];
  let leader = node;
  for (let other = node - 1; other >= 0 && x - (xs[other] ?? 0) <= reach; other--) {
    if (leaders[other] === other && Math.abs(y - (ys[other] ?? 0)) <= reach) leader = other;
  }
  return leader;
}
