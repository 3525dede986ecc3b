import { Problem } from '../../cache/problem.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { type Cut, joinPieces } from './cut.ts';
import { cutLines } from './cut.line.ts';
import { cutPoints } from './cut.point.ts';
import { cutPolygons } from './cut.polygon.ts';
import type { Box, ClipWriter } from './clip.writer.ts';
import { readFeature, type Feature, type Part } from './feature.ts';
import { encodeFeature } from './feature.encode.ts';
import { isMulti, type CuttableType } from './geometry.type.ts';
import type { HeadReader } from './head.reader.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import type { Leaf } from './leaves.ts';

/** Features read to be cut are held together up to this size; a larger one is read alone. */
const FEATURE_BATCH_BYTES = 8 * 1024 * 1024;
/** A feature of 10 million vertices. Larger ones would need more memory than planning may have. */
const FEATURE_BYTES_MAX = 160 * 1024 * 1024;
/** Sentences in the report; beyond it only the number is told. */
const NOTES_MAX = 20;

/** What became of the features that the index could not leave out. */
export interface Counts {
  /** Taken over byte for byte. */
  copied: number;
  /** Features of the source that were cut. */
  cut: number;
  /** Of those, the ones that became several features, since the header's type has one part only. */
  split: number;
  /** Features whose box met the boundary's line but that lie outside or only touch it. */
  dropped: number;
  /** Null or empty geometries met on the way; they are in no clip. */
  empty: number;
}

/** Decides about features, batch by batch, and hands them to the writer in the order of the source. */
export class FeaturePlanner {
  readonly counts: Counts = { copied: 0, cut: 0, split: 0, dropped: 0, empty: 0 };
  readonly notes: string[] = [];
  readonly #head: HeadReader;
  readonly #header: FgbHeader;
  readonly #boundary: PreparedBoundary;
  readonly #writer: ClipWriter;

  constructor(head: HeadReader, header: FgbHeader, boundary: PreparedBoundary, writer: ClipWriter) {
    this.#head = head;
    this.#header = header;
    this.#boundary = boundary;
    this.#writer = writer;
  }

  /** Plans leaves that follow one another in the file. */
  async add(leaves: readonly Leaf[]): Promise<void> {
    let waiting: Undecided[] = [];
    let waitingBytes = 0;
    for (const leaf of leaves) {
      const decision = this.#decide(leaf);
      if (decision === 'out') continue;
      const bytes = decision === 'read' ? leaf.length : 0;
      if (waitingBytes + bytes > FEATURE_BATCH_BYTES) {
        await this.#flush(waiting);
        [waiting, waitingBytes] = [[], 0];
      }
      waiting.push({ leaf, isRead: decision === 'read' });
      waitingBytes += bytes;
    }
    await this.#flush(waiting);
  }

  /** By the box alone, where that is enough. */
  #decide({ box, isInside, number, length }: Leaf): 'out' | 'copy' | 'read' {
    const [minX, minY, maxX, maxY] = box;
    // The box of a null or empty geometry is inverted or not a number.
    const isBox = minX <= maxX && minY <= maxY;
    if (isBox && isInside) return 'copy';
    const met = isBox ? this.#boundary.classifyBox(minX, minY, maxX, maxY) : 'mixed';
    if (met === 'out') return 'out';
    if (met === 'in') return 'copy';
    if (this.#header.geometryType === 'Point' && minX === maxX && minY === maxY) {
      if (this.#boundary.containsPoint(minX, minY)) return 'copy';
      this.counts.dropped++;
      return 'out';
    }
    if (length <= FEATURE_BYTES_MAX) return 'read';
    throw new Problem(
      'unsupported-source',
      `Feature ${number} has ${length} bytes and would have to be cut; the limit is ${FEATURE_BYTES_MAX}.`,
    );
  }

  async #flush(waiting: readonly Undecided[]): Promise<void> {
    const toRead = waiting.filter(({ isRead }) => isRead).map(({ leaf }) => leaf);
    const chunks = toRead.length === 0 ? [] : await this.#head.readMany(toRead);
    let next = 0;
    for (const { leaf, isRead } of waiting) {
      if (isRead) await this.#cut(leaf, chunks[next++] ?? new Uint8Array());
      else await this.#copy(leaf);
    }
  }

  async #copy({ offset, length, box }: Leaf): Promise<void> {
    this.counts.copied++;
    await this.#writer.copy(offset, length, box);
  }

  async #cut(leaf: Leaf, bytes: Uint8Array): Promise<void> {
    const what = `Feature ${leaf.number}`;
    requireSize(bytes, what);
    const feature = readFeature(bytes, what);
    if (feature.parts.length === 0) {
      this.counts.empty++;
      return;
    }
    const cut = this.#cutParts(feature, what);
    if (cut.kind === 'all') return this.#copy(leaf);
    if (cut.kind === 'none') {
      this.counts.dropped++;
      return;
    }
    this.#note(cut);
    if (feature.hasOwnColumns) {
      throw new Problem('unsupported-source', `${what} has columns of its own and would have to be cut.`);
    }
    this.counts.cut++;
    const geometries = toGeometries(cut.pieces, this.#header.geometryType, feature.storedType);
    if (geometries.length > 1) this.counts.split++;
    for (const parts of geometries) {
      await this.#writer.write(encodeFeature(feature, parts, this.#header.geometryType), boxAround(parts));
    }
  }

  #cutParts({ parts }: Feature, what: string): Cut {
    const type = this.#header.geometryType;
    if (type === 'Polygon' || type === 'MultiPolygon') return cutPolygons(parts, this.#boundary, what);
    const [part] = parts;
    if (part === undefined) return { kind: 'none' };
    return type === 'Point' || type === 'MultiPoint' ? cutPoints(part, this.#boundary) : cutLines(part, this.#boundary);
  }

  #note(cut: Cut): void {
    if (cut.kind !== 'part' || cut.note === undefined) return;
    if (this.notes.length < NOTES_MAX) this.notes.push(cut.note);
    else if (this.notes.length === NOTES_MAX) this.notes.push('More features were cut by polygon-clipping.');
  }
}

interface Undecided {
  leaf: Leaf;
  isRead: boolean;
}

/** One geometry, or one for each piece when the type has one part only. */
function toGeometries(pieces: readonly Part[], type: CuttableType, storedType: number): Part[][] {
  if (!isMulti(type)) return pieces.map((piece) => [piece]);
  return type === 'MultiLineString' ? [[joinPieces(pieces, storedType)]] : [[...pieces]];
}

function boxAround(parts: readonly Part[]): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { xy } of parts) {
    for (let at = 0; at < xy.length; at += 2) {
      minX = Math.min(minX, xy[at] ?? 0);
      maxX = Math.max(maxX, xy[at] ?? 0);
      minY = Math.min(minY, xy[at + 1] ?? 0);
      maxY = Math.max(maxY, xy[at + 1] ?? 0);
    }
  }
  return [minX, minY, maxX, maxY];
}

function requireSize(bytes: Uint8Array, what: string): void {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (claimed + SIZE_PREFIX_BYTES === bytes.length) return;
  throw new Problem(
    'invalid-source',
    `${what} claims ${claimed} bytes; by the index it has ${bytes.length - SIZE_PREFIX_BYTES}.`,
  );
}
