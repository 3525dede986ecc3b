import { Problem } from '../../cache/problem.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import type { ClipWriter } from './clip.writer.ts';
import { cutGeometry, gather, type GeometryCut } from './cut.geometry.ts';
import { type Feature, readFeature } from './feature.ts';
import { encodeFeature } from './feature.encode.ts';
import { envelopeOf, type Geometry, partsOf } from './geometry.ts';
import { multiOf } from './geometry.type.ts';
import type { HeadReader } from './head.reader.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import type { Leaf } from './leaves.ts';
import type { Mode } from './options.ts';

/** Features that have to be read are held together up to this size; a larger one is read alone. */
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
  /** Whole features that were wrapped in the Multi type, their coordinates as they were. */
  promoted: number;
  /** Features whose box met the boundary's line but of which the mode keeps nothing. */
  dropped: number;
  /** Null or empty geometries met on the way; they are in no clip. */
  empty: number;
}

export type PromotedType = NonNullable<ReturnType<typeof multiOf>>;

/** How features are to be kept. */
export interface PlanOptions {
  mode: Mode;
  /** The type that all features get in place of the header's; null when they keep theirs. */
  promotedType: PromotedType | null;
}

/** Decides about features, batch by batch, and hands them to the writer in the order of the source. */
export class FeaturePlanner {
  readonly counts: Counts = { copied: 0, cut: 0, split: 0, promoted: 0, dropped: 0, empty: 0 };
  readonly notes: string[] = [];
  readonly #head: HeadReader;
  readonly #header: FgbHeader;
  readonly #boundary: PreparedBoundary;
  readonly #writer: ClipWriter;
  readonly #options: PlanOptions;

  /** @param boundary in the source's CRS, without edges that cross. */
  constructor(
    head: HeadReader,
    header: FgbHeader,
    boundary: PreparedBoundary,
    writer: ClipWriter,
    options: PlanOptions,
  ) {
    this.#head = head;
    this.#header = header;
    this.#boundary = boundary;
    this.#writer = writer;
    this.#options = options;
  }

  /** Plans leaves that follow one another in the file. */
  async add(leaves: readonly Leaf[]): Promise<void> {
    let waiting: Decided[] = [];
    let waitingBytes = 0;
    for (const leaf of leaves) {
      const fate = this.#decide(leaf);
      if (fate === 'out') continue;
      const bytes = fate === 'copy' ? 0 : leaf.length;
      if (waitingBytes + bytes > FEATURE_BATCH_BYTES) {
        await this.#flush(waiting);
        [waiting, waitingBytes] = [[], 0];
      }
      waiting.push({ leaf, fate });
      waitingBytes += bytes;
    }
    await this.#flush(waiting);
  }

  /** By the box alone, where that is enough. */
  #decide(leaf: Leaf): Fate | 'out' {
    const [minX, minY, maxX, maxY] = leaf.box;
    // The box of a null or empty geometry is inverted or not a number.
    const isBox = minX <= maxX && minY <= maxY;
    if (isBox && leaf.isInside) return this.#keep(leaf);
    const met = isBox ? this.#boundary.classifyBox(minX, minY, maxX, maxY) : 'mixed';
    if (met === 'out') return 'out';
    if (met === 'in') return this.#keep(leaf);
    if (this.#header.geometryType === 'Point' && minX === maxX && minY === maxY) {
      if (this.#boundary.containsPoint(minX, minY)) return 'copy';
      this.counts.dropped++;
      return 'out';
    }
    requireReadable(leaf);
    return 'cut';
  }

  /** For a feature that lies inside. */
  #keep(leaf: Leaf): Fate {
    if (this.#options.promotedType === null) return 'copy';
    requireReadable(leaf);
    return 'promote';
  }

