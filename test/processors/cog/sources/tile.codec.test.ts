import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Image, planeOf } from '../../../../processors/cog/image.ts';
import { openRaster } from '../../../../processors/cog/raster.ts';
import { allocateSamples } from '../../../../processors/cog/samples.ts';
import { decodeTile, encodeTile } from '../../../../processors/cog/tile.codec.ts';
import { memoryReader } from '../../../../processors/source/source.memory.ts';
import { dumpPixels, makeSources, type SourceJob } from '../gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-codec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  driver: 'GTiff',
  width: 150,
  height: 100,
  bands: 1,
  nodata: 0,
  seed: 5,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 5, 0, -0.01],
} satisfies Partial<SourceJob>;
type Kind = Partial<SourceJob> & Pick<SourceJob, 'type' | 'options'>;

const KINDS: Record<string, Kind> = {};
const add = (name: string, kind: Kind): void => {
  const layout = ['TILED=YES', 'BLOCKXSIZE=48', 'BLOCKYSIZE=32'];
  KINDS[name] = { ...kind, options: [...layout, ...kind.options] };
};
for (const compression of ['NONE', 'DEFLATE', 'LZW', 'ZSTD', 'PACKBITS']) {
  const hasPredictor = compression !== 'NONE' && compression !== 'PACKBITS';
  for (const order of ['LITTLE', 'BIG']) {
    const options = [`COMPRESS=${compression}`, `ENDIANNESS=${order}`];
    for (const type of ['Byte', 'Int16', 'UInt32', 'Int64', 'UInt64', 'Float32', 'Float64'] as const) {
      const plus = type.endsWith('64') && type !== 'Float64' ? { plus: String(2n ** 62n) } : {};
      const predictors = !hasPredictor ? [1] : type.startsWith('Float') ? [1, 2, 3] : [1, 2];
      for (const predictor of predictors) {
        add(`${type}, ${compression}, predictor ${predictor}, ${order}`, {
          type,
          ...plus,
          options: [...options, `PREDICTOR=${predictor}`],
        });
      }
    }
    add(`half floats, ${compression}, ${order}`, { type: 'Float32', options: [...options, 'NBITS=16'] });
    // GDAL cannot read the big-endian ones that it writes.
    if (hasPredictor && order === 'LITTLE') {
      add(`half floats, ${compression}, predictor 3, ${order}`, {
        type: 'Float32',
        options: [...options, 'NBITS=16', 'PREDICTOR=3'],
      });
    }
    for (const bits of [1, 2, 3, 4, 7]) {
      const packed = [...options, `NBITS=${bits}`];
      add(`${bits} bits, ${compression}, ${order}`, { type: 'Byte', levels: 2 ** bits, options: packed });
    }
    add(`12 bits, ${compression}, ${order}`, { type: 'UInt16', plus: '3000', options: [...options, 'NBITS=12'] });
    const bands = { type: 'Int16', bands: 3 } as const;
    add(`bands together, ${compression}, ${order}`, { ...bands, options: [...options, 'INTERLEAVE=PIXEL'] });
    add(`bands apart, ${compression}, ${order}`, { ...bands, options: [...options, 'INTERLEAVE=BAND'] });
    add(`three bands of 4 bits, ${compression}, ${order}`, {
      type: 'Byte',
      bands: 3,
      levels: 16,
      options: [...options, 'NBITS=4', 'INTERLEAVE=PIXEL'],
    });
  }
}

const places = new Map<string, { tiff: string; raw: string }>();
beforeAll(() => {
  const jobs: SourceJob[] = [];
  for (const [index, [name, kind]] of Object.entries(KINDS).entries()) {
    const tiff = path.join(folder, `${index}.tif`);
    places.set(name, { tiff, raw: path.join(folder, `${index}.raw`) });
    jobs.push({ ...base, ...kind, path: tiff, transform: [...base.transform] });
  }
  makeSources(jobs);
  dumpPixels(Array.from(places.values(), ({ tiff, raw }) => ({ path: tiff, out: raw })));
});

/** All pixels of one plane, put together from its tiles. */
async function pixelsOf(image: Image, file: Uint8Array, through: (tile: Uint8Array) => Promise<Uint8Array>) {
  const { width, height, tileWidth, tileHeight, samples } = image;
  const out = allocateSamples(width * height * samples.bytesPerPixel);
  const [locations = []] = await image.index.locate([{ first: 0, count: image.tilesAcross * image.tilesDown }]);
  for (const [index, location] of locations.entries()) {
    if (location === null) throw new Error(`Tile ${index} is sparse.`);
    const tile = await through(file.subarray(location.offset, location.offset + location.length));
    const column = (index % image.tilesAcross) * tileWidth;
    const row = Math.floor(index / image.tilesAcross) * tileHeight;
    const columns = Math.min(tileWidth, width - column);
    for (let line = 0; line < Math.min(tileHeight, height - row); line++) {
      const from = line * tileWidth * samples.bytesPerPixel;
      const part = tile.subarray(from, from + columns * samples.bytesPerPixel);
      out.set(part, ((row + line) * width + column) * samples.bytesPerPixel);
    }
  }
  return out;
}

/** Half floats come out of GDAL as single ones. */
function widened(image: Image, pixels: Uint8Array<ArrayBuffer>): Uint8Array {
  if (image.samples.format !== 'float' || image.samples.bits !== 16) return pixels;
  return new Uint8Array(new Float32Array(new Float16Array(pixels.buffer)).buffer);
}

describe('tiles that GDAL wrote', () => {
  it.each(Object.keys(KINDS))('%s', async (name) => {
    const { tiff, raw } = places.get(name) ?? { tiff: '', raw: '' };
    const file = new Uint8Array(readFileSync(tiff));
    const { image } = await openRaster(memoryReader(file));
    const planes: Uint8Array[] = [];
    for (let plane = 0; plane < image.planes; plane++) {
      const one = planeOf(image, plane);
      const decoded = await pixelsOf(one, file, (tile) => decodeTile(one, tile));
      const again = await pixelsOf(one, file, async (tile) =>
        decodeTile(one, await encodeTile(one, await decodeTile(one, tile))),
      );
      expect(Buffer.compare(again, decoded)).toBe(0);
      await expectSomeRows(one, file);
      planes.push(widened(one, decoded));
    }
    expect(Buffer.compare(interleave(planes, image), readFileSync(raw))).toBe(0);
  });
});

/** Rows decoded alone are as in the whole tile. */
async function expectSomeRows(image: Image, file: Uint8Array): Promise<void> {
  const [[location] = []] = await image.index.locate([{ first: 0, count: 1 }]);
  if (location === undefined || location === null) throw new Error('There is no first tile.');
  const tile = file.slice(location.offset, location.offset + location.length);
  const rows = { first: 5, end: 11 };
  const rowBytes = image.rawTileBytes / image.tileHeight;
  const [whole, some] = [await decodeTile(image, tile), await decodeTile(image, tile, rows)].map((decoded) =>
    Buffer.from(decoded.subarray(rows.first * rowBytes, rows.end * rowBytes)).toString('hex'),
  );
  expect(some).toBe(whole);
}

function interleave(planes: readonly Uint8Array[], { samples }: Image): Uint8Array {
  const [only] = planes;
  if (planes.length === 1 && only !== undefined) return only;
  const step = samples.bytesPerPixel;
  const out = new Uint8Array(planes.reduce((sum, plane) => sum + plane.byteLength, 0));
  planes.forEach((plane, index) => {
    for (let at = 0; at < plane.byteLength; at += step) {
      out.set(plane.subarray(at, at + step), at * planes.length + index * step);
    }
  });
  return out;
}
