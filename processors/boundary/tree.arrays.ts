/** In `sizes`: an inner node, halved across x or across y; its children are `links[node]` and the next one. */
export const HALVED_ACROSS_X = 0xffffffff;
export const HALVED_ACROSS_Y = 0xfffffffe;
/** Added in `sizes` to the number of edges of a leaf whose right side lies inside at half its height. */
export const RIGHT_INSIDE = 0x80000000;
/** The number of edges in the `sizes` of a leaf. */
export const EDGE_COUNT_MASK = 0x7fffffff;
/** In `links` of a leaf without edges: which side of the boundary it lies on. */
export const LEAF_OUTSIDE = 0;
export const LEAF_INSIDE = 1;

/**
 * The flat arrays of an {@link EdgeTree}. Edge `e` goes from vertex `e` to vertex `e + 1`.
 * A leaf with edges has their number in `sizes`, with {@link RIGHT_INSIDE}, and the place of the first in `entries` in
 * `links`.
 */
export interface EdgeTreeArrays {
  /** Min x, min y, max x, max y of the root cell, which is a little larger than the envelope. */
  readonly root: Float64Array;
  readonly links: Uint32Array;
  readonly sizes: Uint32Array;
  readonly entries: Uint32Array;
}
