import { readUint64 } from './flatbuffer.table.ts';

/** Where the offset stands in a node, its lower half first. */
export const OFFSET_AT = 32;
/** What the upper half of an offset counts. */
export const HIGH = 2 ** 32;

/** Least x, least y, greatest x, greatest y, in units of the source's CRS. */
export type Box = readonly [minX: number, minY: number, maxX: number, maxY: number];

/** The box of the node that begins at `at`. */
export function boxAt(view: DataView, at: number): [minX: number, minY: number, maxX: number, maxY: number] {
  return [
    view.getFloat64(at, true),
    view.getFloat64(at + 8, true),
    view.getFloat64(at + 16, true),
    view.getFloat64(at + 24, true),
  ];
}

/**
 * Of a leaf, where its feature begins among the features; of another node, the number of its first child.
 * @throws {Problem} `invalid-source` above 2^53.
 */
export function offsetAt(view: DataView, at: number): number {
  return readUint64(view, at + OFFSET_AT, 'The index');
}

/** Sets the offset of the node that begins at `at`; see {@link offsetAt}. */
export function setOffset(view: DataView, at: number, offset: number): void {
  // Written modulo 2^32.
  view.setUint32(at + OFFSET_AT, offset, true);
  view.setUint32(at + OFFSET_AT + 4, offset / HIGH, true);
}

/** Writes a node of the index where it begins, at `at`. */
export function writeNode(view: DataView, at: number, [minX, minY, maxX, maxY]: Box, offset: number): void {
  view.setFloat64(at, minX, true);
  view.setFloat64(at + 8, minY, true);
  view.setFloat64(at + 16, maxX, true);
  view.setFloat64(at + 24, maxY, true);
  setOffset(view, at, offset);
}
