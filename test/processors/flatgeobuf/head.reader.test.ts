import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { RangeReader } from '../../../cache/range.ts';
import { HeadReader } from '../../../processors/flatgeobuf/head.reader.ts';
import { sourceContext } from '../../../processors/source/context.ts';
import { openSource } from '../../../processors/source/open.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-head-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Longer than what is kept of the beginning. */
const bytes = Uint8Array.from({ length: 400_000 }, (_, at) => (at * 7 + (at >> 8)) % 251);
const file = path.join(folder, 'source');
writeFileSync(file, bytes);

const limits = { gapMaxBytes: 1000, runMaxBytes: 100_000, overReadShare: 1, overReadFloorBytes: 0 };
/** Out of order, near each other, far apart, overlapping, at hand and empty. */
const ranges = [
  { offset: 300_000, length: 50 },
  { offset: 10, length: 20 },
  { offset: 300_100, length: 90_000 },
  { offset: 120_000, length: 5 },
  { offset: 300_020, length: 10 },
  { offset: 399_999, length: 1 },
  { offset: 200_000, length: 0 },
];
const expected = ranges.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]);

describe.each<[string, () => Promise<RangeReader>]>([
  ['a file', () => openSource(pathToFileURL(file).href, sourceContext({ schemes: ['file'], fileRoots: [folder] }))],
  ['a source that has to be waited for', async () => memoryReader(bytes)],
])('of %s', (_name, open) => {
  it('ranges come in the order asked for', async () => {
    const source = await open();
    const head = await HeadReader.open(source, undefined);
    const pieces = await head.readMany(ranges, limits);
    expect(ranges.map((_, index) => Array.from(pieces.at(index)))).toEqual(expected);
    const [own, atHand] = [pieces.at(2), pieces.at(1)];
    pieces.release();
    expect(own.length).toBe(0);
    expect([...atHand]).toEqual(expected[1]);
    await source.close();
  });

  it('bytes that are at hand outlive their release', async () => {
    const source = await open();
    const head = await HeadReader.open(source, undefined);
    await head.hold([{ offset: 250_000, length: 1000 }], limits);
    const { requests } = source.statistics;
    for (let time = 0; time < 2; time++) {
      for (const offset of [100, 250_100]) {
        const read = await head.read(offset, 300);
        expect([...read]).toEqual([...bytes.subarray(offset, offset + 300)]);
        head.release(read);
      }
    }
    expect(source.statistics.requests).toBe(requests);
    await source.close();
  });

  it('other bytes are given back at once', async () => {
    const source = await open();
    const head = await HeadReader.open(source, undefined);
    const read = await head.read(100_000, 90_000);
    head.release(read);
    expect(read.length).toBe(0);
    await source.close();
  });
});
