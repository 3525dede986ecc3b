import { crossingX, spansRow } from './edge.ts';
import type { FlatGeometry } from './geometry.ts';
import type { Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';
import type { EdgeTree } from './tree.ts';
import { buildEdgeTree } from './tree.build.ts';

/** Vertices looked at for points of one subject beyond which an index of its edges is built. */
const VERTICES_SEARCHED_MAX = 1_000_000;

/** Chains of a subject and a boundary that go round what both have in common. */
export interface KeptChains {
  readonly chains: number[];
  /** How many of the subject's are not among them. */
  readonly subjectDropped: number;
  /** How many of the boundary's are among them. */
  readonly boundaryKept: number;
}

/** Keeps the chains of each geometry that lie inside the other one, and one of two that run the same way. */
export function keptChains(chains: Chains, nodes: NodeTable, subject: FlatGeometry, boundary: EdgeTree): KeptChains {
  const decisions = decideCommon(chains, nodes.count);
  const inSubject = new PointSearch(subject);
  const kept: number[] = [];
  let [subjectDropped, boundaryKept] = [0, 0];
  for (let chain = 0; chain < chains.count; chain++) {
    const decision = decisions?.get(keyOf(chains, chain, nodes.count));
    if (chain < chains.subjectCount) {
      if (decision ?? isInside(chains, chain, nodes, boundary)) kept.push(chain);
      else subjectDropped++;
    } else if (decision === undefined && isInside(chains, chain, nodes, inSubject)) {
      kept.push(chain);
      boundaryKept++;
    }
  }
  return { chains: kept, subjectDropped, boundaryKept };
}

/** Pieces that both geometries have: kept when both have their inside on the same side, dropped otherwise. */
function decideCommon(chains: Chains, nodeCount: number): Map<number, boolean> | null {
  let ofSubject: Set<number> | null = null;
  for (let chain = 0; chain < chains.subjectCount; chain++) {
    if (chains.mayBeCommon(chain)) (ofSubject ??= new Set()).add(keyOf(chains, chain, nodeCount));
  }
  if (ofSubject === null) return null;
  const decisions = new Map<number, boolean>();
  for (let chain = chains.subjectCount; chain < chains.count; chain++) {
    if (!chains.mayBeCommon(chain)) continue;
    const key = keyOf(chains, chain, nodeCount);
    const opposite = chains.to(chain) * nodeCount + chains.from(chain);
    if (ofSubject.has(key)) decisions.set(key, true);
    if (ofSubject.has(opposite)) decisions.set(key, false).set(opposite, false);
  }
  return decisions.size === 0 ? null : decisions;
}

function keyOf(chains: Chains, chain: number, nodeCount: number): number {
  return chains.mayBeCommon(chain) ? chains.from(chain) * nodeCount + chains.to(chain) : -1;
}

/** Where the middle of the longest piece of a chain lies, which is where all of it lies. */
function isInside(
  { firsts, lasts, sequence }: Chains,
  chain: number,
  { xs, ys }: NodeTable,
  polygons: { containsPoint(x: number, y: number): boolean },
): boolean {
  let [longest, x, y] = [-1, Number.NaN, Number.NaN];
  const last = lasts.values[chain] ?? 0;
  let from = sequence.values[firsts.values[chain] ?? 0] ?? 0;
  for (let place = (firsts.values[chain] ?? 0) + 1; place <= last; place++) {
    const to = sequence.values[place] ?? 0;
    const [x0, y0, x1, y1] = [xs.values[from] ?? 0, ys.values[from] ?? 0, xs.values[to] ?? 0, ys.values[to] ?? 0];
    const length = Math.abs(x1 - x0) + Math.abs(y1 - y0);
    if (length > longest) [longest, x, y] = [length, (x0 + x1) / 2, (y0 + y1) / 2];
    from = to;
  }
  return polygons.containsPoint(x, y);
}

/** Whether polygons hold points, by their envelope and their edges; by an index only when there is much to look at. */
class PointSearch {
  readonly #geometry: FlatGeometry;
  #tree: EdgeTree | null = null;
  #searched = 0;

  constructor(geometry: FlatGeometry) {
    this.#geometry = geometry;
  }

  containsPoint(x: number, y: number): boolean {
    const { coordinates, ringStarts, envelope } = this.#geometry;
    if (!(x >= envelope[0] && x <= envelope[2] && y >= envelope[1] && y <= envelope[3])) return false;
    if (this.#tree !== null) return this.#tree.containsPoint(x, y);
    this.#searched += coordinates.length / 2;
    if (this.#searched > VERTICES_SEARCHED_MAX && this.#searched > coordinates.length) {
      this.#tree = buildEdgeTree(this.#geometry);
      return this.#tree.containsPoint(x, y);
    }
    let isOdd = false;
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      const end = ((ringStarts[ring + 1] ?? 0) - 1) * 2;
      for (let at = (ringStarts[ring] ?? 0) * 2; at < end; at += 2) {
        const [y0, y1] = [coordinates[at + 1] ?? 0, coordinates[at + 3] ?? 0];
        if (!spansRow(y0, y1, y)) continue;
        if (crossingX(coordinates[at] ?? 0, y0, coordinates[at + 2] ?? 0, y1, y) > x) isOdd = !isOdd;
      }
    }
    return isOdd;
  }
}
