import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { HeadReader } from '../../../processors/flatgeobuf/head.reader.ts';
import { readHeader } from '../../../processors/flatgeobuf/header.ts';
import { sourceContext } from '../../../processors/source/context.ts';
import { openSource } from '../../../processors/source/open.ts';
import { PYTHON } from '../../../scripts/bench/raster.inputs.ts';
import { visitIndex } from '../../../scripts/bench/vector.minimum.ts';

const run = promisify(execFile);
const SCRIPTS = path.join(import.meta.dirname, '../../../scripts/bench');
const COUNT = 300;
const DIGEST = '0'.repeat(64);
let folder = '';

const fileOf = (kind: string, name = kind): string => path.join(folder, `${name}.fgb`);

async function generate(kind: string, seed: number, name = kind): Promise<void> {
  const job = { out: fileOf(kind, name), kind, count: COUNT, seed, west: 10, south: 45, east: 12, north: 46 };
  await run(PYTHON, [path.join(SCRIPTS, 'vector.data.py'), JSON.stringify(job)]);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-bench-'));
  for (const kind of ['buildings', 'lines', 'cells']) await generate(kind, 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Metres of a degree of latitude, and of one of longitude at 45.5° north. */
const [NORTH, EAST] = [111_320, 111_320 * Math.cos((45.5 * Math.PI) / 180)];
/** Longitudes are shrunk at each feature's own latitude, half a degree off at most. */
const SLACK = 0.02;

describe('generated features', () => {
  it.each([
    ['buildings', 'the area of sides of 8 to 28 m', 8 ** 2 / (NORTH * EAST), 28 ** 2 / (NORTH * EAST)],
    ['lines', 'the length of 20 segments of 300 m', 6000 / NORTH, 6000 / EAST],
    ['cells', 'the area of a disc of 2 km', 12.0e6 / (NORTH * EAST), 13.2e6 / (NORTH * EAST)],
  ])('%s have an id each and %s', async (kind, _name, least, most) => {
    const { stdout } = await run(PYTHON, [path.join(SCRIPTS, 'vector.measures.py'), fileOf(kind)]);
    const measures: [number, number][] = JSON.parse(stdout);
    expect(measures.map(([id]) => id)).toEqual(Array.from({ length: COUNT }, (_, id) => id));
    for (const [, measure] of measures) {
      expect(measure).toBeGreaterThan(least * (1 - SLACK));
      expect(measure).toBeLessThan(most * (1 + SLACK));
    }
  });

  it('are the same for the same seed and others for another', async () => {
    await generate('cells', 1, 'again');
    await generate('cells', 2, 'other');
    const [first, again, other] = await Promise.all(
      ['cells', 'again', 'other'].map((name) => readFile(fileOf('cells', name))),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('index nodes that a clip needs', () => {
  const box = (west: number, south: number, east: number, north: number): [number, number][] => [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];

  it.each([
    ['the root and all leaves of what is inside', box(0, 40, 20, 50), 1 + COUNT],
    ['the root alone of what is outside', box(0, 0, 1, 1), 1],
  ])('are %s', async (_name, ring, expected) => {
    const file = fileOf('buildings');
    const source = await openSource(
      pathToFileURL(file).href,
      sourceContext({ schemes: ['file'], fileRoots: [folder] }),
    );
    const header = await readHeader(await HeadReader.open(source, undefined)).finally(() => source.close());
    const { nodes, featureBytes } = await visitIndex(file, header, prepareBoundary([[ring]], DIGEST));
    expect(nodes).toBe(expected);
    expect(featureBytes).toBeGreaterThan(150);
    expect(featureBytes).toBeLessThan(250);
  });

  it('are fewer than all where the boundary crosses some', async () => {
    const file = fileOf('buildings');
    const source = await openSource(
      pathToFileURL(file).href,
      sourceContext({ schemes: ['file'], fileRoots: [folder] }),
    );
    const header = await readHeader(await HeadReader.open(source, undefined)).finally(() => source.close());
    const { nodes } = await visitIndex(file, header, prepareBoundary([[box(10, 45, 10.2, 45.2)]], DIGEST));
    expect(nodes).toBeGreaterThan(1 + 2);
    expect(nodes).toBeLessThan(COUNT / 2);
  });
});
