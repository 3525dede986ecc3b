import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { MUTATORS } from './fuzz.mutate.ts';
import { loadFuzzSources, makeFuzzSources } from './fuzz.sources.ts';

const SEEDS = [1, 2];
const FILES_PER_SEED = 4000;
/** A case takes milliseconds; without an answer for this long the process hangs and is killed. */
const HANG_MS = 30_000;
/** The process idles at about 90 MB; a clip of damaged data may hold a batch of tiles, a tile table and spans. */
const PEAK_BYTES_MAX = 640 << 20;
/** What may be said of a file. Anything else is a fault of the engine. */
const ALLOWED = new Set(['clip', 'invalid-source', 'unsupported-source', 'no-coverage', 'invalid-boundary']);

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-fuzz-'));
beforeAll(() => makeFuzzSources(folder));
afterAll(() => rmSync(folder, { recursive: true }));

/** What became of one damaged file: `clip`, the kind of a problem, or `error` for anything else. */
const outcomeSchema = z.strictObject({
  number: z.int(),
  source: z.string(),
  done: z.array(z.string()),
  outcome: z.string(),
  detail: z.string(),
  /** The most memory that the process has taken so far. */
  peakBytes: z.int(),
});
type FuzzOutcome = z.infer<typeof outcomeSchema>;

/** Runs the cases of one seed in a process of their own: an endless loop cannot be ended from within. */
async function runSeed(seed: number): Promise<FuzzOutcome[]> {
  const script = path.join(import.meta.dirname, 'fuzz.process.ts');
  const child = fork(script, [folder, String(seed), String(FILES_PER_SEED)], { execArgv: [] });
  const outcomes: FuzzOutcome[] = [];
  let hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  child.on('message', (message) => {
    clearTimeout(hang);
    hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
    outcomes.push(outcomeSchema.parse(message));
  });
  const [code, signal] = await once(child, 'exit');
  clearTimeout(hang);
  if (code !== 0) throw new Error(`Seed ${seed} ended with ${code ?? signal} at file ${outcomes.length}.`);
  return outcomes;
}

it(
  `${SEEDS.length * FILES_PER_SEED} damaged files give a clip or a problem of the source, in bounded memory`,
  { timeout: 600_000 },
  async () => {
    const outcomes = (await Promise.all(SEEDS.map(runSeed))).flat();
    expect(outcomes).toHaveLength(SEEDS.length * FILES_PER_SEED);
    const faults = outcomes.filter(({ outcome }) => !ALLOWED.has(outcome));
    expect(faults.map((fault) => JSON.stringify(fault))).toEqual([]);
    expect(Math.max(...outcomes.map(({ peakBytes }) => peakBytes))).toBeLessThan(PEAK_BYTES_MAX);
    // The damage is of every kind, hits every file, and much of it passes unseen or is found late.
    expect(new Set(outcomes.flatMap(({ done }) => done))).toEqual(new Set(Object.keys(MUTATORS)));
    expect(new Set(outcomes.map(({ source }) => source)).size).toBe(loadFuzzSources(folder).length);
    const tally = Object.groupBy(outcomes, ({ outcome }) => outcome);
    console.log(
      `fuzz: ${Object.entries(tally)
        .map(([kind, list]) => `${list?.length} ${kind}`)
        .join(', ')}`,
    );
    expect(tally['clip']?.length).toBeGreaterThan(outcomes.length / 20);
    expect(tally['invalid-source']?.length).toBeGreaterThan(outcomes.length / 20);
  },
);
