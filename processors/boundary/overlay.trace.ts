import { furthestLeft } from './furthest.left.ts';
import type { Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';

/** Chains that follow one another and come back to where they began. */
export interface Loop {
  readonly chains: readonly number[];
  /** Whether it was followed to its end, and not cut off a way that met itself. */
  readonly isWhole: boolean;
}

/** Loops that pass each node once; null when the chains do not close. */
export function traceLoops(kept: readonly number[], chains: Chains, nodes: NodeTable): Loop[] | null {
  const leaving = new Map<number, number[]>();
  const balance = new Map<number, number>();
  for (const chain of kept) {
    const [from, to] = [chains.from(chain), chains.to(chain)];
    const others = leaving.get(from);
    if (others === undefined) leaving.set(from, [chain]);
    else others.push(chain);
    balance.set(from, (balance.get(from) ?? 0) + 1);
    balance.set(to, (balance.get(to) ?? 0) - 1);
  }
  for (const surplus of balance.values()) if (surplus !== 0) return null;
  const loops: Loop[] = [];
  for (const chain of kept) {
    const start = chains.from(chain);
    while ((leaving.get(start)?.length ?? 0) > 0) traceFrom(start, leaving, chains, nodes, loops);
  }
  return loops;
}

/** Follows chains from a node until they come back to it, cutting off a loop whenever they meet their own way. */
function traceFrom(
  start: number,
  leaving: Map<number, number[]>,
  chains: Chains,
  nodes: NodeTable,
  loops: Loop[],
): void {
  const path: number[] = [];
  /** How many chains lead to each node of the way. */
  const placeInPath = new Map([[start, 0]]);
  let here = start;
  for (;;) {
    const chain = takeLeftmost(path.at(-1), here, leaving.get(here) ?? [], chains, nodes);
    const next = chains.to(chain);
    path.push(chain);
    const place = placeInPath.get(next);
    here = next;
    if (place === undefined) {
      placeInPath.set(next, path.length);
      continue;
    }
    const loop = path.splice(place);
    for (let index = 0; index + 1 < loop.length; index++) placeInPath.delete(chains.to(loop[index] ?? 0));
    loops.push({ chains: loop, isWhole: place === 0 });
    if (place === 0) return;
  }
}

/** Takes out of `leaving` the chain that turns furthest to the left. */
function takeLeftmost(
  before: number | undefined,
  here: number,
  leaving: number[],
  chains: Chains,
  nodes: NodeTable,
): number {
  const isFree = before === undefined || leaving.length < 2;
  const best = isFree ? 0 : leftmost(chains.lastButOne(before), here, leaving, chains, nodes);
  const [taken = 0] = leaving.splice(best, 1);
  return taken;
}

function leftmost(before: number, here: number, leaving: readonly number[], chains: Chains, nodes: NodeTable): number {
  const points = [before, here, ...leaving.map((chain) => chains.second(chain))];
  const ends = leaving.map((_, index) => index + 2);
  return furthestLeft(0, 1, ends, {
    xs: points.map((node) => nodes.x(node)),
    ys: points.map((node) => nodes.y(node)),
  });
}
