import { describe, expect, test } from 'vitest';
import { clipFileName, formatClipPath, requireBoundaryId } from '../../cache/clip-path.ts';
import { idSchema } from '../../cache/catalogue.ts';
import * as keys from '../../cache/keys.ts';
import { requireKey } from '../../cache/store.key.ts';

const PATH = { boundary: 'bbox:-1.5,2,3,4', dataset: 'relief', version: '1.0', file: 'relief-1.0-bbox:-1.5,2,3,4.tif' };

describe('clipFileName', () => {
  test.each<[string, string | null, string]>([
    ['the only part has no name', null, 'relief-1.0-ken.tif'],
    ['a part of several', 'depth', 'relief-1.0-depth-ken.tif'],
  ])('%s', (_, part, expected) => {
    expect(clipFileName('relief', '1.0', part, 'ken', 'tif')).toBe(expected);
  });
});

test('formatClipPath', () => {
  expect(formatClipPath(PATH)).toBe('bbox:-1.5,2,3,4/relief/1.0/relief-1.0-bbox:-1.5,2,3,4.tif');
});

test.each(['ken', 'bbox:1,2,3,4'])('requireBoundaryId takes %s', (id) => {
  expect(requireBoundaryId(id)).toBe(id);
});

test.each(['', '..', 'KEN', 'bbox:1,2,3', 'bbox:../..', 'search'])('requireBoundaryId refuses %j', (id) => {
  expect(() => requireBoundaryId(id)).toThrow();
});

test('idSchema follows isId', () => {
  expect([idSchema.safeParse('ken').success, idSchema.safeParse('a/b').success]).toEqual([true, false]);
});

test('keys are distinct, valid in every store, and of their kind', () => {
  const fingerprint = 'f'.repeat(64);
  const all = [
    keys.SNAPSHOT_CATALOGUE_KEY,
    keys.SNAPSHOT_BOUNDARIES_KEY,
    keys.blobKey(fingerprint),
    keys.recipeKey(fingerprint),
    keys.clipKey(fingerprint),
    keys.recordKey(fingerprint),
    keys.pointerKey(PATH),
    keys.manifestKey('ken'),
    keys.boundaryKey(fingerprint),
    keys.adHocBoundaryKey('bbox:1,2,3,4'),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(all.map(requireKey)).toEqual(all);
});
