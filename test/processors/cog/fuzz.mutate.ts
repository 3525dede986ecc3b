import type { EntryPlace, TiffPlaces } from './fuzz.tiff.ts';

/** A sound file and where its parts lie. */
export interface FuzzSource {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly places: TiffPlaces;
}

type Next = () => number;
type Mutator = (file: Uint8Array, source: FuzzSource, next: Next, others: readonly FuzzSource[]) => Uint8Array;

const below = (next: Next, limit: number): number => Math.floor(next() * limit);

function pick<T>(next: Next, list: readonly T[]): T | undefined {
  return list[below(next, list.length)];
}

/** Values at which programs break: none, one, signs, the ends of integer types, the file's own size and near it. */
function awkward(next: Next, sizeBytes: number): number {
  const values = [
    0,
    1,
    2,
    3,
    7,
    127,
    255,
    256,
    65_535,
    65_536,
    2 ** 24,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2,
    2 ** 32 - 1,
  ];
  const places = [sizeBytes - 1, sizeBytes, sizeBytes + 1, below(next, sizeBytes), below(next, sizeBytes)];
  return pick(next, [...values, ...places]) ?? 0;
}

/** Writes a number of 1, 2, 4 or 8 bytes where it still fits into the file. */
function write(file: Uint8Array, at: number, sizeBytes: number, value: number, littleEndian: boolean): void {
  if (at < 0 || at + sizeBytes > file.length) return;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (sizeBytes === 8) {
    view.setUint32(at + (littleEndian ? 0 : 4), value, littleEndian);
    // Now and then beyond 2^53.
    view.setUint32(at + (littleEndian ? 4 : 0), value === 2 ** 32 - 2 ? 2 ** 31 : 0, littleEndian);
  } else if (sizeBytes === 4) view.setUint32(at, value, littleEndian);
  else if (sizeBytes === 2) view.setUint16(at, value, littleEndian);
  else view.setUint8(at, value);
}

function flip(file: Uint8Array, next: Next, from: number, end: number, times: number): Uint8Array {
  for (let done = 0; done < times; done++) {
    const at = from + below(next, Math.max(1, end - from));
    if (at < file.length) file[at] = next() < 0.5 ? (file[at] ?? 0) ^ (1 << below(next, 8)) : below(next, 256);
  }
  return file;
}

function editEntry(file: Uint8Array, { places, bytes }: FuzzSource, next: Next, entry: EntryPlace): Uint8Array {
  const { littleEndian, bigTiff } = places;
  const pointerBytes = bigTiff ? 8 : 4;
  const value = awkward(next, bytes.length);
  const kind = below(next, 5);
  if (kind === 0) write(file, entry.at, 2, pick(next, places.entries)?.tag ?? 0, littleEndian);
  else if (kind === 1) write(file, entry.at + 2, 2, below(next, 20), littleEndian);
  else if (kind === 2) write(file, entry.at + 4, pointerBytes, value, littleEndian);
  else if (kind === 3) write(file, entry.at + 4 + pointerBytes, pointerBytes, value, littleEndian);
  else {
    const index = below(next, Math.max(1, Math.min(entry.count, 64)));
    write(file, entry.values + index * entry.valueBytes, entry.valueBytes, value, littleEndian);
  }
  return file;
}

/** Tags of the tile index. */
const INDEX_TAGS = new Set([324, 325]);

/** What is done to files, by name. Each returns the damaged file and may change the one it is given. */
export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'bytes of the structure': (file, { places }, next) => flip(file, next, 0, places.structureEnd, 1 + below(next, 6)),
  'bytes anywhere': (file, _source, next) => flip(file, next, 0, file.length, 1 + below(next, 20)),
  'a directory entry': (file, source, next) => {
    const entry = pick(next, source.places.entries);
    return entry === undefined ? file : editEntry(file, source, next, entry);
  },
  'a link between directories': (file, { places, bytes }, next) => {
    const entry = pick(next, places.entries)?.at ?? 0;
    const value = next() < 0.3 ? entry : awkward(next, bytes.length);
    write(file, pick(next, places.links) ?? 0, places.bigTiff ? 8 : 4, value, places.littleEndian);
    return file;
  },
  'the tile index': (file, { places, bytes }, next) => {
    const arrays = places.entries.filter(({ tag }) => INDEX_TAGS.has(tag));
    for (let done = 0; done <= below(next, 8); done++) {
      const array = pick(next, arrays);
      if (array === undefined) break;
      const at = array.values + below(next, array.count) * array.valueBytes;
      write(file, at, array.valueBytes, awkward(next, bytes.length), places.littleEndian);
    }
    return file;
  },
  'the data of some tiles': (file, { places }, next) => {
    for (let done = 0; done <= below(next, 6); done++) {
      const [offset, length] = pick(next, places.tiles) ?? [0, 0];
      if (next() < 0.3) file.fill(below(next, 256), offset, offset + length);
      else flip(file, next, offset, offset + length, 1 + below(next, 8));
    }
    return file;
  },
  'leaders and trailers': (file, { places }, next) => {
    const [offset, length] = pick(next, places.tiles) ?? [4, 0];
    return flip(file, next, next() < 0.5 ? offset - 4 : offset + length, offset + (next() < 0.5 ? 0 : length + 4), 2);
  },
  truncation: (file, { places }, next) =>
    file.slice(0, below(next, next() < 0.5 ? places.structureEnd : file.length + 1)),
  'bytes cut out or put in': (file, { places }, next) => {
    const at = below(next, next() < 0.5 ? places.structureEnd : file.length);
    const length = 1 + below(next, 64);
    const middle = next() < 0.5 ? [] : [new Uint8Array(length).fill(below(next, 256))];
    const rest = file.subarray(middle.length > 0 ? at : at + length);
    return new Uint8Array(Buffer.concat([file.subarray(0, at), ...middle, rest]));
  },
  'a piece from elsewhere': (file, source, next, others) => {
    const { bytes } = next() < 0.5 ? source : (pick(next, others) ?? source);
    const from = below(next, bytes.length);
    const piece = bytes.subarray(from, from + 1 + below(next, 600));
    const at = Math.min(file.length, below(next, next() < 0.6 ? source.places.structureEnd : file.length));
    file.set(piece.subarray(0, file.length - at), at);
    return file;
  },
};

const NAMES = Object.keys(MUTATORS);

/** A damaged copy of a source, the same one for the same numbers, and what was done. */
export function mutate(
  source: FuzzSource,
  next: Next,
  others: readonly FuzzSource[],
): { file: Uint8Array; done: string[] } {
  let file: Uint8Array = source.bytes.slice();
  const done: string[] = [];
  for (let times = next() < 0.6 ? 1 : 2 + below(next, 2); times > 0; times--) {
    const name = pick(next, NAMES) ?? '';
    file = MUTATORS[name]?.(file, source, next, others) ?? file;
    done.push(name);
  }
  return { file, done };
}
