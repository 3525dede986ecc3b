import { hex } from '../../cache/digest.ts';
import type { FlatGeometry } from './geometry.ts';
import { preparedFrom } from './prepared.from.ts';
import type { PreparedBoundary } from './prepared.ts';
import { EDGE_COUNT_MASK, HALVED_ACROSS_X, HALVED_ACROSS_Y } from './tree.arrays.ts';
import { EdgeTree } from './tree.ts';

/** `CLPB`: Cutline prepared boundary. */
const MAGIC = 0x4250_4c43;
/** Raised when the layout or the tree changes; other versions are refused and the boundary is prepared again. */
const VERSION = 2;
const FLAG_SIMPLE = 1;

/*
 * Layout, little-endian, every part aligned to its own size:
 *   0 magic · 4 version (u8) · 5 flags (u8) · 8 five counts (u32): vertices, ring starts, polygon starts, nodes, entries
 *   32 digest (32 bytes) · 64 envelope (4 × f64) · 96 root cell (4 × f64)
 *   128 coordinates (f64) · ring starts · polygon starts · links · sizes · entries (u32)
 */
const COUNTS_AT = 8;
const DIGEST_AT = 32;
const DIGEST_BYTES = 32;
const ENVELOPE_AT = 64;
const ROOT_AT = 96;
const ARRAYS_AT = 128;

/** A prepared boundary as bytes, to be stored beside the boundary. The same boundary gives the same bytes. */
export function serialisePrepared({ digest, geometry, tree, isSimple }: PreparedBoundary): Uint8Array<ArrayBuffer> {
  const { links, sizes, entries, root } = tree.arrays;
  const lists = [geometry.ringStarts, geometry.polygonStarts, links, sizes, entries];
  const coordinateBytes = geometry.coordinates.byteLength;
  const sizeBytes = ARRAYS_AT + coordinateBytes + lists.reduce((sum, list) => sum + list.byteLength, 0);
  const buffer = new ArrayBuffer(sizeBytes);
  const view = new DataView(buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, isSimple ? FLAG_SIMPLE : 0);
  const counts = [
    geometry.coordinates.length / 2,
    ...lists.filter((list) => list !== sizes).map((list) => list.length),
  ];
  counts.forEach((count, index) => view.setUint32(COUNTS_AT + index * 4, count, true));
  new Uint8Array(buffer, DIGEST_AT, DIGEST_BYTES).set(digestBytes(digest));
  new Float64Array(buffer, ENVELOPE_AT, 4).set(geometry.envelope);
  new Float64Array(buffer, ROOT_AT, 4).set(root);
  new Float64Array(buffer, ARRAYS_AT, geometry.coordinates.length).set(geometry.coordinates);
  let at = ARRAYS_AT + coordinateBytes;
  for (const list of lists) {
    new Uint32Array(buffer, at, list.length).set(list);
    at += list.byteLength;
  }
  return new Uint8Array(buffer);
}

/**
 * Reads a serialised prepared boundary. Its arrays are views of the bytes given, when those begin at a multiple of 8.
 * @throws {Error} naming the first fault: not such a file, another version, a wrong length, an index out of range.
 */
export function loadPrepared(given: Uint8Array): PreparedBoundary {
  const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
  const { buffer, byteOffset, byteLength } = bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  if (byteLength < ARRAYS_AT || view.getUint32(0, true) !== MAGIC) {
    throw new Error(`These ${byteLength} bytes are not a prepared boundary.`);
  }
  if (view.getUint8(4) !== VERSION) {
    throw new Error(`The prepared boundary has version ${view.getUint8(4)}; this program reads version ${VERSION}.`);
  }
  const count = (index: number): number => view.getUint32(COUNTS_AT + index * 4, true);
  const [vertices, nodes] = [count(0), count(3)];
  const listLengths = [count(1), count(2), nodes, nodes, count(4)];
  const expected = ARRAYS_AT + vertices * 16 + listLengths.reduce((sum, length) => sum + length * 4, 0);
  if (byteLength !== expected) {
    throw new Error(`The prepared boundary has ${byteLength} bytes; its counts ask for ${expected}.`);
  }
  let at = byteOffset + ARRAYS_AT + vertices * 16;
  const nextList = (length: number): Uint32Array => {
    const list = new Uint32Array(buffer, at, length);
    at += list.byteLength;
    return list;
  };
  const [ringStarts, polygonStarts] = [nextList(count(1)), nextList(count(2))];
  const [links, sizes, entries] = [nextList(nodes), nextList(nodes), nextList(count(4))];
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = new Float64Array(buffer, byteOffset + ENVELOPE_AT, 4);
  const coordinates = new Float64Array(buffer, byteOffset + ARRAYS_AT, vertices * 2);
  const geometry: FlatGeometry = { coordinates, ringStarts, polygonStarts, envelope: [minX, minY, maxX, maxY] };
  assertStarts('ring', ringStarts, vertices);
  assertStarts('polygon', polygonStarts, ringStarts.length - 1);
  assertTree(links, sizes, entries, vertices);
  const root = new Float64Array(buffer, byteOffset + ROOT_AT, 4);
  const digest = hex(bytes.subarray(DIGEST_AT, DIGEST_AT + DIGEST_BYTES));
  const tree = new EdgeTree(coordinates, { root, links, sizes, entries });
  return preparedFrom(digest, geometry, tree, (view.getUint8(5) & FLAG_SIMPLE) !== 0);
}

function digestBytes(digest: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new Error(`The digest ${JSON.stringify(digest)} is not a SHA-256 of 64 lower-case hexadecimal digits.`);
  }
  return Uint8Array.from(digest.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function assertStarts(name: string, starts: Uint32Array, end: number): void {
  const rises = starts.every((start, index) => index === 0 || start >= (starts[index - 1] ?? 0));
  if (starts.length === 0 || starts[0] !== 0 || starts.at(-1) !== end || !rises) {
    throw new Error(`The ${name} starts of the prepared boundary do not count up from 0 to ${end}.`);
  }
}

/** Children come after their node, so that no search can go round in circles. */
function assertTree(links: Uint32Array, sizes: Uint32Array, entries: Uint32Array, vertices: number): void {
  if (links.length === 0) throw new Error('The prepared boundary has no root cell.');
  for (let node = 0; node < links.length; node++) {
    const size = sizes[node] ?? 0;
    const link = links[node] ?? 0;
    const isInner = size === HALVED_ACROSS_X || size === HALVED_ACROSS_Y;
    const isSound = isInner
      ? link > node && link + 1 < links.length
      : size === 0 || link + (size & EDGE_COUNT_MASK) <= entries.length;
    if (!isSound) throw new Error(`Node ${node} of the prepared boundary points outside it.`);
  }
  if (entries.some((edge) => edge + 1 >= vertices)) {
    throw new Error('An entry of the prepared boundary names an edge that does not exist.');
  }
}
