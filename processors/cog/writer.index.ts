import type { BlobSink } from '../engine.ts';
import type { ByteOrder } from './byte.order.ts';
import { viewOf } from './tiff.bytes.ts';
import type { Header, IndexPlace } from './writer.ts';

/** Index entries written to the blob at a time. */
const ENTRIES_PER_CHUNK = 1 << 14;

/**
 * Works out the values of a tile index, as many as there is room for, from a tile on. Each call goes on where the one
 * before ended. There may be millions, for which generators would be much garbage.
 */
export type IndexValues = (values: Float64Array, firstTile: number) => void;

/** The two arrays of an image's tile index. */
interface IndexInput {
  readonly offsets: IndexValues;
  readonly byteCounts: IndexValues;
  /** Tiles of the image. */
  readonly count: number;
}

interface IndexArray {
  readonly place: IndexPlace;
  readonly valuesOf: IndexValues;
  readonly count: number;
}

/** Appends the header with the tile indexes behind it, in chunks, and returns where it lies in the blob. */
export async function appendHeader(header: Header, indexes: readonly IndexInput[], sink: BlobSink): Promise<number> {
  const head = header.bytes;
  const late: IndexArray[] = [];
  for (const [index, { offsets, byteCounts, count }] of indexes.entries()) {
    const arrays = [
      { place: header.offsets[index], valuesOf: offsets },
      { place: header.byteCounts[index], valuesOf: byteCounts },
    ];
    for (const { place, valuesOf } of arrays) {
      if (place === undefined) continue;
      if (place.offset >= head.byteLength) {
        late.push({ place, valuesOf, count });
        continue;
      }
      const values = new Float64Array(count);
      valuesOf(values, 0);
      writeValues(head, place, values, header.byteOrder);
    }
  }
  late.sort((a, b) => a.place.offset - b.place.offset);
  const blobOffset = await sink.append(head);
  let at = head.byteLength;
  for (const array of late) {
    at = await appendZeros(sink, at, array.place.offset);
    at = await appendArray(sink, at, array, header.byteOrder);
  }
  await appendZeros(sink, at, header.dataOffset);
  return blobOffset;
}

async function appendArray(
  sink: BlobSink,
  at: number,
  { place: { valueBytes }, valuesOf, count }: IndexArray,
  byteOrder: ByteOrder,
): Promise<number> {
  const values = new Float64Array(Math.min(ENTRIES_PER_CHUNK, count));
  const bytes = new Uint8Array(values.length * valueBytes);
  for (let done = 0; done < count; done += ENTRIES_PER_CHUNK) {
    const chunk = values.subarray(0, count - done);
    valuesOf(chunk, done);
    writeValues(bytes, { offset: 0, valueBytes }, chunk, byteOrder);
    await sink.append(bytes.subarray(0, chunk.length * valueBytes));
  }
  return at + count * valueBytes;
}

function writeValues(
  bytes: Uint8Array,
  { offset, valueBytes }: IndexPlace,
  values: Float64Array,
  byteOrder: ByteOrder,
): void {
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  for (let index = 0, at = offset; index < values.length; index++, at += valueBytes) {
    const value = values[index] ?? 0;
    if (valueBytes === 4) {
      view.setUint32(at, value, little);
      continue;
    }
    view.setUint32(little ? at : at + 4, value % WORD, little);
    view.setUint32(little ? at + 4 : at, Math.floor(value / WORD), little);
  }
}

const WORD = 2 ** 32;

async function appendZeros(sink: BlobSink, from: number, to: number): Promise<number> {
  if (to > from) await sink.append(new Uint8Array(to - from));
  return to;
}
