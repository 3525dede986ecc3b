import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { random, star } from '../polygons.ts';
import { checkMaskedClips, makeMaskedSources, type MaskedSource } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-alpha-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Kind = Partial<MaskedSource> & { options: readonly string[] };

const KINDS: Record<string, Kind> = {
  'RGBA, DEFLATE': { bands: 4, options: ['COMPRESS=DEFLATE', 'PREDICTOR=2'] },
  'RGBA, uncompressed': { bands: 4, options: ['COMPRESS=NONE'] },
  'grey and alpha, ZSTD': { bands: 2, options: ['COMPRESS=ZSTD'] },
};

function sourceOf({ options, ...kind }: Kind, index: number): MaskedSource {
  const all = { driver: 'COG', width: 1024, height: 768, bands: 4, type: 'Byte', alpha: true } as const;
  const layout = ['BLOCKSIZE=128', 'OVERVIEW_RESAMPLING=AVERAGE'];
  return { ...all, ...kind, options: [...options, ...layout], path: path.join(folder, `${index}.tif`), seed: index };
}

describe('clips of sources with an alpha band against GDAL', () => {
  const counts: Record<string, number>[] = [];
  let figures: ReturnType<typeof checkMaskedClips> = [];

  beforeAll(async () => {
    const sources = Object.values(KINDS).map(sourceOf);
    makeMaskedSources(sources);
    const jobs: Parameters<typeof checkMaskedClips>[0][number][] = [];
    for (const [index, source] of sources.entries()) {
      const boundary = [[star(random(index + 1), 15, 1, 5.5, 40)]];
      const clip = path.join(folder, `clip-${index}.tif`);
      const { recipe } = await clipFile(source.path, boundary, clip, { overviewResampling: 'average' });
      counts.push(recipe.report.counts);
      jobs.push({ source: source.path, clip, boundary, alpha: true });
    }
    figures = checkMaskedClips(jobs);
  });

  it.each(Object.keys(KINDS))('%s', (kind) => {
    const index = Object.keys(KINDS).indexOf(kind);
    // GMF_ALPHA and GMF_PER_DATASET: the alpha band is the mask, and there is no other.
    expect(figures[index]).toMatchObject({ faults: [], flags: 6, nodata: null });
    expect(figures[index]?.shown.every((shown) => shown > 0)).toBe(true);
    expect(counts[index]?.['tilesCopied']).toBeGreaterThan(0);
  });
});
