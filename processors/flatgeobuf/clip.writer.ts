import { BLOB_SOURCE_ID, type RecipeSegment } from '../../cache/recipe.ts';
import type { BlobSink } from '../engine.ts';
import type { FgbHeader } from './header.ts';
import { rewriteHeader } from './header.rewrite.ts';
import { IndexBuilder } from './index.build.ts';
import { NODE_BYTES } from './index.layout.ts';

/** Number of the source in the recipe. */
const SOURCE_ID = 1;
/** Leaves are handed to the sink this many at a time. */
const LEAVES_PER_CHUNK = 4096;

export type Box = readonly [minX: number, minY: number, maxX: number, maxY: number];

/** Lays out a clip: header, index, features. Made bytes go to the sink as they come, copied ones stay source ranges. */
export class ClipWriter {
  readonly #sink: BlobSink;
  readonly #header: FgbHeader;
  readonly #index: IndexBuilder;
  readonly #leaves = new DataView(new ArrayBuffer(LEAVES_PER_CHUNK * NODE_BYTES));
  readonly #leafSegments: RecipeSegment[] = [];
  readonly #featureSegments: RecipeSegment[] = [];
  #pendingLeaves = 0;
  #featureBytes = 0;

  constructor(sink: BlobSink, header: FgbHeader) {
    this.#sink = sink;
    this.#header = header;
    this.#index = new IndexBuilder(header.indexNodeSize);
  }

  /** Features written so far. */
  get count(): number {
    return this.#index.count;
  }

  /** A feature as it stands in the source. */
  async copy(sourceOffset: number, length: number, box: Box): Promise<void> {
    const last = this.#featureSegments.at(-1);
    if (last !== undefined && last[0] === SOURCE_ID && last[1] + last[2] === sourceOffset) last[2] += length;
    else this.#featureSegments.push([SOURCE_ID, sourceOffset, length]);
    await this.#addLeaf(box, length);
  }

  /** A feature made anew. */
  async write(bytes: Uint8Array, box: Box): Promise<void> {
    this.#featureSegments.push([BLOB_SOURCE_ID, await this.#sink.append(bytes), bytes.length]);
    await this.#addLeaf(box, bytes.length);
  }

  /** Writes what depends on all features; gives the segments of the whole clip. */
  async finish(): Promise<RecipeSegment[]> {
    if (this.#index.count === 0) {
      return [await this.#append(this.#headerBytes({ featuresCount: 0, indexNodeSize: 0, envelope: null }))];
    }
    await this.#flushLeaves();
    const { bytes, envelope } = this.#index.finish();
    const { indexNodeSize } = this.#header;
    const header = this.#headerBytes({ featuresCount: this.#index.count, indexNodeSize, envelope });
    return [await this.#append(header), await this.#append(bytes), ...this.#leafSegments, ...this.#featureSegments];
  }

  #headerBytes(change: Parameters<typeof rewriteHeader>[1]): Uint8Array {
    return rewriteHeader(this.#header.bytes, change);
  }

  async #addLeaf(box: Box, featureLength: number): Promise<void> {
    this.#index.add(box, this.#featureBytes, this.#leaves, this.#pendingLeaves * NODE_BYTES);
    this.#featureBytes += featureLength;
    this.#pendingLeaves++;
    if (this.#pendingLeaves === LEAVES_PER_CHUNK) await this.#flushLeaves();
  }

  async #flushLeaves(): Promise<void> {
    if (this.#pendingLeaves === 0) return;
    this.#leafSegments.push(
      await this.#append(new Uint8Array(this.#leaves.buffer, 0, this.#pendingLeaves * NODE_BYTES)),
    );
    this.#pendingLeaves = 0;
  }

  async #append(bytes: Uint8Array): Promise<RecipeSegment> {
    return [BLOB_SOURCE_ID, await this.#sink.append(bytes), bytes.length];
  }
}
