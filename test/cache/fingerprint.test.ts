import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hex, sha256Hex, utf8 } from '../../cache/digest.ts';
import { fingerprint, type FingerprintInput, isFingerprint } from '../../cache/fingerprint.ts';

const INPUT: FingerprintInput = {
  boundaryDigest: 'b'.repeat(64),
  engine: 'cog',
  outputVersion: 1,
  sources: [
    { href: 'https://example.org/a.tif', etag: '"1"', bytes: 10 },
    { href: 'https://example.org/b.tif', etag: '"2"', bytes: 20 },
  ],
  parameters: { nodata: -9999, overviews: true },
};

describe('fingerprint', () => {
  test('does not change from one release to the next: stored clips are found by it', async () => {
    expect(await fingerprint(INPUT)).toBe('080ab38a6c736a63e2ff8ee457d8783739a6b15cdb3aabc5932da0d6b82eb9a3');
  });

  test('does not depend on the order in which parameters are given', async () => {
    const turned = { ...INPUT, parameters: { overviews: true, nodata: -9999 } };
    expect(await fingerprint(turned)).toBe(await fingerprint(INPUT));
  });

  test('does not look at members that it does not know', async () => {
    const sources = INPUT.sources.map((source) => ({ ...source, title: 'x' }));
    expect(await fingerprint({ ...INPUT, sources })).toBe(await fingerprint(INPUT));
  });

  test.each<[string, Partial<FingerprintInput>]>([
    ['the boundary', { boundaryDigest: 'c'.repeat(64) }],
    ['the engine', { engine: 'flatgeobuf' }],
    ['the output version', { outputVersion: 2 }],
    ['the ETag of a source', { sources: [{ href: 'https://example.org/a.tif', etag: '"9"', bytes: 10 }] }],
    ['the order of sources', { sources: INPUT.sources.toReversed() }],
    ['a parameter', { parameters: { nodata: 0, overviews: true } }],
    ['the type of a parameter', { parameters: { nodata: '-9999', overviews: true } }],
    ['a parameter less', { parameters: { nodata: -9999 } }],
  ])('depends on %s', async (_, change) => {
    expect(await fingerprint({ ...INPUT, ...change })).not.toBe(await fingerprint(INPUT));
  });

  test.each([
    ['a'.repeat(64), true],
    ['a'.repeat(63), false],
    ['A'.repeat(64), false],
    [`${'a'.repeat(64)}\n`, false],
  ])('isFingerprint(%j) is %s', (text, expected) => {
    expect(isFingerprint(text)).toBe(expected);
  });
});

describe('digest', () => {
  test.each(['', 'abc', 'grüße 🌍', 'x'.repeat(100_000)])('SHA-256 as node:crypto has it', async (text) => {
    const expected = createHash('sha256').update(text).digest('hex');
    expect(await sha256Hex(text)).toBe(expected);
    expect(await sha256Hex(utf8(text))).toBe(expected);
  });

  test('hex', () => {
    expect(hex(Uint8Array.of(0, 1, 15, 16, 255))).toBe('00010f10ff');
  });
});
