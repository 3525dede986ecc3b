/**
 * Points in the order in which a sweep from left to right meets them: by x, and by y where x is equal. Vertices with
 * the same coordinates are one node, so that nodes are compared by their number.
 */
export interface SweepNodes {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** The node of each vertex. */
  readonly ofVertex: Uint32Array;
}

/** Sorts the vertices of flat coordinates (x0, y0, x1, y1, …; finite numbers) into nodes. */
export function sortIntoNodes(coordinates: Float64Array): SweepNodes {
  const order = verticesInOrder(coordinates);
  const xs = new Float64Array(order.length);
  const ys = new Float64Array(order.length);
  const ofVertex = new Uint32Array(order.length);
  let count = 0;
  for (const vertex of order) {
    const x = coordinates[vertex * 2] ?? 0;
    const y = coordinates[vertex * 2 + 1] ?? 0;
    if (count === 0 || x !== xs[count - 1] || y !== ys[count - 1]) {
      xs[count] = x;
      ys[count] = y;
      count++;
    }
    ofVertex[vertex] = count - 1;
  }
  return { xs: xs.subarray(0, count), ys: ys.subarray(0, count), ofVertex };
}

/** Vertices by x, then y. */
function verticesInOrder(coordinates: Float64Array): Uint32Array {
  const count = coordinates.length / 2;
  const ys = Float64Array.from({ length: count }, (_, vertex) => coordinates[vertex * 2 + 1] ?? 0);
  return orderOf(
    Float64Array.from({ length: count }, (_, vertex) => coordinates[vertex * 2] ?? 0),
    (a, b) => (ys[a] ?? 0) - (ys[b] ?? 0) || a - b,
  );
}

/**
 * The places of values from the smallest to the largest. Numbers alone sort many times faster than places by a
 * comparison, so the values are sorted and the places put where theirs stands.
 * @param compareTied orders the places of equal values; they ascend without it.
 */
export function orderOf(values: Float64Array, compareTied?: (a: number, b: number) => number): Uint32Array {
  const ascending = distinct(values.toSorted());
  const { starts, members } = groupBy(
    Uint32Array.from(values, (value) => placeOf(ascending, value)),
    ascending.length,
  );
  if (compareTied === undefined) return members;
  for (let group = 0; group < ascending.length; group++) {
    const [start = 0, end = 0] = [starts[group], starts[group + 1]];
    if (end - start > 1) members.subarray(start, end).sort(compareTied);
  }
  return members;
}

function distinct(sorted: Float64Array): Float64Array {
  let count = 0;
  for (const value of sorted) {
    if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
  }
  return sorted.subarray(0, count);
}

/** The place of a value among ascending ones that hold it. */
function placeOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices by group: those of group `g` stand in `members` from `starts[g]` to `starts[g + 1]`, ascending. */
export interface Groups {
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
}

/** Sorts the indices of `groupOf` by the group that stands there. */
export function groupBy(groupOf: Uint32Array, groupCount: number): Groups {
  const starts = new Uint32Array(groupCount + 1);
  for (const group of groupOf) starts[group + 1] = (starts[group + 1] ?? 0) + 1;
  for (let group = 0; group < groupCount; group++) starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
  const next = starts.slice();
  const members = new Uint32Array(groupOf.length);
  for (let index = 0; index < groupOf.length; index++) {
    const group = groupOf[index] ?? 0;
    const place = next[group] ?? 0;
    members[place] = index;
    next[group] = place + 1;
  }
  return { starts, members };
}
