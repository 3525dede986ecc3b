import { setImmediate } from 'node:timers/promises';
import { runAhead } from '../../cache/ahead.ts';
import { Problem } from '../../cache/problem.ts';
import type { CoalesceLimits } from '../../cache/range.coalesce.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import type { ClipWriter } from './clip.writer.ts';
import { cutGeometry, gather, type GeometryCut } from './cut.geometry.ts';
import { CutNotes } from './cut.notes.ts';
import { Cutline } from './cutline.ts';
import { type Feature, readFeature } from './feature.ts';
import { encodeFeature } from './feature.encode.ts';
import { FlatbufferWriter } from './flatbuffer.writer.ts';
import { envelopeOf, type Geometry, partsOf } from './geometry.ts';
import { packMembers } from './geometry.pack.ts';
import { type GeometryType, multiOf } from './geometry.type.ts';
import type { HeadReader } from './head.reader.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import { leavesPlace, type LeafRun } from './index.walk.ts';
import { decide, type Decider, type Steps } from './leaf.steps.ts';
import type { Leaf, LeafSpan } from './leaves.ts';
import { boxAt } from './node.ts';
import { readNodes } from './node.batches.ts';
import type { Mode } from './options.ts';
import { SpentMemory } from './spent.memory.ts';

/** Index and features read ahead of those that are being cut; enough that the delay of a store is hidden. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** What is held for each thing that is to be done. */
const STEP_BYTES = 200;
/** What is held for a feature that is read, besides its bytes. */
const READ_BYTES = 600;
/** Features read together, near ones with one request. */
const READS_MAX = 2048;
/** Of a local file, so few that what is held for them is gone before the garbage collector takes it for lasting. */
const LOCAL_READS_MAX = 128;
/** Larger features than any that may be at hand for others, whose bytes may be moved. */
const PACKED_FEATURE_BYTES = 1024 * 1024;
/** Crossing features lie along the boundary, far apart among those that are copied or left out. */
const FEATURE_LIMITS: CoalesceLimits = {
  gapMaxBytes: 128 * 1024,
  runMaxBytes: 2 * 1024 * 1024,
  overReadShare: 0.05,
  overReadFloorBytes: 16 * 1024,
};

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

/** What features are planned with. */
export interface PlanInput {
  head: HeadReader;
  header: FgbHeader;
  /** In the source's CRS, without edges that cross. */
  boundary: PreparedBoundary;
  writer: ClipWriter;
  options: PlanOptions;
  /** Where the last feature ends; waited for when its place is asked for. */
  featuresEnd: Promise<number>;
}

/** Decides about features, batch by batch, and hands them to the writer in the order of the source. */
export class FeaturePlanner {
  readonly counts: Counts = { copied: 0, cut: 0, split: 0, promoted: 0, dropped: 0, empty: 0 };
  readonly notes = new CutNotes();
  readonly #input: PlanInput;
  readonly #cutline: Cutline;
  readonly #encoder = new FlatbufferWriter();

  constructor(input: PlanInput) {
    this.#input = input;
    this.#cutline = new Cutline(input.boundary);
  }

