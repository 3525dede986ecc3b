/** Four doubles and an offset. */
export const NODE_BYTES = 40;

/** One level of a packed R-tree: where its first node stands in the index, and how many nodes it has. */
export interface IndexLevel {
  first: number;
  count: number;
}

/**
 * Levels of a packed R-tree from the root (0) to the leaves (last). Even a tree of one feature has a root above it.
 */
export function indexLevels(featuresCount: number, nodeSize: number): IndexLevel[] {
  const counts = [featuresCount];
  let count = featuresCount;
  do {
    count = Math.ceil(count / nodeSize);
    counts.unshift(count);
  } while (count > 1);
  let first = 0;
  return counts.map((nodes) => {
    const level = { first, count: nodes };
    first += nodes;
    return level;
  });
}

/** Length of the whole index. */
export function indexSizeBytes(featuresCount: number, nodeSize: number): number {
  return indexLevels(featuresCount, nodeSize).reduce((sum, level) => sum + level.count, 0) * NODE_BYTES;
}
