import { describe, expect, test } from 'vitest';
import { boundaryEntrySchema, catalogueSchema, type DatasetVersion } from '../../cache/catalogue.ts';
import { ENGINES } from '../../cache/engines.ts';
import { clipReadySchema, makeClipSchema } from '../../cache/origin-api.ts';
import { type ClipRecord, clipRecordSchema, manifestSchema } from '../../cache/record.ts';

const RECORD: ClipRecord = {
  version: 1,
  fingerprint: 'f'.repeat(64),
  path: 'ken/relief/1.0/relief-1.0-ken.tif',
  bytes: 10,
  etag: '"e"',
  mediaType: ENGINES.cog.mediaType,
  boundaryDigest: 'b'.repeat(64),
  created: '2026-01-02T03:04:05Z',
  stored: false,
  sha256: null,
};

describe('clipRecordSchema', () => {
  test('takes a record, alone, in a manifest and in an answer of the origin', () => {
    expect(clipRecordSchema.parse(RECORD)).toEqual(RECORD);
    const manifest = { version: 1, boundary: 'ken', clips: { [RECORD.path]: RECORD } };
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
    const ready = { state: 'ready', job: 'job-1', record: RECORD };
    expect(clipReadySchema.parse(ready)).toEqual(ready);
  });

  test.each<[string, object]>([
    ['another version', { version: 2 }],
    ['a short fingerprint', { fingerprint: 'f' }],
    ['negative bytes', { bytes: -1 }],
    ['a date without time', { created: '2026-01-02' }],
    ['a text for a truth value', { stored: 'true' }],
    ['an unknown member', { extra: 1 }],
  ])('refuses %s', (_, change) => {
    expect(clipRecordSchema.safeParse({ ...RECORD, ...change }).success).toBe(false);
  });
});

describe('catalogueSchema', () => {
  const version: DatasetVersion = {
    version: '1.0',
    title: 'Relief',
    summary: 'Heights.',
    author: 'Somebody',
    citation: 'Somebody (2026)',
    licence: { name: 'CC0-1.0', title: 'Public domain', path: 'https://creativecommons.org/publicdomain/zero/1.0/' },
    originUrl: 'https://example.org/',
    engine: 'cog',
    outputVersion: 1,
    parameters: {},
    parts: [{ part: null, title: null, dimensions: {}, source: null }],
  };
  const of = (change: object) => ({
    version: 1,
    datasets: [{ name: 'relief', versions: [{ ...version, ...change }] }],
  });

  test('takes a dataset', () => {
    expect(catalogueSchema.parse(of({}))).toEqual(of({}));
  });

  test.each<[string, object]>([
    ['an unknown engine', { engine: 'zip' }],
    ['no parts', { parts: [] }],
    ['an invalid id', { version: 'v 1' }],
    ['a licence without address', { licence: { name: 'x', title: 'x', path: 'x' } }],
    ['output version 0', { outputVersion: 0 }],
  ])('refuses %s', (_, change) => {
    expect(catalogueSchema.safeParse(of(change)).success).toBe(false);
  });
});

test.each([
  [0, true],
  [60_000, true],
  [60_001, false],
  [-1, false],
  [0.5, false],
])('makeClipSchema with a wait of %s ms: %s', (waitMs, expected) => {
  const call = { boundary: 'ken', dataset: 'relief', version: '1.0', file: 'x.tif', waitMs };
  expect(makeClipSchema.safeParse(call).success).toBe(expected);
});

test('boundaryEntrySchema wants four numbers for the box', () => {
  const entry = { id: 'ken', name: 'Kenya', longName: 'Kenya', level: 0, digest: 'd', bbox: [1, 2, 3, 4], vertices: 5 };
  expect(boundaryEntrySchema.safeParse(entry).success).toBe(true);
  expect(boundaryEntrySchema.safeParse({ ...entry, bbox: [1, 2, 3] }).success).toBe(false);
});
