import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { clipFlags } from '../../../../scripts/bench/clip.flags.ts';
import { serveWithLatency } from '../../../../scripts/bench/latency.server.ts';
import { box } from '../../cog/polygons.ts';
import { type HugeSource, writeHugeSource } from './huge.source.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-memory-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What planning and writing a clip may take over a process that does nothing, however large its source. */
const OVER_IDLE_BYTES_MAX = 64 << 20;
/** What one feature of the clip may take: the upper levels of the index are held until its end. */
const BYTES_PER_FEATURE_MAX = 8;
/** Where a clip is made: a process with Node's own settings or those of the command line, or a thread of the service. */
type Place = 'process' | 'command' | 'thread';
/** What `npm run clip` tells V8, and what the command itself does after a moment. */
const COMMAND_FLAGS = [...clipFlags(), '--heap-growing-percent=30'];
const root = path.resolve(import.meta.dirname, '../../../..');

const cells = { type: 'Polygon', vertices: 5, share: 0.9, propertiesBytes: 16, isHollow: false } as const;
const SOURCES: Record<string, Omit<HugeSource, 'path'>> = {
  million: { ...cells, side: 1024 },
  'hollow-million': { ...cells, side: 1024, isHollow: true },
  'hollow-four-millions': { ...cells, side: 2048, isHollow: true },
  overlapping: { ...cells, side: 256, vertices: 33, share: 8 },
  lines: { ...cells, type: 'LineString', side: 256, vertices: 21, share: 4 },
  small: { ...cells, side: 256 },
  wide: { ...cells, side: 128, propertiesBytes: 20_000 },
  large: { ...cells, side: 8, vertices: 100_001 },
  'huge-polygon': { ...cells, side: 1, vertices: 2_000_001 },
  'huge-line': { ...cells, type: 'LineString', side: 1, vertices: 2_000_001 },
};
const pathOf = (name: string): string => path.join(folder, `${name}.fgb`);

beforeAll(async () => {
  for (const [name, source] of Object.entries(SOURCES)) await writeHugeSource({ ...source, path: pathOf(name) });
});

const figuresSchema = z.object({ peakBytes: z.number(), counts: z.record(z.string(), z.number()) });
type Figures = z.infer<typeof figuresSchema>;

async function run(place: Place, ...parameters: string[]): Promise<Figures> {
  const thread = place === 'thread' ? [path.join(import.meta.dirname, '../../planning.thread.ts')] : [];
  const flags = place === 'command' ? COMMAND_FLAGS : [];
  const script = path.join(import.meta.dirname, 'clip.process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...thread, script, ...parameters], {
    cwd: root,
  });
  return figuresSchema.parse(JSON.parse(stdout));
}

/** Peak over that of a process or thread that does nothing, and what the clip is made of. */
async function measured(
  place: Place,
  mode: 'clip' | 'plan',
  href: string,
  boundary: MultiPolygonCoordinates,
  options: object,
): Promise<{ overIdleBytes: number; counts: Figures['counts'] }> {
  const idle = await run(place);
  const { peakBytes, counts } = await run(place, mode, href, JSON.stringify(boundary), JSON.stringify(options));
  return { overIdleBytes: peakBytes - idle.peakBytes, counts };
}

const everything: MultiPolygonCoordinates = box(-1, -1, 11, 11);
/** Bands across the square, with as wide gaps. */
const bands = (count: number): MultiPolygonCoordinates =>
  Array.from({ length: count }, (_, band) => box(-1, (band * 10) / count, 11, ((band + 0.5) * 10) / count)).flat();

describe('the memory of a clip of a file is bounded', () => {
  it.each([
    ['a million features, all copied', 'hollow-million', everything, {}, 'copied', 1_000_000],
    ['four millions of features, all copied', 'hollow-four-millions', everything, {}, 'copied', 4_000_000],
    ['a million features, some cut', 'million', bands(10), {}, 'cut', 15_000],
    ['features with 20 KB of attributes', 'wide', bands(40), {}, 'cut', 8000],
    ['features wrapped one and all', 'small', everything, { multipart: 'promote' }, 'promoted', 65_000],
  ])(
    '%s',
    async (_name, source, boundary, options, count, atLeast) => {
      const { overIdleBytes, counts } = await measured('process', 'clip', hrefOf(source), boundary, options);
      expect(counts[count]).toBeGreaterThan(atLeast);
      expect(overIdleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
    },
    60_000,
  );

  it('does not grow with the source, but for the upper levels of the index', async () => {
    const [one, four] = [
      await measured('process', 'clip', hrefOf('hollow-million'), everything, {}),
      await measured('process', 'clip', hrefOf('hollow-four-millions'), everything, {}),
    ];
    expect(four.overIdleBytes - one.overIdleBytes).toBeLessThan(3 * 2 ** 20 * BYTES_PER_FEATURE_MAX);
  });
});

describe.each(['command', 'thread'] as const)('the memory of large features is bounded, in a %s', (place) => {
  it.each([
    ['polygons of 100,000 vertices', 'large', bands(10), 64],
    ['a polygon of two million vertices', 'huge-polygon', bands(10), 1],
    ['a line of two million vertices', 'huge-line', box(-1, -1, 5, 11), 1],
  ])(
    '%s',
    async (_name, source, boundary, cut) => {
      const { overIdleBytes, counts } = await measured(place, 'clip', hrefOf(source), boundary, {});
      expect(counts['cut']).toBe(cut);
      expect(overIdleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
    },
    60_000,
  );
});

describe('the memory of a clip by the command line is bounded', () => {
  it.each([
    ['hardly a polygon is inside', 'overlapping', bands(50), 60_000],
    ['lines that fall into pieces', 'lines', bands(10), 15_000],
  ])(
    '%s',
    async (_name, source, boundary, atLeast) => {
      const { overIdleBytes, counts } = await measured('command', 'clip', hrefOf(source), boundary, {});
      expect(counts['cut']).toBeGreaterThan(atLeast);
      expect(overIdleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
    },
    60_000,
  );
});

describe('the memory of a clip in a thread of the service is bounded', () => {
  it.each([
    ['hardly a polygon is inside', 'overlapping', bands(50), 60_000],
    ['lines that fall into pieces', 'lines', bands(10), 15_000],
  ])(
    '%s',
    async (_name, source, boundary, atLeast) => {
      const { overIdleBytes, counts } = await measured('thread', 'clip', hrefOf(source), boundary, {});
      expect(counts['cut']).toBeGreaterThan(atLeast);
      expect(overIdleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
    },
    60_000,
  );
});

describe.each(['command', 'thread'] as const)('the memory of a plan over a network is bounded, in a %s', (place) => {
  it.each([
    ['all copied', 'hollow-million', everything, {}],
    ['some cut', 'million', bands(10), {}],
    ['wrapped one and all', 'small', everything, { multipart: 'promote' }],
    ['hardly a polygon is inside', 'overlapping', bands(50), {}],
    ['lines that fall into pieces', 'lines', bands(10), {}],
  ])(
    '%s',
    async (_name, source, boundary, options) => {
      const server = await serveWithLatency(pathOf(source), 5);
      try {
        const { overIdleBytes } = await measured(place, 'plan', server.url, boundary, options);
        expect(overIdleBytes).toBeLessThan(OVER_IDLE_BYTES_MAX);
      } finally {
        await server.close();
      }
    },
    60_000,
  );
});

function hrefOf(source: string): string {
  return pathToFileURL(pathOf(source)).href;
}
