import { describe, expect, it } from 'vitest';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { RepeatedTile } from '../../../processors/cog/tile.repeated.ts';
import { withLeaderAndTrailer } from '../../../processors/cog/tile.reads.ts';

const payload = Uint8Array.from({ length: 50 }, (_, index) => index);

describe('RepeatedTile', () => {
  it.each([
    ['one copy for a small grid', 1024, true, 1],
    ['more for a larger one', 1025, true, 2],
    ['a thousandth of the places of a large one', 700_000, true, 684],
    ['without leaders where the clip has none', 3000, false, 3],
  ])('%s', async (_name, places, isFramed, copies) => {
    const sink = new MemoryBlob();
    await sink.append(new Uint8Array(7));
    const tile = await RepeatedTile.write(payload, places, isFramed, sink);
    const copy = isFramed ? withLeaderAndTrailer(payload) : payload;
    expect(sink.bytes().byteLength).toBe(7 + copies * copy.byteLength);
    // Each follows the one before, so that they make one segment; then they begin anew.
    for (let place = 0; place < 2 * copies; place++) {
      const { offset, length } = tile.next();
      expect([offset, length]).toEqual([7 + (place % copies) * copy.byteLength + (isFramed ? 4 : 0), 50]);
      expect(sink.bytes().subarray(offset, offset + length)).toEqual(payload);
    }
  });

  it('takes 1 MiB of the blob at most, but for one copy', async () => {
    for (const [payloadBytes, copies] of [
      [300 << 10, 3],
      [3 << 20, 1],
    ] as const) {
      const sink = new MemoryBlob();
      await RepeatedTile.write(new Uint8Array(payloadBytes), 1 << 20, false, sink);
      expect(sink.bytes().byteLength).toBe(copies * payloadBytes);
    }
  });
});
