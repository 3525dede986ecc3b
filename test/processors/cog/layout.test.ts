import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { layOut } from '../../../processors/cog/layout.ts';
import { ChunkedBytes } from '../../../processors/cog/tiff.bytes.ts';
import { readTiff } from '../../../processors/cog/tiff.reader.ts';
import { TAG, TYPE } from '../../../processors/cog/tiff.tags.ts';
import { makeTag, makeTextTag } from '../../../processors/cog/tiff.values.ts';
import { TileIndex } from '../../../processors/cog/tile.index.ts';
import { TILE_COPIED, TileTable } from '../../../processors/cog/tile.table.ts';
import { openFileSource } from '../../../processors/source/source.file.ts';
import { gdal } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-layout-'));
afterAll(() => rmSync(folder, { recursive: true }));
const TILE_BYTES = 128 << 20;

/** A level of `across` × `across` tiles of 4096 × 4096 doubles, all copied from a source; every third one is empty. */
async function layOutCopies(across: number): Promise<{ file: string; total: number; filled: number }> {
  const table = new TileTable({ tilesAcross: across, tilesDown: across });
  let filled = 0;
  for (let tile = 0; tile < across * across; tile++) {
    if (tile % 3 === 2) continue;
    table.set(tile, TILE_COPIED, 1000 + tile * (TILE_BYTES + 8), TILE_BYTES);
    filled++;
  }
  const side = 4096 * across;
  const tags = [
    makeTag(TAG.imageWidth, TYPE.long, [side]),
    makeTag(TAG.imageLength, TYPE.long, [side]),
    makeTag(TAG.bitsPerSample, TYPE.short, [64]),
    makeTag(TAG.compression, TYPE.short, [1]),
    makeTag(TAG.photometric, TYPE.short, [1]),
    makeTag(TAG.samplesPerPixel, TYPE.short, [1]),
    makeTag(TAG.sampleFormat, TYPE.short, [3]),
    makeTag(TAG.tileWidth, TYPE.short, [4096]),
    makeTag(TAG.tileLength, TYPE.short, [4096]),
    makeTextTag(TAG.gdalNodata, '-1'),
  ];
  const sink = new MemoryBlob();
  const segments = await layOut([{ tags, table, filler: null }], true, sink);
  const total = segments.reduce((sum, [, , length]) => sum + length, 0);
  const file = path.join(folder, `${across}.tif`);
  writeFileSync(file, sink.bytes());
  // A file with holes stands for one whose tiles would fill the disk.
  truncateSync(file, total);
  return { file, total, filled };
}

describe('layOut', () => {
  it.each([
    [6, false, 'just below 4 GiB: a classic TIFF'],
    [7, true, 'just above 4 GiB: a BigTIFF'],
    [20, true, 'far above'],
  ])('%d × its tiles: BigTIFF %s, %s', async (across, bigTiff) => {
    const { file, total, filled } = await layOutCopies(across);
    expect(total > 2 ** 32 - 1).toBe(bigTiff);
    const source = await openFileSource(pathToFileURL(file).href, [folder]);
    const bytes = new ChunkedBytes(source);
    const tiff = await readTiff(bytes);
    expect(tiff.bigTiff).toBe(bigTiff);
    expect(tiff.ghost).toEqual({ hasLeadersAndTrailers: true });
    const [ifd] = tiff.ifds;
    if (ifd === undefined) throw new Error('There is no directory.');
    const tiles = new TileIndex(bytes, ifd, across * across, TILE_BYTES);
    const [places = []] = await tiles.locate([{ first: 0, count: across * across }]);
    await source.close();
    const found = places.filter((place) => place !== null);
    expect(found.length).toBe(filled);
    // One after another, with room for leader and trailer, up to the end of the file.
    found.forEach((place, index) => {
      expect(place.offset).toBe(total - (filled - index) * (TILE_BYTES + 8) + 4);
    });
    expect(gdal('gdalinfo', file)).toContain(`Size is ${4096 * across}, ${4096 * across}`);
  });
});
