import type { ByteRange, RangeReader } from '../../cache/range.ts';
import type { TileJob } from './tile.jobs.ts';
import { viewOf } from './tiff.bytes.ts';
import type { TileLocation } from './tile.index.ts';

/** The size of a tile's payload, little-endian, before it. */
export const LEADER_BYTES = 4;
/** The last bytes of a tile's payload again, after it. */
export const TRAILER_BYTES = 4;
/** Bytes between the payloads of tiles that follow each other in a GDAL COG. */
const BETWEEN_BYTES = LEADER_BYTES + TRAILER_BYTES;

/**
 * Reads the encoded tiles that a batch of jobs needs and, where the source claims leaders and trailers around its
 * tiles, checks them: of every tile read, and at both ends of every run that will be copied.
 */
export class TileReads {
  readonly #reader: RangeReader;
  #hasLeaders: boolean;

  constructor(reader: RangeReader, claimsLeaders: boolean) {
    this.#reader = reader;
    this.#hasLeaders = claimsLeaders;
  }

  /** Whether all leaders and trailers seen so far are right. */
  get hasLeaders(): boolean {
    return this.#hasLeaders;
  }

  /** Encoded tiles by their offset in the source. */
  async read(jobs: readonly TileJob[], signal?: AbortSignal): Promise<Map<number, Uint8Array>> {
    const wanted = new Map<number, TileLocation>();
    for (const job of jobs) for (const { location } of job.sources) wanted.set(location.offset, location);
    const copied = this.#hasLeaders ? runEnds(jobs) : [];
    const framed = this.#hasLeaders && [...wanted.values(), ...copied].every((location) => this.#fitsFramed(location));
    if (!framed) this.#hasLeaders = false;
    const tiles = [...wanted.values()].sort((a, b) => a.offset - b.offset);
    const ranges = framed ? tiles.map(frame) : tiles;
    const checks = framed ? copied.flatMap(endsOf) : [];
    const bytes =
      ranges.length + checks.length === 0 ? [] : await this.#reader.readMany([...ranges, ...checks], signal);
    const encoded = new Map<number, Uint8Array>();
    tiles.forEach((location, index) => {
      const read = bytes[index] ?? new Uint8Array(0);
      if (framed && !isFramed(read, location.length)) this.#hasLeaders = false;
      encoded.set(location.offset, framed ? read.subarray(LEADER_BYTES, -TRAILER_BYTES) : read);
    });
    copied.forEach((location, index) => {
      const at = tiles.length + index * 2;
      if (framed && !areEnds(bytes[at], bytes[at + 1], location.length)) this.#hasLeaders = false;
    });
    return encoded;
  }

  #fitsFramed({ offset, length }: TileLocation): boolean {
    return (
      offset >= LEADER_BYTES && offset + length + TRAILER_BYTES <= this.#reader.sizeBytes && length >= TRAILER_BYTES
    );
  }
}

/** First and last tiles of the runs of tiles that are copied and follow each other in the source. */
function runEnds(jobs: readonly TileJob[]): TileLocation[] {
  const copied = jobs.map((job) => job.copied);
  return copied.filter((location, index): location is TileLocation => {
    if (location === null) return false;
    return !follows(copied[index - 1] ?? null, location) || !follows(location, copied[index + 1] ?? null);
  });
}

function follows(before: TileLocation | null, after: TileLocation | null): boolean {
  return before !== null && after !== null && before.offset + before.length + BETWEEN_BYTES === after.offset;
}

function frame({ offset, length }: TileLocation): ByteRange {
  return { offset: offset - LEADER_BYTES, length: length + BETWEEN_BYTES };
}

/** The leader, and the last bytes of the payload with the trailer. */
function endsOf({ offset, length }: TileLocation): ByteRange[] {
  return [
    { offset: offset - LEADER_BYTES, length: LEADER_BYTES },
    { offset: offset + length - TRAILER_BYTES, length: 2 * TRAILER_BYTES },
  ];
}

function isFramed(bytes: Uint8Array, length: number): boolean {
  return areEnds(bytes.subarray(0, LEADER_BYTES), bytes.subarray(-2 * TRAILER_BYTES), length);
}

function areEnds(leader: Uint8Array | undefined, end: Uint8Array | undefined, length: number): boolean {
  if (leader === undefined || end === undefined) return false;
  const view = viewOf(end);
  return viewOf(leader).getUint32(0, true) === length && view.getUint32(0) === view.getUint32(TRAILER_BYTES);
}

/** A tile as it lies in the clip: its size, its payload and the last bytes of the payload again. */
export function withLeaderAndTrailer(payload: Uint8Array): Uint8Array {
  const framed = new Uint8Array(payload.byteLength + BETWEEN_BYTES);
  viewOf(framed).setUint32(0, payload.byteLength, true);
  framed.set(payload, LEADER_BYTES);
  framed.set(payload.subarray(-TRAILER_BYTES), LEADER_BYTES + payload.byteLength);
  return framed;
}
