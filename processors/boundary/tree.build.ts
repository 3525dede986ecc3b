import { segmentMeetsBox } from './edge.ts';
import type { FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import { orderOf } from './sweep.nodes.ts';
import { HALVED_ACROSS_X, HALVED_ACROSS_Y, LEAF_INSIDE, LEAF_OUTSIDE, RIGHT_INSIDE } from './tree.arrays.ts';
import { EdgeTree } from './tree.ts';

/** Edges in a leaf: fewer make more nodes, more make longer searches in a leaf. */
const LEAF_EDGES_MAX = 12;
/** Halvings from the root: a cell of the world is then 360° / 2^24, about 2 m. Many edges may meet in one vertex. */
const DEPTH_MAX = 48;
/** How often an edge may be listed on average; keeps combs and slivers from filling the memory. */
const INFLATION_MAX = 4;
/** Edges are listed in cells that they pass within this share of the largest coordinate, far above rounding. */
const MARGIN_RELATIVE = 1e-12;

/** Up to this number, sorting leaves by comparing them is quicker than ranking them. */
const LEAVES_COMPARED_MAX = 1000;
/** Kept of the cell of each leaf. */
const CELL_NUMBERS = 3;

interface Cell {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** Builds the tree over all edges of a geometry. */
export function buildEdgeTree(geometry: FlatGeometry): EdgeTree {
  const builder = new TreeBuilder(geometry);
  return builder.build();
}

class TreeBuilder {
  readonly #geometry: FlatGeometry;
  readonly #margin: number;
  readonly #links: GrowingUint32;
  readonly #sizes: GrowingUint32;
  readonly #entries: GrowingUint32;
  /** Edges of the cells on the way down; each cell's list is dropped when the cell is done. */
  readonly #pending: GrowingUint32;
  /** Leaves, and for each the left and right side and half the height of its cell. */
  readonly #leaves: GrowingUint32;
  readonly #leafCells: GrowingFloat64;

  constructor(geometry: FlatGeometry) {
    const vertexCount = geometry.coordinates.length / 2;
    const largest = Math.max(1e-300, ...geometry.envelope.filter(Number.isFinite).map(Math.abs));
    this.#geometry = geometry;
    this.#margin = largest * MARGIN_RELATIVE;
    this.#links = new GrowingUint32(vertexCount);
    this.#sizes = new GrowingUint32(vertexCount);
    this.#entries = new GrowingUint32(vertexCount * 2);
    this.#pending = new GrowingUint32(vertexCount * 3);
    this.#leaves = new GrowingUint32(vertexCount / 2);
    this.#leafCells = new GrowingFloat64((vertexCount / 2) * CELL_NUMBERS);
  }

  build(): EdgeTree {
    const [minX, minY, maxX, maxY] = this.#geometry.envelope;
    // Four margins: no edge comes near the root's side, so whatever lies beyond it is outside.
    const room = 4 * this.#margin;
    const root =
      minX <= maxX
        ? { minX: minX - room, minY: minY - room, maxX: maxX + room, maxY: maxY + room }
        : { minX: 0, minY: 0, maxX: 0, maxY: 0 };
    this.#listEdges();
    this.#addNode();
    this.#fill(0, root, 0, this.#pending.length, 0, 1);
    const tree = new EdgeTree(this.#geometry.coordinates, {
      root: Float64Array.of(root.minX, root.minY, root.maxX, root.maxY),
      links: this.#links.toArray(),
      sizes: this.#sizes.toArray(),
      entries: this.#entries.toArray(),
    });
    this.#decideSides(tree);
    return tree;
  }

  #listEdges(): void {
    const { ringStarts } = this.#geometry;
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      const end = (ringStarts[ring + 1] ?? 0) - 1;
      for (let vertex = ringStarts[ring] ?? 0; vertex < end; vertex++) this.#pending.push(vertex);
    }
  }

  #addNode(): number {
    this.#links.push(LEAF_OUTSIDE);
    this.#sizes.push(0);
    return this.#links.length - 1;
  }

  #fill(node: number, cell: Cell, start: number, end: number, depth: number, inflation: number): void {
    const count = end - start;
    if (count === 0) {
      this.#addLeaf(node, cell);
      return;
    }
    const acrossX = this.#isBetterAcrossX(cell, start, end);
    const [first, second] = halves(cell, acrossX);
    const isTooSmall = acrossX
      ? first.maxX <= cell.minX || second.minX >= cell.maxX
      : first.maxY <= cell.minY || second.minY >= cell.maxY;
    if (count <= LEAF_EDGES_MAX || depth >= DEPTH_MAX || inflation >= INFLATION_MAX || isTooSmall) {
      this.#links.values[node] = this.#entries.length;
      this.#sizes.values[node] = count;
      this.#addLeaf(node, cell);
      for (let place = start; place < end; place++) this.#entries.push(this.#pending.values[place] ?? 0);
      return;
    }
    const firstNode = this.#addNode();
    const secondNode = this.#addNode();
    this.#links.values[node] = firstNode;
    this.#sizes.values[node] = acrossX ? HALVED_ACROSS_X : HALVED_ACROSS_Y;
    const firstStart = this.#pending.length;
    this.#listEdgesMeeting(first, start, end);
    const secondStart = this.#pending.length;
    this.#listEdgesMeeting(second, start, end);
    const secondEnd = this.#pending.length;
    const childInflation = inflation * ((secondEnd - firstStart) / count);
    this.#fill(firstNode, first, firstStart, secondStart, depth + 1, childInflation);
    this.#fill(secondNode, second, secondStart, secondEnd, depth + 1, childInflation);
    this.#pending.length = firstStart;
  }

  /** Whether halving across x lists fewer edges twice than halving across y; on a tie, the longer side is halved. */
  #isBetterAcrossX(cell: Cell, start: number, end: number): boolean {
    const { coordinates } = this.#geometry;
    const [middleX, middleY] = [(cell.minX + cell.maxX) / 2, (cell.minY + cell.maxY) / 2];
    let [twiceX, twiceY] = [0, 0];
    for (let place = start; place < end; place++) {
      const at = (this.#pending.values[place] ?? 0) * 2;
      if ((coordinates[at] ?? 0) < middleX !== (coordinates[at + 2] ?? 0) < middleX) twiceX++;
      if ((coordinates[at + 1] ?? 0) < middleY !== (coordinates[at + 3] ?? 0) < middleY) twiceY++;
    }
    return twiceX === twiceY ? cell.maxX - cell.minX >= cell.maxY - cell.minY : twiceX < twiceY;
  }

  #listEdgesMeeting(cell: Cell, start: number, end: number): void {
    const { coordinates } = this.#geometry;
    const margin = this.#margin;
    for (let place = start; place < end; place++) {
      const edge = this.#pending.values[place] ?? 0;
      const at = edge * 2;
      const meets = segmentMeetsBox(
        coordinates[at] ?? 0,
        coordinates[at + 1] ?? 0,
        coordinates[at + 2] ?? 0,
        coordinates[at + 3] ?? 0,
        cell.minX - margin,
        cell.minY - margin,
        cell.maxX + margin,
        cell.maxY + margin,
      );
      if (meets) this.#pending.push(edge);
    }
  }

  #addLeaf(node: number, { minX, minY, maxX, maxY }: Cell): void {
    this.#leaves.push(node);
    this.#leafCells.push(minX);
    this.#leafCells.push(maxX);
    this.#leafCells.push((minY + maxY) / 2);
  }

  /** From right to left, so that the cell to the right of each is known. */
  #decideSides(tree: EdgeTree): void {
    const { links, sizes } = tree.arrays;
    const cells = this.#leafCells.values;
    for (const leaf of this.#leavesFromRight()) {
      const node = this.#leaves.values[leaf] ?? 0;
      const isInside = tree.isInsideBeyond(cells[leaf * CELL_NUMBERS + 1] ?? 0, cells[leaf * CELL_NUMBERS + 2] ?? 0);
      const size = sizes[node] ?? 0;
      if (size === 0) links[node] = isInside ? LEAF_INSIDE : LEAF_OUTSIDE;
      else if (isInside) sizes[node] = size + RIGHT_INSIDE;
    }
  }

  #leavesFromRight(): Iterable<number> {
    const count = this.#leaves.length;
    const cells = this.#leafCells.values;
    if (count > LEAVES_COMPARED_MAX) {
      return orderOf(Float64Array.from({ length: count }, (_, leaf) => -(cells[leaf * CELL_NUMBERS] ?? 0)));
    }
    const leaves: number[] = [];
    for (let leaf = 0; leaf < count; leaf++) leaves.push(leaf);
    return leaves.sort((a, b) => (cells[b * CELL_NUMBERS] ?? 0) - (cells[a * CELL_NUMBERS] ?? 0));
  }
}

function halves(cell: Cell, acrossX: boolean): [Cell, Cell] {
  const { minX, minY, maxX, maxY } = cell;
  const middle = acrossX ? (minX + maxX) / 2 : (minY + maxY) / 2;
  return acrossX
    ? [
        { minX, minY, maxX: middle, maxY },
        { minX: middle, minY, maxX, maxY },
      ]
    : [
        { minX, minY, maxX, maxY: middle },
        { minX, minY: middle, maxX, maxY },
      ];
}
