import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileBlob } from '../../processors/blob.file.ts';
import { MemoryBlob } from '../../processors/blob.memory.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-blob-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Below, at and beyond the size of the write buffer. */
const SIZES = [0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000, 7];
const parts = SIZES.map((size, index) => new Uint8Array(size).fill(index + 1));
const all = Buffer.concat(parts);

describe.each([
  ['file', async () => FileBlob.create(path.join(folder, 'blob')), () => readFileSync(path.join(folder, 'blob'))],
  ['memory', async () => new MemoryBlob(), (blob: unknown) => (blob instanceof MemoryBlob ? blob.bytes() : null)],
] as const)('a blob in %s', (_name, create, read) => {
  it('holds all appended bytes at the offsets it gave, and their digest', async () => {
    const blob = await create();
    let at = 0;
    for (const part of parts) {
      // The caller may use its array again.
      const reused = part.slice();
      expect(await blob.append(reused)).toBe(at);
      reused.fill(99);
      at += part.length;
    }
    expect(await blob.finish()).toEqual({ sha256: createHash('sha256').update(all).digest('hex'), bytes: all.length });
    expect(Buffer.compare(read(blob) ?? new Uint8Array(), all)).toBe(0);
  });
});

describe('a blob in a file', () => {
  it('never overwrites one', async () => {
    const file = path.join(folder, 'once');
    await (await FileBlob.create(file)).finish();
    await expect(FileBlob.create(file)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('can be given up, also after its end', async () => {
    const blob = await FileBlob.create(path.join(folder, 'given-up'));
    await blob.append(new Uint8Array(10));
    await blob.abort();
    await blob.abort();
  });
});
