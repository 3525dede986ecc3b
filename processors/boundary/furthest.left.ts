import { orient2d } from 'robust-predicates';

/** Coordinates of nodes by their number. */
export interface NodePoints {
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/**
 * Of the nodes that edges from `here` lead to, the place of the one that turns furthest to the left, coming from
 * `before`: the way round the face on the left.
 */
export function furthestLeft(before: number, here: number, ends: readonly number[], nodes: NodePoints): number {
  let best = 0;
  for (let index = 1; index < ends.length; index++) {
    if (isFurtherLeft(before, here, ends[index] ?? 0, ends[best] ?? 0, nodes)) best = index;
  }
  return best;
}

/** Whether the turn at `here` towards `a` is further to the left than that towards `b`, coming from `before`. */
function isFurtherLeft(before: number, here: number, a: number, b: number, nodes: NodePoints): boolean {
  const aIsLeft = isLeftOfWay(before, here, a, nodes);
  const bIsLeft = isLeftOfWay(before, here, b, nodes);
  return aIsLeft === bIsLeft ? side(here, b, a, nodes) > 0 : aIsLeft;
}

function isLeftOfWay(before: number, here: number, end: number, nodes: NodePoints): boolean {
  return side(before, here, end, nodes) > 0;
}

/** Positive when the third node lies on the left of the way from the first to the second. */
function side(first: number, second: number, third: number, { xs, ys }: NodePoints): number {
  const at = (values: ArrayLike<number>, node: number): number => values[node] ?? 0;
  return -orient2d(at(xs, first), at(ys, first), at(xs, second), at(ys, second), at(xs, third), at(ys, third));
}
