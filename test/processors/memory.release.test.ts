import { describe, expect, it } from 'vitest';
import { releaseMemory } from '../../processors/memory.release.ts';

describe('releaseMemory', () => {
  it('gives an array back at once', () => {
    const before = process.memoryUsage().arrayBuffers;
    const bytes = new Uint8Array(64 << 20);
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(60 << 20);
    releaseMemory(bytes);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
    expect(bytes.byteLength).toBe(0);
  });

  it('empties every view of the array', () => {
    const bytes = new Uint8Array(1 << 20);
    const view = new Int16Array(bytes.buffer, 4, 10);
    releaseMemory(bytes.subarray(100, 200));
    expect([bytes.byteLength, view.length]).toEqual([0, 0]);
  });

  it('may be asked twice', () => {
    const bytes = new Uint8Array(1 << 20);
    releaseMemory(bytes);
    expect(() => releaseMemory(bytes)).not.toThrow();
  });

  it('leaves the pool alone that Node cuts small buffers from', () => {
    const [one, other] = [Buffer.from('one'), Buffer.from('other')];
    releaseMemory(one);
    expect([one.toString(), other.toString()]).toEqual(['one', 'other']);
  });

  it('leaves memory alone that threads share', () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(1 << 20));
    releaseMemory(bytes);
    expect(bytes.byteLength).toBe(1 << 20);
  });
});
