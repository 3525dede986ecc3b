import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverviewMaker } from '../../../../processors/cog/overview.ts';
import { parseNodata, type SampleLayout, samplesOf, setSample } from '../../../../processors/cog/samples.ts';
import { SparsePixels } from '../../../../processors/cog/sparse.pixels.ts';
import { SpansBuilder } from '../../../../processors/cog/spans.ts';
import { clipFile } from '../clip.ts';
import { checkClips, makeSources, type SourceJob } from '../gdal.ts';
import { stars } from '../polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-overview-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const boundary = stars(6, [10.3, 5.4, 14.8, 9.8]);
const tiled = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', ...more];

/** Not among them: 64-bit integers, whose averages GDAL 3.6 may never finish. */
const KINDS: Record<string, { more: Partial<SourceJob> & Pick<SourceJob, 'type'>; method: string }> = {
  'big-endian': { more: { type: 'Int16', options: tiled('ENDIANNESS=BIG') }, method: 'average' },
  'bands apart': { more: { type: 'Int16', bands: 3, options: tiled('INTERLEAVE=BAND') }, method: 'average' },
  'bands apart, big-endian floats': {
    more: { type: 'Float32', bands: 2, options: tiled('INTERLEAVE=BAND', 'ENDIANNESS=BIG') },
    method: 'average',
  },
  'half floats': { more: { type: 'Float32', options: tiled('NBITS=16') }, method: 'nearest' },
  '4 bits': { more: { type: 'Byte', levels: 16, nodata: 15, options: tiled('NBITS=4') }, method: 'average' },
  '12 bits': { more: { type: 'UInt16', nodata: 0, plus: '900', options: tiled('NBITS=12') }, method: 'mode' },
};

describe('overviews equal those that GDAL builds from the clip', () => {
  const jobOf = (name: string): SourceJob => ({
    path: path.join(folder, `${name}.tif`),
    driver: 'GTiff',
    options: tiled(),
    width: 512,
    height: 512,
    bands: 1,
    nodata: -99,
    srs: 'EPSG:4326',
    transform: [10, 0.01, 0, 10, 0, -0.01],
    seed: 3,
    overviews: [2, 4, 8],
    overviewTile: 64,
    resampling: KINDS[name]?.method.toUpperCase() ?? '',
    type: 'Int16',
    ...KINDS[name]?.more,
  });
  beforeAll(() => makeSources(Object.keys(KINDS).map(jobOf)));

  it.each(Object.entries(KINDS))('%s', async (name, { method }) => {
    const clip = path.join(folder, `${name} clip.tif`);
    const { path: source } = jobOf(name);
    await clipFile(source, boundary, clip, { overviewResampling: method });
    const [figures] = checkClips([{ source, clip, boundary, overviewsLike: method.toUpperCase() }]);
    expect(figures).toEqual({ inside: figures?.inside, overviews: 3, faults: [] });
  });
});

describe('averages of four pixels', () => {
  const layout = (format: SampleLayout['format'], bits: SampleLayout['bits'], storedBits: number = bits) =>
    ({ format, bits, storedBits, samplesPerPixel: 1, bytesPerPixel: bits / 8 }) satisfies SampleLayout;
  const big = 2n ** 62n;
  it.each([
    ['integers beyond 2^53 are exact', layout('int', 64), '-1', [big, big + 1n, big + 2n, big + 5n], big + 2n],
    ['halves are rounded away from zero', layout('int', 64), '-1', [-2n, -3n, -2n, -3n], -3n],
    ['nodata does not count', layout('uint', 64), '18446744073709551615', [2n ** 64n - 1n, 8n, 10n, 12n], 10n],
    ['a mean that hits nodata moves by one', layout('int', 64), '5', [4n, 6n, 4n, 6n], 6n],
    ['a mean that hits the largest of 4 bits moves down', layout('uint', 8, 4), '15', [14, 15, 15, 14], 14],
    ['half floats are rounded to what they hold', layout('float', 16), '-1', [2048, 2050, 2050, 2052], 2050],
    ['a mean of half floats that hits nodata moves by a step', layout('float', 16), '2', [1, 3, 1, 3], 1.998046875],
  ] as const)('%s', (_name, samples, nodataText, values, mean) => {
    const builder = new SpansBuilder(0, 2);
    for (let row = 0; row < 2; row++) {
      builder.push(0, 2);
      builder.endRow();
    }
    const finer = new SparsePixels(builder.finish(), samples);
    const tile = new Uint8Array(4 * samples.bytesPerPixel);
    const held = samplesOf(samples, tile);
    values.forEach((value, index) => setSample(held, index, value));
    finer.take(tile, 2, 2, 0, 0);
    const axis = { finerSize: 2, size: 1, factor: 2 };
    const nodata = parseNodata(nodataText, samples);
    const out = samplesOf(samples, new Uint8Array(samples.bytesPerPixel));
    new OverviewMaker(finer, { columns: axis, rows: axis }, 'average', samples, nodata).makeRun(0, 0, 1, out, 0);
    expect(out[0]).toBe(mean);
  });
});

describe('nodata texts', () => {
  const layout = (format: SampleLayout['format'], bits: SampleLayout['bits'], storedBits: number = bits) =>
    ({ format, bits, storedBits, samplesPerPixel: 1, bytesPerPixel: bits / 8 }) satisfies SampleLayout;
  it.each([
    ['-9223372036854775808', layout('int', 64), -(2n ** 63n)],
    ['18446744073709551615', layout('uint', 64), 2n ** 64n - 1n],
    ['-99.0', layout('int', 64), -99n],
    ['15', layout('uint', 8, 4), 15],
    ['-3.4028234663852886e+38', layout('float', 32), Math.fround(-3.4028234663852886e38)],
    ['nan', layout('float', 16), Number.NaN],
    ['-inf', layout('float', 16), -Infinity],
    ['-99', layout('float', 16), -99],
  ] as const)('%s is held', (text, samples, value) => expect(parseNodata(text, samples).value).toBe(value));

  it.each([
    ['9223372036854775808', layout('int', 64), 'one more than int64 has'],
    ['-1', layout('uint', 64), 'negative'],
    ['1.5', layout('int', 64), 'no whole number'],
    ['16', layout('uint', 8, 4), 'five bits'],
    ['1e300', layout('float', 32), 'infinite as a single float'],
    ['-9999.25', layout('float', 16), 'GDAL compares half floats with the text'],
    ['none', layout('float', 64), 'no number'],
    ['nan', layout('int', 16), 'integers have none'],
  ] as const)('%s is refused: %o, %s', (text, samples, _reason) => {
    expect(() => parseNodata(text, samples)).toThrow(/cannot hold/);
  });
});
