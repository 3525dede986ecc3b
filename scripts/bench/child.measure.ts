import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import * as z from 'zod';
import { PYTHON } from './raster.inputs.ts';

/** What a finished process cost, by the operating system's account. */
export interface Cost {
  wallSeconds: number;
  /** User and system. */
  cpuSeconds: number;
  /** The largest resident set. */
  peakBytes: number;
}

export interface Measured extends Cost {
  stdout: string;
}

const reportSchema = z.object({
  status: z.int(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
});

/**
 * Runs a command to its end and measures the whole process.
 * @param folder takes the report.
 * @throws {Error} with what it wrote to standard error when it fails.
 */
export async function measure(
  folder: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const report = path.join(folder, 'cost.json');
  const script = path.join(import.meta.dirname, 'child.measure.py');
  const child = spawn(PYTHON, [script, report, ...command], { env: { ...process.env, ...env } });
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const { status, ...cost } = reportSchema.parse(JSON.parse(await readFile(report, 'utf8')));
  await rm(report);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}:\n${stderr}`);
  return { ...cost, stdout };
}
