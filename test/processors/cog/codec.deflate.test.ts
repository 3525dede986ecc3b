import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflate, inflate } from '../../../processors/cog/codec.deflate.ts';
import { largeTiles, numbersBelow } from './tile.bytes.ts';

const { Z_RLE } = zlib.constants;
/** What each of the made-up tiles is deflated by, and how much larger than by level 4 it may come out. */
const WAYS: Readonly<Record<string, readonly [settings: zlib.ZlibOptions, growthMax: number]>> = {
  'noise beside a plane of zeros': [{ level: 4, strategy: Z_RLE, memLevel: 9 }, 1.05],
  'differences of 16-bit elevation': [{ level: 1, memLevel: 9 }, 1.12],
  'slopes of interpolated values': [{ level: 4 }, 1],
};

describe('deflate', () => {
  it.each(largeTiles())('takes the quickest way that is not much larger: $name', async ({ name, bytes }) => {
    const [settings, growthMax] = WAYS[name] ?? [{}, 0];
    const stream = await deflate(bytes);
    expect(Buffer.compare(stream, zlib.deflateSync(bytes, settings))).toBe(0);
    expect(stream.byteLength).toBeLessThanOrEqual(zlib.deflateSync(bytes, { level: 4 }).byteLength * growthMax);
    expect(Buffer.compare(await inflate(stream, bytes.byteLength), bytes)).toBe(0);
  });

  it.each([0, 1, (128 << 10) - 1, 128 << 10, (128 << 10) + 7])('gives %i bytes back', async (size) => {
    const bytes = Uint8Array.from({ length: size }, numbersBelow(100));
    expect(Buffer.compare(await inflate(await deflate(bytes), size + 1), bytes)).toBe(0);
  });

  it('is the same however many run at a time', async () => {
    const streams = await Promise.all([...largeTiles(), ...largeTiles()].map(({ bytes }) => deflate(bytes)));
    for (let index = 0; index < 3; index++) expect(streams[index]).toEqual(streams[index + 3]);
  });
});
