import { BLOB_SOURCE_ID, type RecipeSegment } from '../../cache/recipe.ts';
import type { BlobSink } from '../engine.ts';
import type { FgbHeader } from './header.ts';
import { rewriteHeader } from './header.rewrite.ts';
import { IndexBuilder } from './index.build.ts';
import type { LeafSpan } from './leaves.ts';
import { NODE_BYTES } from './index.layout.ts';
import { type Box, offsetAt } from './node.ts';

/** Number of the source in the recipe. */
const SOURCE_ID = 1;
/** Leaves are handed to the sink this many at a time. */
const LEAVES_PER_CHUNK = 4096;

/** Lays out a clip: header, index, features. Made bytes go to the sink as they come, copied ones stay source ranges. */
export class ClipWriter {
  readonly #sink: BlobSink;
  readonly #header: FgbHeader;
  readonly #index: IndexBuilder;
  readonly #leaves = new Uint8Array(LEAVES_PER_CHUNK * NODE_BYTES);
  readonly #leafView = new DataView(this.#leaves.buffer);
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

  /** Features as they stand in the source, one after another. Their leaves are those of the source, moved. */
  async copy({ view, at, count, offset, length }: LeafSpan): Promise<void> {
    addSegment(this.#featureSegments, SOURCE_ID, offset, length);
    const shiftBytes = this.#featureBytes - offsetAt(view, at);
    this.#featureBytes += length;
    const leaves = new Uint8Array(view.buffer, view.byteOffset + at, count * NODE_BYTES);
    for (let done = 0; done < count;) {
      const taken = Math.min(count - done, LEAVES_PER_CHUNK - this.#pendingLeaves);
      const target = this.#pendingLeaves * NODE_BYTES;
      this.#leaves.set(leaves.subarray(done * NODE_BYTES, (done + taken) * NODE_BYTES), target);
      this.#index.addLeaves(this.#leafView, target, taken, shiftBytes);
      this.#pendingLeaves += taken;
      done += taken;
      if (this.#pendingLeaves === LEAVES_PER_CHUNK) await this.#flushLeaves();
    }
  }

  /** A feature made anew, in chunks. */
  async write(chunks: readonly Uint8Array[], box: Box): Promise<void> {
    this.#index.add(box, this.#featureBytes, this.#leafView, this.#pendingLeaves * NODE_BYTES);
    for (const bytes of chunks) {
      addSegment(this.#featureSegments, BLOB_SOURCE_ID, await this.#sink.append(bytes), bytes.length);
      this.#featureBytes += bytes.length;
    }
    this.#pendingLeaves++;
    if (this.#pendingLeaves === LEAVES_PER_CHUNK) await this.#flushLeaves();
  }

  /** Writes what depends on all features; gives the segments of the whole clip. */
  async finish(): Promise<RecipeSegment[]> {
    if (this.#index.count === 0) {
      return [await this.#append(this.#headerBytes({ featuresCount: 0, indexNodeSize: 0, envelope: null }))];
    }
    await this.#flushLeaves();
    const { chunks, envelope } = this.#index.finish();
    const { indexNodeSize } = this.#header;
    const header = this.#headerBytes({ featuresCount: this.#index.count, indexNodeSize, envelope });
    const segments = [await this.#append(header)];
    for (const chunk of chunks) segments.push(await this.#append(chunk));
    return segments.concat(this.#leafSegments, this.#featureSegments);
  }

  #headerBytes(change: Parameters<typeof rewriteHeader>[1]): Uint8Array {
    return rewriteHeader(this.#header.bytes, change);
  }

  async #flushLeaves(): Promise<void> {
    if (this.#pendingLeaves === 0) return;
    this.#leafSegments.push(await this.#append(this.#leaves.subarray(0, this.#pendingLeaves * NODE_BYTES)));
    this.#pendingLeaves = 0;
  }

  async #append(bytes: Uint8Array): Promise<RecipeSegment> {
    return [BLOB_SOURCE_ID, await this.#sink.append(bytes), bytes.length];
  }
}

/** Appends a run of bytes, or lengthens the last one when it continues it: most features follow one another. */
function addSegment(segments: RecipeSegment[], source: number, offset: number, length: number): void {
  const last = segments.at(-1);
  if (last !== undefined && last[0] === source && last[1] + last[2] === offset) last[2] += length;
  else segments.push([source, offset, length]);
}
