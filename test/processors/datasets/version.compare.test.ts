import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../processors/datasets/version.compare.ts';

describe('compareVersions', () => {
  test.each([
    ['numbers by value', ['1.2', '1.9', '1.10', '2.0', '10.0']],
    ['longer is newer', ['1', '1.0', '1.0.1', '1.1']],
    ['words before what they prepare', ['1.0-alpha', '1.0-beta', '1.0-rc1', '1.0-rc2', '1.0-rc10', '1.0', '1.0.1']],
    ['years and dates', ['1988', '2021', '2023-01-15', '2023-10-02', '2024']],
    ['a letter in front', ['v1', 'v2', 'v10']],
    ['digits beyond what numbers hold', ['9007199254740992', '9007199254740993', '90071992547409920']],
    ['leading zeros', ['2023.09', '2023.10']],
    ['spellings of one version, always alike', ['1-0', '1.0', '1_0']],
  ])('%s', (_, ordered) => {
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
    expect(ordered.toSorted(compareVersions)).toEqual(ordered);
  });

  test('equal versions are equal', () => {
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  });
});
