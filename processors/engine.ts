import type { RangeReader } from '../cache/range.ts';
import type { EngineName } from '../cache/engines.ts';
import type { Recipe } from '../cache/recipe.ts';
import type { PreparedBoundary } from './boundary/prepared.ts';

/** Takes the made bytes of a clip (its blob) as they come, so that they need not be held. */
export interface BlobSink {
  /** Appends bytes and returns the offset they lie at. The caller may reuse the array once the promise resolves. */
  append(bytes: Uint8Array): Promise<number>;
  /** Ends the blob. */
  finish(): Promise<{ sha256: string; bytes: number }>;
}

/** Options as they stand in a dataset definition, defaults filled in. */
export type EngineParameters = Readonly<Record<string, string | number | boolean | null>>;

export interface PlanInput {
  source: RangeReader;
  boundary: PreparedBoundary;
  parameters: EngineParameters;
  sink: BlobSink;
  /**
   * The first bytes of a file that lies beside the source, under its name with a suffix; null when there is none.
   * Left out, such files are not looked for.
   */
  readBeside?: (suffix: string, lengthBytes: number) => Promise<Uint8Array | null>;
  /** Called with a fraction from 0 to 1 that never falls. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

/**
 * A pure planner: reads only through the reader it is given and returns data. The same input gives the same recipe
 * and the same blob, byte for byte.
 */
export interface Engine {
  readonly name: EngineName;
  /** Raised only when a golden-bytes test changes; part of every fingerprint. */
  readonly outputVersion: number;
  /**
   * Checks the options of a dataset definition and fills in defaults.
   * @throws {Error} naming the option and what it may be.
   */
  parameters(given: EngineParameters): EngineParameters;
  /**
   * Plans the clip of a source to a boundary.
   * @throws {Problem} `no-coverage`, `unsupported-source`, `unsupported-option`, `invalid-source` or what the reader throws.
   */
  plan(input: PlanInput): Promise<Recipe>;
}
