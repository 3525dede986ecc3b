import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { type CheckJob, checkClips, makeSources, type SourceJob } from '../gdal.ts';
import { random, star } from '../polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-many-'));
afterAll(() => rmSync(folder, { recursive: true }));

const POLYGONS = 25;
const CODECS = ['NONE', 'DEFLATE', 'LZW', 'ZSTD', 'PACKBITS'];
const TYPES = ['Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'Float32', 'Float64'] as const;
const KINDS = CODECS.flatMap((codec) => TYPES.map((type) => ({ codec, type })));

/** Every kind has its own tile size, order of bytes, interleaving and predictor, by its seed. */
function sourceOf({ codec, type }: (typeof KINDS)[number], seed: number): SourceJob {
  const next = random(seed);
  const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(next() * choices.length)] ?? choices[0];
  const isPredicted = codec !== 'NONE' && codec !== 'PACKBITS';
  const predictor = !isPredicted ? 1 : type.startsWith('Float') ? pick(1, 2, 3) : pick(1, 2);
  return {
    path: path.join(folder, `${codec} ${type}.tif`),
    driver: 'GTiff',
    type,
    width: 90 + Math.floor(next() * 60),
    height: 70 + Math.floor(next() * 60),
    bands: pick(1, 1, 2, 3),
    nodata: pick(0, 120),
    srs: 'EPSG:4326',
    transform: [10, 0.01, 0, 5, 0, -0.01],
    seed,
    options: [
      'TILED=YES',
      `BLOCKXSIZE=${pick(16, 32, 48)}`,
      `BLOCKYSIZE=${pick(16, 32, 64)}`,
      `COMPRESS=${codec}`,
      `PREDICTOR=${predictor}`,
      `ENDIANNESS=${pick('LITTLE', 'BIG')}`,
      `INTERLEAVE=${pick('PIXEL', 'BAND')}`,
    ],
    overviews: pick([2], [2, 4], [3]),
    overviewTile: pick(16, 32),
  };
}

describe(`${KINDS.length * POLYGONS} clips of random sources by random polygons`, () => {
  const sources = KINDS.map(sourceOf);
  beforeAll(() => makeSources(sources));

  it.each(CODECS)('%s', async (codec) => {
    const jobs: CheckJob[] = [];
    for (const source of sources.filter((_, index) => KINDS[index]?.codec === codec)) {
      const next = random(source.seed + 1000);
      for (let polygon = 0; polygon < POLYGONS; polygon++) {
        const x = 10 + next() * source.width * 0.01;
        const y = 5 - next() * source.height * 0.01;
        const boundary = [[star(next, x, y, 0.1 + next(), 3 + Math.floor(next() * 40))]];
        const clip = `${source.path}.${polygon}.tif`;
        await clipFile(source.path, boundary, clip);
        jobs.push({ source: source.path, clip, boundary });
      }
    }
    const figures = checkClips(jobs);
    const faults = figures.flatMap((found, index) => found.faults.map((fault) => `${jobs[index]?.clip}: ${fault}`));
    expect(faults).toEqual([]);
    expect(figures.length).toBe(TYPES.length * POLYGONS);
    expect(figures.every(({ inside }) => inside > 0)).toBe(true);
  });
});
