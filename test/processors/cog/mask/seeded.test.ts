import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { random, stars } from '../polygons.ts';
import { checkMaskedClips, makeMaskedSources, type MaskedSource } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-mask-seeded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CASES = 60;
const layout = ['BLOCKSIZE=128', 'OVERVIEW_RESAMPLING=AVERAGE'];
const CODECS = ['COMPRESS=DEFLATE', 'COMPRESS=JPEG', 'COMPRESS=WEBP', 'COMPRESS=LERC_DEFLATE', 'COMPRESS=LZW'];

function sourceOf(codec: string, mask: boolean): MaskedSource {
  const all = { driver: 'COG', width: 512, height: 512, bands: 3, type: 'Byte', seed: codec.length } as const;
  return { ...all, path: path.join(folder, `${codec}-${mask}.tif`), mask, options: [codec, ...layout] };
}

it(`${CASES} random boundaries on sources of several codecs, with and without a mask`, async () => {
  const sources = CODECS.flatMap((codec) => [sourceOf(codec, false), sourceOf(codec, true)]);
  makeMaskedSources(sources);
  const next = random(2024);
  const jobs: { source: string; clip: string; boundary: ReturnType<typeof stars> }[] = [];
  for (let index = 0; index < CASES; index++) {
    const source = sources[index % sources.length]?.path ?? '';
    const [west, south] = [9.5 + 4 * next(), -0.5 + 4 * next()];
    const boundary = stars(index, [west, south, west + 0.3 + 2 * next(), south + 0.3 + 2 * next()]);
    const clip = path.join(folder, `clip-${index}.tif`);
    await clipFile(source, boundary, clip, { overviewResampling: 'average' });
    jobs.push({ source, clip, boundary });
  }
  const figures = checkMaskedClips(jobs);
  expect(figures.flatMap(({ faults }, index) => faults.map((fault) => `${index}: ${fault}`))).toEqual([]);
  expect(figures.every(({ inside }) => inside > 0)).toBe(true);
});
