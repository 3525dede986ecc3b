import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { box, random, star } from '../polygons.ts';
import { type HugeSource, writeHugeSource } from './huge.source.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-memory-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What planning and streaming such clips may take over a planning thread that does nothing. */
const OVER_IDLE_BYTES_MAX = 96 << 20;

const kind = { tile: 512, format: 'int16', bands: 1, planar: false, nodata: '-32768' } as const;
const square = { west: -74, north: 6, step: 1 / 360, width: 14_400, height: 14_400, overviews: 5 } as const;
const globe = { west: -180, north: 90, step: 1 / 1200, width: 432_000, height: 216_000, overviews: 9 } as const;
const bands20 = { ...square, tile: 256, format: 'float64', bands: 20 } as const;
const SOURCES: Record<string, Omit<HugeSource, 'path'>> = {
  square: { ...kind, ...square },
  'square without nodata': { ...kind, ...square, nodata: null },
  'square of bands apart': { ...kind, ...square, bands: 6, planar: true },
  'square of 20 bands': { ...kind, ...bands20 },
  'square of 20 bands apart': { ...kind, ...bands20, planar: true },
  globe: { ...kind, ...globe },
  'globe without nodata': { ...kind, ...globe, nodata: null },
  noise: { ...kind, ...square, step: 40 / 43_008, width: 43_008, height: 43_008, nodata: null, isNoise: true },
};
const pathOf = (name: string): string => path.join(folder, `${name}.tif`);

let idleBytes = Infinity;
beforeAll(async () => {
  idleBytes = await peakBytes();
  for (const [name, source] of Object.entries(SOURCES)) await writeHugeSource({ ...source, path: pathOf(name) });
}, 60_000);

async function peakBytes(...parameters: string[]): Promise<number> {
  const thread = path.join(import.meta.dirname, '../../planning.thread.ts');
  const script = path.join(import.meta.dirname, 'clip.process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [thread, script, ...parameters]);
  return Number(stdout);
}

const jagged = (vertices: number, radius = 19): MultiPolygonCoordinates => [
  [star(random(3), -54, -14, radius, vertices)],
];
const across = [...box(178.7, -18.2, 180, -16.1), ...box(-180, -18.4, -179.1, -16.3)];

/** As wide as Russia, and with a coast as long. */
function wide(): MultiPolygonCoordinates {
  const next = random(7);
  const ring = Array.from({ length: 4000 }, (_, vertex) => {
    const angle = (2 * Math.PI * vertex) / 4000;
    const reach = 0.98 + 0.02 * next();
    return [100 + 79 * reach * Math.cos(angle), 60 + 19 * reach * Math.sin(angle)];
  });
  return [[[...ring, ring[0] ?? []]]];
}

it.each([
  ['whole tiles', 'square', jagged(40), {}],
  ['a boundary of 4,000 vertices', 'square', jagged(4000), {}],
  ['a mask beside copied tiles', 'square without nodata', jagged(40), {}],
  ['a mask with a boundary of 4,000 vertices', 'square without nodata', jagged(4000), {}],
  ['an exact extent, larger than the bound by itself', 'square', jagged(40), { layout: 'exact' }],
  ['an exact extent with a mask', 'square without nodata', jagged(900), { layout: 'exact' }],
  ['a window across the antimeridian', 'globe', across, {}],
  ['bands stored apart', 'square of bands apart', jagged(40, 9), {}],
  ['20 bands of doubles', 'square of 20 bands', jagged(40, 2), {}],
  ['20 bands of doubles stored apart', 'square of 20 bands apart', jagged(40, 2), {}],
  ['half the width of the globe', 'globe', wide(), {}],
  ['half the width of the globe with a mask', 'globe without nodata', wide(), {}],
  ['a BigTIFF of more than 4 GiB with a mask', 'noise', jagged(1500, 40), {}],
])(
  'the memory of a clip is bounded: %s',
  async (name, source, boundary, options) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(boundary));
    const clip = await peakBytes(pathOf(source), file, JSON.stringify(options));
    expect(clip - idleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
  },
  60_000,
);
