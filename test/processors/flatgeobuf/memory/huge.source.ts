import { type FileHandle, open } from 'node:fs/promises';
import { writeNode } from '../../../../processors/flatgeobuf/node.ts';
import { rewriteHeader } from '../../../../processors/flatgeobuf/header.rewrite.ts';
import { IndexBuilder } from '../../../../processors/flatgeobuf/index.build.ts';
import { indexLevels, NODE_BYTES } from '../../../../processors/flatgeobuf/index.layout.ts';
import { buildFile } from '../builder.ts';

/** A file of any number of features, one to each cell of a grid over the square from 0 to 10, in Z-order. */
export interface HugeSource {
  readonly path: string;
  readonly type: 'Polygon' | 'LineString';
  /** Features along a side, a power of two. */
  readonly side: number;
  readonly vertices: number;
  /** Size of a feature as a share of its cell; above 1, features overlap. */
  readonly share: number;
  readonly propertiesBytes: number;
  /** Only the last feature is written; where the others would be the file has holes, which can be copied. */
  readonly isHollow: boolean;
}

const NODE_SIZE = 16;
const EXTENT = 10;
/** Features and leaves are written this many at a time. */
const PER_WRITE = 4096;
/** Where the first vertex of the pattern lies, so that it can be found in its bytes. */
const MARK = 0.123_456_789;

/** Writes such a file by copies of one feature that are moved to their cells. */
export async function writeHugeSource(source: HugeSource): Promise<void> {
  const count = source.side ** 2;
  const pattern = patternOf(source);
  const header = rewriteHeader(pattern.header, {
    featuresCount: count,
    indexNodeSize: NODE_SIZE,
    envelope: [0, 0, EXTENT, EXTENT],
  });
  const leavesAt = header.length + (indexLevels(count, NODE_SIZE).at(-1)?.first ?? 0) * NODE_BYTES;
  const featuresAt = leavesAt + count * NODE_BYTES;
  const index = new IndexBuilder(NODE_SIZE);
  const file = await open(source.path, 'w');
  try {
    const leaves = new DataView(new ArrayBuffer(PER_WRITE * NODE_BYTES));
    for (let first = 0; first < count; first += PER_WRITE) {
      const taken = Math.min(PER_WRITE, count - first);
      for (let place = 0; place < taken; place++) {
        const [x, y] = cornerOf(first + place, source.side);
        const size = (EXTENT / source.side) * source.share;
        const at = place * NODE_BYTES;
        writeNode(leaves, at, [x, y, x + size, y + size], (first + place) * pattern.feature.length);
      }
      index.addLeaves(leaves, 0, taken, 0);
      await put(file, new Uint8Array(leaves.buffer, 0, taken * NODE_BYTES), leavesAt + first * NODE_BYTES);
    }
    let at = header.length;
    for (const chunk of index.finish().chunks) at += await put(file, chunk, at);
    await put(file, header, 0);
    await writeFeatures(file, source, pattern, featuresAt);
  } finally {
    await file.close();
  }
}

interface Pattern {
  header: Uint8Array;
  /** Size prefix included. */
  feature: Uint8Array;
  /** Where its coordinates begin. */
  xyAt: number;
  /** Within the cell that has its corner at 0, 0. */
  xy: readonly number[];
}

function patternOf({ type, side, vertices, share, propertiesBytes }: HugeSource): Pattern {
  const size = (EXTENT / side) * share;
  const xy = type === 'Polygon' ? circle(vertices, size / 2) : zigzag(vertices, size);
  const properties = new Uint8Array(propertiesBytes).fill(7);
  const bytes = buildFile({ type, features: [{ geometry: { xy: [MARK, ...xy.slice(1)] }, properties }] });
  const headerBytes = 12 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  // A root and a leaf are its index.
  const feature = Buffer.from(bytes.subarray(headerBytes + 2 * NODE_BYTES));
  const mark = Buffer.from(Float64Array.of(MARK).buffer);
  return { header: bytes.subarray(0, headerBytes), feature, xyAt: feature.indexOf(mark), xy };
}

async function writeFeatures(file: FileHandle, source: HugeSource, pattern: Pattern, from: number): Promise<void> {
  const { feature, xyAt, xy } = pattern;
  const count = source.side ** 2;
  const perWrite = Math.max(1, Math.min(PER_WRITE, Math.floor((4 << 20) / feature.length)));
  const bytes = Buffer.alloc(perWrite * feature.length);
  for (let place = 0; place < perWrite; place++) bytes.set(feature, place * feature.length);
  const start = source.isHollow ? count - 1 : 0;
  for (let first = start; first < count; first += perWrite) {
    const taken = Math.min(perWrite, count - first);
    for (let place = 0; place < taken; place++) {
      const [x, y] = cornerOf(first + place, source.side);
      let at = place * feature.length + xyAt;
      for (let value = 0; value < xy.length; value++, at += 8) {
        bytes.writeDoubleLE((xy[value] ?? 0) + (value % 2 === 0 ? x : y), at);
      }
    }
    await put(file, bytes.subarray(0, taken * feature.length), from + first * feature.length);
  }
}

/** Even bits of the number count along x, odd ones along y. */
function cornerOf(number: number, side: number): [x: number, y: number] {
  let column = 0;
  let row = 0;
  for (let bit = 0; 1 << bit < side; bit++) {
    column |= ((number >> (2 * bit)) & 1) << bit;
    row |= ((number >> (2 * bit + 1)) & 1) << bit;
  }
  return [(column * EXTENT) / side, (row * EXTENT) / side];
}

function circle(vertices: number, radius: number): number[] {
  return Array.from({ length: vertices }, (_, vertex) => {
    const angle = ((vertex % (vertices - 1)) * 2 * Math.PI) / (vertices - 1);
    return [radius + radius * Math.cos(angle), radius + radius * Math.sin(angle)];
  }).flat();
}

function zigzag(vertices: number, size: number): number[] {
  return Array.from({ length: vertices }, (_, vertex) => [
    (size * vertex) / (vertices - 1),
    vertex % 2 === 0 ? 0 : size,
  ]).flat();
}

async function put(file: FileHandle, bytes: Uint8Array, at: number): Promise<number> {
  await file.write(bytes, 0, bytes.byteLength, at);
  return bytes.byteLength;
}
