import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type Measured, measure } from './child.measure.ts';
import { clipFlags } from './clip.flags.ts';
import { type BoundaryFiles, PYTHON } from './raster.inputs.ts';

const clipSchema = z.object({
  clipBytes: z.number(),
  recipeBytes: z.number(),
  blobBytes: z.number(),
  bytesRead: z.number(),
  requests: z.number(),
});
export type ClipFigures = z.infer<typeof clipSchema>;
const copySchema = z.object({ bytes: z.number(), cpuSeconds: z.number() });
const warmSchema = z.object({ milliseconds: z.array(z.number()) });

/** Starts the processes whose cost the raster benchmark compares; their files lie in one folder. */
export class RasterMeasure {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The clip that the process under test wrote last. */
  get clipFile(): string {
    return path.join(this.#folder, 'clip.tif');
  }

  /** The file that a peer is to write. */
  get peerFile(): string {
    return path.join(this.#folder, 'peer.tif');
  }

  idle({ prepared }: BoundaryFiles): Promise<Measured> {
    return this.#run('idle', prepared);
  }

  async clip(source: string, { prepared }: BoundaryFiles): Promise<Measured & { figures: ClipFigures }> {
    const measured = await this.#run('clip', prepared, source, this.clipFile);
    return { ...measured, figures: clipSchema.parse(JSON.parse(measured.stdout)) };
  }

  /** Milliseconds of each of some clips made by one process. */
  async warm(source: string, { prepared }: BoundaryFiles, runs: number): Promise<number[]> {
    const { stdout } = await this.#run('warm', prepared, source, this.clipFile, String(runs));
    return warmSchema.parse(JSON.parse(stdout)).milliseconds;
  }

  /** CPU of copying what is copied from the source, and how many bytes that are. */
  async copy(source: string, { prepared }: BoundaryFiles): Promise<z.infer<typeof copySchema>> {
    const { stdout } = await this.#run('copy', prepared, source, path.join(this.#folder, 'copied'));
    return copySchema.parse(JSON.parse(stdout));
  }

  /** `cp` of what {@link copy} wrote. */
  cp(): Promise<Measured> {
    return this.#peer(['cp', path.join(this.#folder, 'copied'), this.peerFile]);
  }

  cpClip(): Promise<Measured> {
    return this.#peer(['cp', this.clipFile, this.peerFile]);
  }

  /** A command that writes {@link peerFile}. */
  peer(command: readonly string[]): Promise<Measured> {
    return this.#peer(command);
  }

  /** Compressed bytes of the source's tiles that hold a pixel of the clip. */
  async touchingBytes(source: string): Promise<number> {
    const script = path.join(import.meta.dirname, 'touching.py');
    const { stdout } = await promisify(execFile)(PYTHON, [script, source, this.clipFile]);
    return Number(stdout);
  }

  async #peer(command: readonly string[]): Promise<Measured> {
    await rm(this.peerFile, { force: true });
    return measure(this.#folder, command);
  }

  #run(...given: string[]): Promise<Measured> {
    const script = path.join(import.meta.dirname, 'clip.process.ts');
    // What an installed service has: its modules compiled before.
    const env = { NODE_COMPILE_CACHE: path.join(this.#folder, 'compiled') };
    return measure(this.#folder, [process.execPath, ...clipFlags(), script, ...given], env);
  }
}