  async #flush(waiting: readonly Decided[]): Promise<void> {
    const toRead = waiting.filter(({ fate }) => fate !== 'copy').map(({ leaf }) => leaf);
    const chunks = toRead.length === 0 ? [] : await this.#head.readMany(toRead);
    let next = 0;
    for (const { leaf, fate } of waiting) {
      if (fate === 'copy') await this.#copy(leaf);
      else await this.#read(leaf, chunks[next++] ?? new Uint8Array(), fate);
    }
  }

  async #copy({ offset, length, box }: Leaf): Promise<void> {
    this.counts.copied++;
    await this.#writer.copy(offset, length, box);
  }

  async #read(leaf: Leaf, bytes: Uint8Array, fate: 'cut' | 'promote'): Promise<void> {
    const what = `Feature ${leaf.number}`;
    requireSize(bytes, what);
    const feature = readFeature(bytes, this.#header.geometryType, what);
    const { geometry } = feature;
    if (geometry === null) {
      this.counts.empty++;
      return;
    }
    if (fate === 'promote') return this.#writeWhole(leaf, feature, geometry);
    const cut = cutGeometry(geometry, this.#boundary, what);
    this.#note(cut.notes);
    if (!this.#isKept(cut)) this.counts.dropped++;
    else if (this.#options.mode === 'clip' && cut.kind === 'part') await this.#writePieces(feature, cut.pieces);
    else await this.#writeWhole(leaf, feature, geometry);
  }

  #isKept({ kind, isCovered }: GeometryCut): boolean {
    return this.#options.mode === 'within' ? kind === 'all' || (kind === 'part' && isCovered) : kind !== 'none';
  }

  async #writeWhole(leaf: Leaf, feature: Feature, geometry: Geometry): Promise<void> {
    const { promotedType } = this.#options;
    if (promotedType === null) return this.#copy(leaf);
    this.counts.promoted++;
    await this.#writer.write(encodeFeature(feature, gather([geometry], promotedType)), leaf.box);
  }

  async #writePieces(feature: Feature, pieces: readonly Geometry[]): Promise<void> {
    this.counts.cut++;
    const geometries = this.#geometriesOf(pieces);
    if (geometries.length > 1) this.counts.split++;
    for (const geometry of geometries) {
      await this.#writer.write(encodeFeature(feature, geometry), envelopeOf(partsOf(geometry)));
    }
  }

  /** What several pieces become depends on what type the header lets a feature have. */
  #geometriesOf(pieces: readonly Geometry[]): readonly Geometry[] {
    const { promotedType } = this.#options;
    if (promotedType !== null) return [gather(pieces, promotedType)];
    const multiType = multiOf(pieces[0]?.type ?? 'Unknown');
    const mayGather = this.#header.geometryType === 'Unknown' && pieces.length > 1 && multiType !== null;
    return mayGather ? [gather(pieces, multiType)] : pieces;
  }

  #note(notes: readonly string[]): void {
    for (const note of notes) {
      if (this.notes.length < NOTES_MAX) this.notes.push(note);
      else if (this.notes.length === NOTES_MAX) this.notes.push('More features were cut by polygon-clipping.');
    }
  }
}

/** Taken over as it is, read to be cut, or read to be wrapped in a Multi type. */
type Fate = 'copy' | 'cut' | 'promote';

interface Decided {
  leaf: Leaf;
  fate: Fate;
}

function requireReadable({ number, length }: Leaf): void {
  if (length <= FEATURE_BYTES_MAX) return;
  throw new Problem(
    'unsupported-source',
    `Feature ${number} has ${length} bytes and would have to be cut or wrapped; the limit is ${FEATURE_BYTES_MAX}.`,
  );
}

function requireSize(bytes: Uint8Array, what: string): void {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (claimed + SIZE_PREFIX_BYTES === bytes.length) return;
  throw new Problem(
    'invalid-source',
    `${what} claims ${claimed} bytes; by the index it has ${bytes.length - SIZE_PREFIX_BYTES}.`,
  );
}
