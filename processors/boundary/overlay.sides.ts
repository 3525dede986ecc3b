import type { Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';

/** Chains of a subject and a boundary that go round what both have in common. */
export interface KeptChains {
  readonly chains: number[];
  /**
   * How many of the subject's are not among them. Those that the subject goes there and back, within reach of an edge
   * of the boundary, do not count: no area is lost with them.
   */
  readonly subjectDropped: number;
  /** How many of the boundary's are among them. */
  readonly boundaryKept: number;
}

/** What can be asked for points. */
interface Polygons {
  containsPoint(x: number, y: number): boolean;
}

/** Keeps the chains of each geometry that lie inside the other one, and one of two that run the same way. */
export function keptChains(chains: Chains, nodes: NodeTable, subject: Polygons, boundary: Polygons): KeptChains {
  const common = decideCommon(chains, nodes.count);
  const kept: number[] = [];
  let [subjectDropped, boundaryKept] = [0, 0];
  for (let chain = 0; chain < chains.count; chain++) {
    const decision = common?.decisions.get(keyOf(chains, chain, nodes.count));
    if (chain < chains.subjectCount) {
      if (decision ?? isInside(chains, chain, nodes, boundary)) kept.push(chain);
      else if (decision === undefined || common?.ofSubject.has(oppositeOf(chains, chain, nodes.count)) !== true)
        subjectDropped++;
    } else if (decision === undefined && isInside(chains, chain, nodes, subject)) {
      kept.push(chain);
      boundaryKept++;
    }
  }
  return { chains: kept, subjectDropped, boundaryKept };
}

/** Pieces that both geometries have. */
interface CommonPieces {
  /** All pieces of the subject between two nodes that both geometries have. */
  readonly ofSubject: ReadonlySet<number>;
  readonly decisions: ReadonlyMap<number, boolean>;
}

/** Common pieces are kept when both geometries have their inside on the same side, and dropped otherwise. */
function decideCommon(chains: Chains, nodeCount: number): CommonPieces | null {
  let ofSubject: Set<number> | null = null;
  for (let chain = 0; chain < chains.subjectCount; chain++) {
    if (chains.mayBeCommon(chain)) (ofSubject ??= new Set()).add(keyOf(chains, chain, nodeCount));
  }
  if (ofSubject === null) return null;
  const decisions = new Map<number, boolean>();
  for (let chain = chains.subjectCount; chain < chains.count; chain++) {
    if (!chains.mayBeCommon(chain)) continue;
    const key = keyOf(chains, chain, nodeCount);
    const opposite = oppositeOf(chains, chain, nodeCount);
    if (ofSubject.has(key)) decisions.set(key, true);
    if (ofSubject.has(opposite)) decisions.set(key, false).set(opposite, false);
  }
  return decisions.size === 0 ? null : { ofSubject, decisions };
}

function keyOf(chains: Chains, chain: number, nodeCount: number): number {
  return chains.mayBeCommon(chain) ? chains.from(chain) * nodeCount + chains.to(chain) : -1;
}

/** The key of a piece that goes the other way. */
function oppositeOf(chains: Chains, chain: number, nodeCount: number): number {
  return chains.to(chain) * nodeCount + chains.from(chain);
}

/** Where the middle of the longest piece of a chain lies, which is where all of it lies. */
function isInside({ firsts, lasts, sequence }: Chains, chain: number, nodes: NodeTable, polygons: Polygons): boolean {
  let longest = -1;
  let x = Number.NaN;
  let y = Number.NaN;
  const last = lasts.values[chain] ?? 0;
  let from = sequence.at(firsts.values[chain] ?? 0);
  for (let place = (firsts.values[chain] ?? 0) + 1; place <= last; place++) {
    const to = sequence.at(place);
    const x0 = nodes.x(from);
    const y0 = nodes.y(from);
    const x1 = nodes.x(to);
    const y1 = nodes.y(to);
    const length = Math.abs(x1 - x0) + Math.abs(y1 - y0);
    if (length > longest) {
      longest = length;
      x = (x0 + x1) / 2;
      y = (y0 + y1) / 2;
    }
    from = to;
  }
  return polygons.containsPoint(x, y);
}
