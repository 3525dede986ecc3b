import { open } from 'node:fs/promises';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { indexLevels, NODE_BYTES } from '../../processors/flatgeobuf/index.layout.ts';

/** What a reader needs of a file to clip it, whatever reads it. */
export interface IndexVisit {
  /** Nodes to be looked at: those of subtrees outside are left out; of subtrees inside, only leaves are needed. */
  nodes: number;
  /** The mean size of a feature, for those that are cut and so are not in the clip as they were. */
  featureBytes: number;
}

/** Where the index and the features of a file lie. */
export interface FileLayout {
  indexOffset: number;
  featuresOffset: number;
  featuresCount: number;
  indexNodeSize: number;
}

/** Walks the whole index in memory. A clip has an index too, so that the leaf of each feature kept is needed. */
export async function visitIndex(file: string, layout: FileLayout, boundary: PreparedBoundary): Promise<IndexVisit> {
  const { indexOffset, featuresOffset, featuresCount, indexNodeSize } = layout;
  const handle = await open(file);
  try {
    const index = new DataView(new ArrayBuffer(featuresOffset - indexOffset));
    await handle.read(index, 0, index.byteLength, indexOffset);
    const { size } = await handle.stat();
    const nodes = countNodes(index, featuresCount, indexNodeSize, boundary);
    return { nodes, featureBytes: (size - featuresOffset) / featuresCount };
  } finally {
    await handle.close();
  }
}

function countNodes(index: DataView, featuresCount: number, nodeSize: number, boundary: PreparedBoundary): number {
  const levels = indexLevels(featuresCount, nodeSize);
  const firsts = levels.map(({ first }) => first);
  let visited = 0;
  /** @param number of the node in its level. */
  function visit(depth: number, number: number): void {
    visited++;
    const isLeaf = depth === levels.length - 1;
    const met = isLeaf ? 'out' : boundary.classifyBox(...boxAt(index, ((firsts[depth] ?? 0) + number) * NODE_BYTES));
    if (met === 'out') return;
    if (met === 'in') {
      const leaves = nodeSize ** (levels.length - 1 - depth);
      visited += Math.min((number + 1) * leaves, featuresCount) - number * leaves;
      return;
    }
    const end = Math.min((number + 1) * nodeSize, levels[depth + 1]?.count ?? 0);
    for (let child = number * nodeSize; child < end; child++) visit(depth + 1, child);
  }
  visit(0, 0);
  return visited;
}

function boxAt(view: DataView, at: number): [number, number, number, number] {
  const [minX, minY, maxX, maxY] = [0, 8, 16, 24].map((offset) => view.getFloat64(at + offset, true));
  return [minX ?? 0, minY ?? 0, maxX ?? 0, maxY ?? 0];
}
