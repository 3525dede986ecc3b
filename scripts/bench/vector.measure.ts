import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type Measured, measure } from './child.measure.ts';
import { clipFlags } from './clip.flags.ts';
import { PYTHON } from './raster.inputs.ts';
import type { Boundary, Dataset } from './vector.inputs.ts';
import type { Measures } from './vector.measures.ts';

const countsSchema = z.object({ written: z.number(), copied: z.number(), cut: z.number() });
const clipSchema = z.object({
  clipBytes: z.number(),
  recipeBytes: z.number(),
  blobBytes: z.number(),
  counts: countsSchema,
});
const planSchema = z.object({
  milliseconds: z.number(),
  copiedBytes: z.number(),
  segments: z.number(),
  counts: countsSchema,
});
const prepareSchema = z.object({ milliseconds: z.number(), bytes: z.number() });
const loadSchema = z.object({ milliseconds: z.array(z.number()) });
const warmSchema = z.object({ cpuSeconds: z.array(z.number()) });
const measuresSchema = z.array(z.tuple([z.int(), z.number()]));

/** What was made of one clip. */
export type ClipFigures = z.infer<typeof clipSchema>;
export type PlanFigures = z.infer<typeof planSchema>;

const MEASURES_BYTES_MAX = 256 * 1024 * 1024;

/** Starts the processes whose cost the vector benchmark compares; their files lie in one folder. */
export class VectorMeasure {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The clip that the process under test wrote last. */
  get clipFile(): string {
    return path.join(this.#folder, 'clip.fgb');
  }

  /** The file that a peer is to write. */
  get peerFile(): string {
    return path.join(this.#folder, 'peer.fgb');
  }

  /** A place for a file of this run. */
  scratch(name: string): string {
    return path.join(this.#folder, name);
  }

  idle({ prepared }: Boundary): Promise<Measured> {
    return this.#run('clip.process.ts', 'idle', prepared);
  }

  /** @param source file or URL. */
  async clip(source: string, { prepared }: Boundary): Promise<Measured & { figures: ClipFigures }> {
    const measured = await this.#run('clip.process.ts', 'clip', prepared, source, this.clipFile);
    return { ...measured, figures: clipSchema.parse(JSON.parse(measured.stdout)) };
  }

  async plan(source: string, { prepared }: Boundary): Promise<PlanFigures> {
    const { stdout } = await this.#run('vector.process.ts', 'plan', prepared, source);
    return planSchema.parse(JSON.parse(stdout));
  }

  /** CPU seconds of each of some clips made by one process that does not hash. */
  async warm({ file }: Dataset, { prepared }: Boundary, runs: number): Promise<number[]> {
    const { stdout } = await this.#run('vector.process.ts', 'warm', prepared, file, this.clipFile, String(runs));
    return warmSchema.parse(JSON.parse(stdout)).cpuSeconds;
  }

  async prepare({ geojson }: Boundary): Promise<Measured & z.infer<typeof prepareSchema>> {
    const measured = await this.#run('vector.process.ts', 'prepare', geojson, this.scratch('prepared'));
    return { ...measured, ...prepareSchema.parse(JSON.parse(measured.stdout)) };
  }

  /** Milliseconds of reading a prepared boundary, some times in one process. */
  async load({ prepared }: Boundary, runs: number): Promise<number[]> {
    const { stdout } = await this.#run('vector.process.ts', 'load', prepared, String(runs));
    return loadSchema.parse(JSON.parse(stdout)).milliseconds;
  }

  /** A command that writes {@link peerFile}, which is not there when it starts. */
  async peer(command: readonly string[]): Promise<Measured> {
    await rm(this.peerFile, { force: true });
    return measure(this.#folder, command);
  }

  /** `cp` of the clip that was made last. */
  cp(): Promise<Measured> {
    return this.peer(['cp', this.clipFile, this.peerFile]);
  }

  /** Area or length by `id` of a finished file, as GDAL reads it. */
  async measures(file: string): Promise<Measures> {
    const script = path.join(import.meta.dirname, 'vector.measures.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script, file], { maxBuffer: MEASURES_BYTES_MAX });
    return new Map(measuresSchema.parse(JSON.parse(stdout)));
  }

  async #run(script: string, ...args: string[]): Promise<Measured> {
    // Compiled modules are kept from one start to the next, as in an installed service.
    const env = { NODE_COMPILE_CACHE: path.join(this.#folder, 'compiled') };
    return measure(
      this.#folder,
      [process.execPath, ...clipFlags(), path.join(import.meta.dirname, script), ...args],
      env,
    );
  }
}
