import { edgeAt } from './rings.ts';
import { positionAlong } from './segments.ts';

/** Numbers points by their exact coordinates, so that rings can be put together without tolerance. */
export class NodeTable {
  readonly #ids = new Map<number, Map<number, number>>();
  readonly xs: number[] = [];
  readonly ys: number[] = [];

  /** Gives a point the number of another one. */
  identify(x: number, y: number, otherX: number, otherY: number): void {
    const id = this.id(otherX, otherY);
    const column = this.#ids.get(x);
    if (column === undefined) this.#ids.set(x, new Map([[y, id]]));
    else if (!column.has(y)) column.set(y, id);
  }

  id(x: number, y: number): number {
    let column = this.#ids.get(x);
    if (column === undefined) this.#ids.set(x, (column = new Map()));
    let id = column.get(y);
    if (id === undefined) {
      id = this.xs.length;
      column.set(y, id);
      this.xs.push(x);
      this.ys.push(y);
    }
    return id;
  }
}

/** Points at which edges are to be split, by edge. */
export class EdgeSplits {
  readonly #coordinates: Float64Array;
  readonly #points = new Map<number, [x: number, y: number][]>();

  constructor(coordinates: Float64Array) {
    this.#coordinates = coordinates;
  }

  add(edge: number, x: number, y: number): void {
    const points = this.#points.get(edge);
    if (points === undefined) this.#points.set(edge, [[x, y]]);
    else points.push([x, y]);
  }

  /** The edge as a chain of node ids from its start to its end, each differing from the one before. */
  chain(edge: number, nodes: NodeTable): number[] {
    const segment = edgeAt(this.#coordinates, edge);
    const points = this.#points.get(edge) ?? [];
    if (points.length > 1) points.sort((a, b) => positionAlong(segment, ...a) - positionAlong(segment, ...b));
    const chain = [nodes.id(segment[0], segment[1])];
    for (const [x, y] of [...points, [segment[2], segment[3]] as const]) {
      const node = nodes.id(x, y);
      if (node !== chain.at(-1)) chain.push(node);
    }
    return chain;
  }
}
