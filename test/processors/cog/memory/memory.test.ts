import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { box, random, star } from '../polygons.ts';
import { type HugeSource, writeHugeSource } from './huge.source.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-memory-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What planning and streaming such clips may take over a process that does nothing. */
const OVER_IDLE_BYTES_MAX = 96 << 20;

const kind = { tile: 512, format: 'int16', bands: 1, planar: false, nodata: '-32768' } as const;
const square = { west: -74, north: 6, step: 1 / 360, width: 14_400, height: 14_400, overviews: 5 } as const;
const globe = { west: -180, north: 90, step: 1 / 600, width: 216_000, height: 108_000, overviews: 8 } as const;
const SOURCES: Record<string, Omit<HugeSource, 'path'>> = {
  square: { ...kind, ...square },
  'square without nodata': { ...kind, ...square, nodata: null },
  'square of bands apart': { ...kind, ...square, bands: 6, planar: true },
  globe: { ...kind, ...globe },
};
const pathOf = (name: string): string => path.join(folder, `${name}.tif`);

beforeAll(async () => {
  for (const [name, source] of Object.entries(SOURCES)) await writeHugeSource({ ...source, path: pathOf(name) });
});

async function peakBytes(...parameters: string[]): Promise<number> {
  const script = path.join(import.meta.dirname, 'clip.process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...parameters]);
  return Number(stdout);
}

const jagged: MultiPolygonCoordinates = [[star(random(3), -54, -14, 19, 40)]];
const across = [...box(178.7, -18.2, 180, -16.1), ...box(-180, -18.4, -179.1, -16.3)];

it.each([
  ['whole tiles', 'square', jagged, {}],
  ['a mask beside copied tiles', 'square without nodata', jagged, {}],
  ['an exact extent, larger than the bound by itself', 'square', jagged, { layout: 'exact' }],
  ['an exact extent with a mask', 'square without nodata', jagged, { layout: 'exact' }],
  ['a window across the antimeridian', 'globe', across, {}],
  ['bands stored apart', 'square of bands apart', [[star(random(5), -54, -14, 9, 40)]], {}],
])(
  'the memory of a clip is bounded: %s',
  async (_name, source, boundary, options) => {
    const idle = await peakBytes();
    const clip = await peakBytes(pathOf(source), JSON.stringify(boundary), JSON.stringify(options));
    expect(clip - idle).toBeLessThan(OVER_IDLE_BYTES_MAX);
  },
  60_000,
);
