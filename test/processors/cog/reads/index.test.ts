import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RangeReader } from '../../../../cache/range.ts';
import { MemoryBlob } from '../../../../processors/blob.memory.ts';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../../processors/cog/engine.ts';
import { openFileSource } from '../../../../processors/source/source.file.ts';
import { box } from '../polygons.ts';
import { type HugeSource, writeHugeSource } from '../memory/huge.source.ts';

const KIB = 1024;
let folder = '';
let source: HugeSource;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-index-'));
  source = {
    path: path.join(folder, 'globe.tif'),
    width: 1_296_000,
    height: 648_000,
    west: -180,
    north: 90,
    step: 1 / 3600,
    tile: 512,
    format: 'int16',
    bands: 1,
    planar: false,
    nodata: '-1',
    overviews: 2,
  };
  await writeHugeSource(source);
});
afterAll(() => rm(folder, { recursive: true }));

/** Notes what is read from the part of the file where the tile index lies. */
function noting(reader: RangeReader, ranges: { offset: number; length: number }[]): RangeReader {
  return {
    href: reader.href,
    sizeBytes: reader.sizeBytes,
    etag: reader.etag,
    statistics: reader.statistics,
    read: (offset, length, signal) => {
      ranges.push({ offset, length });
      return reader.read(offset, length, signal);
    },
    readMany: (many, signal) => {
      ranges.push(...many);
      return reader.readMany(many, signal);
    },
    stream: (offset, length, signal) => reader.stream(offset, length, signal),
    close: () => reader.close(),
  };
}

describe('the index of 3.2 million tiles (1″, the whole globe)', () => {
  it.each<[string, MultiPolygonCoordinates, number]>([
    ['a square of one degree reads its own rows', box(10.1, 50.1, 11.1, 51.1), 1024 * KIB],
    // 20 KiB of offsets and 10 KiB of counts a row of tiles, at three levels.
    ['a strip of twenty degrees reads near rows together', box(10.1, 30.1, 10.2, 50.1), 8 * 1024 * KIB],
  ])('of a clip to %s', async (_, boundary, indexBytesMax) => {
    const ranges: { offset: number; length: number }[] = [];
    const reader = noting(await openFileSource(pathToFileURL(source.path).href, [folder]), ranges);
    const recipe = await cogEngine.plan({
      source: reader,
      boundary: prepareBoundary(boundary, 'f'.repeat(64)),
      parameters: cogEngine.parameters({}),
      sink: new MemoryBlob(),
    });
    await reader.close();
    expect(recipe.report.counts['tilesReencoded']).toBeGreaterThan(10);
    expect(reader.sizeBytes).toBeGreaterThan(40 * 1024 * KIB);
    // Payloads lie at the beginning.
    const ofIndex = ranges.filter(({ offset }) => offset > 1024 * KIB);
    expect(ofIndex.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(indexBytesMax);
    expect(Math.max(...ofIndex.map(({ length }) => length))).toBeLessThanOrEqual(1024 * KIB);
    expect(ofIndex.length).toBeLessThan(120);
  });
});