  /**
   * Plans runs of leaves in ascending order. The index is read ahead of the features that have to be read, and these
   * ahead of those that are cut.
   * @param onLeaves told how many leaves were planned.
   */
  async add(runs: readonly LeafRun[], onLeaves: (count: number) => void): Promise<void> {
    const { head } = this.#input;
    const ahead = runAhead(this.#decide(runs), {
      start: ({ reads }, signal) => head.readMany(reads, FEATURE_LIMITS, signal),
      sizeOf: ({ steps, readBytes, reads, spent }) =>
        readBytes + steps.length * STEP_BYTES + reads.length * READ_BYTES + (spent?.byteLength ?? 0),
      bytesMax: head.isLocal ? 0 : AHEAD_BYTES,
      signal: head.signal,
    });
    for await (const { item, result } of ahead) {
      let next = 0;
      for (const step of item.steps) {
        if (step.fate === 'copy') await this.#copy(step.span);
        else await this.#read(step.leaf, result.at(next++), step.fate);
      }
      result.release();
      if (item.spent !== null) head.release(item.spent);
      onLeaves(item.leaves);
    }
  }

  async *#decide(runs: readonly LeafRun[]): AsyncGenerator<Steps & { spent: DataView | null }, void, undefined> {
    const { head, header, boundary, options, featuresEnd } = this.#input;
    const decider: Decider = {
      header,
      boundary,
      featuresEnd: runs.at(-1)?.end === header.featuresCount ? await featuresEnd : head.sizeBytes,
      fileBytes: head.sizeBytes,
      isPromoted: options.promotedType !== null,
      readsMax: head.isLocal ? LOCAL_READS_MAX : READS_MAX,
      onDropped: () => this.counts.dropped++,
    };
    for await (const batch of readNodes(head, leavesPlace(header), runs)) {
      for (const steps of decide(decider, batch)) yield { ...steps, spent: steps.isLast ? batch.view : null };
      // Reads of a local file do not let anything else run.
      if (head.isLocal) await setImmediate();
    }
  }

  async #copy(span: LeafSpan): Promise<void> {
    this.counts.copied += span.count;
    await this.#input.writer.copy(span);
  }

  async #read(leaf: Leaf, bytes: Uint8Array, fate: 'cut' | 'promote'): Promise<void> {
    const what = `Feature ${leaf.number}`;
    requireSize(bytes, what);
    const feature = readFeature(bytes, this.#input.header.geometryType, what);
    const isPacked = fate === 'cut' && bytes.length >= PACKED_FEATURE_BYTES;
    const geometry = isPacked ? packMembers(feature) : feature.geometry;
    if (geometry === null) {
      this.counts.empty++;
      return;
    }
    if (fate === 'promote') return this.#writeWhole(leaf, feature, geometry);
    const cut = await cutGeometry(geometry, this.#cutline, what);
    this.notes.add(leaf.number, cut.notes);
    if (!this.#isKept(cut)) this.counts.dropped++;
    else if (this.#input.options.mode === 'clip' && cut.kind === 'part')
      await this.#writePieces(bytes, feature, geometry, cut.pieces);
    else await this.#writeWhole(leaf, feature, geometry);
    const spent = new SpentMemory(bytes);
    spent.add(geometry);
    spent.release();
  }

  #isKept({ kind, isCovered }: GeometryCut): boolean {
    return this.#input.options.mode === 'within' ? kind === 'all' || (kind === 'part' && isCovered) : kind !== 'none';
  }

  async #writeWhole(leaf: Leaf, feature: Feature, geometry: Geometry): Promise<void> {
    const { promotedType } = this.#input.options;
    if (promotedType === null) return this.#copy(leaf);
    this.counts.promoted++;
    const encoded = encodeFeature(this.#encoder, feature, gather([geometry], promotedType));
    await this.#input.writer.write(encoded, boxAt(leaf.view, leaf.at));
  }

  async #writePieces(
    bytes: Uint8Array,
    feature: Feature,
    { type }: Geometry,
    pieces: Iterable<Geometry>,
  ): Promise<void> {
    let count = 0;
    const spent = new SpentMemory(bytes);
    for (const geometry of this.#geometriesOf(type, pieces)) {
      count++;
      const encoded = encodeFeature(this.#encoder, feature, geometry);
      await this.#input.writer.write(encoded, envelopeOf(partsOf(geometry)));
      spent.add(geometry);
    }
    spent.release();
    this.counts.cut++;
    if (count > 1) this.counts.split++;
  }

  /** What several pieces become depends on what type the header lets a feature have. */
  #geometriesOf(type: GeometryType, pieces: Iterable<Geometry>): Iterable<Geometry> {
    const { promotedType } = this.#input.options;
    if (promotedType !== null) return [gather([...pieces], promotedType)];
    const multiType = multiOf(type);
    if (this.#input.header.geometryType !== 'Unknown' || multiType === null) return pieces;
    const all = [...pieces];
    return all.length > 1 ? [gather(all, multiType)] : all;
  }
}

function requireSize(bytes: Uint8Array, what: string): void {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (claimed + SIZE_PREFIX_BYTES === bytes.length) return;
  throw new Problem(
    'invalid-source',
    `${what} claims ${claimed} bytes; by the index it has ${bytes.length - SIZE_PREFIX_BYTES}.`,
  );
}
