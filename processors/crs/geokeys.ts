import { Problem } from '../../cache/problem.ts';

/** GeoKeys of a GeoTIFF by their ids; values as the directory holds them. */
export type GeoKeys = ReadonlyMap<number, number | string | readonly number[]>;

/** Ids of the keys this program looks at (OGC GeoTIFF 1.1, annex B). */
export const GEO_KEY = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geodeticCrs: 2048,
  angularUnits: 2054,
  projectedCrs: 3072,
  projectedCitation: 3073,
  linearUnits: 3076,
} as const;

/** Value of a key that says "defined by other keys". */
export const USER_DEFINED = 32767;

const HEADER_SHORTS = 4;
const ENTRY_SHORTS = 4;
const DOUBLE_PARAMS_TAG = 34736;
const ASCII_PARAMS_TAG = 34737;

/**
 * Reads the GeoKey directory (OGC GeoTIFF 1.1, section 7.1).
 * @throws {Problem} `invalid-source` when an entry points outside its parameter tag.
 */
export function parseGeoKeys(directory: ArrayLike<number>, doubles: ArrayLike<number>, ascii: string): GeoKeys {
  const keys = new Map<number, number | string | readonly number[]>();
  const keyCount = Math.min(directory[3] ?? 0, Math.floor((directory.length - HEADER_SHORTS) / ENTRY_SHORTS));
  for (let index = 0; index < keyCount; index++) {
    const at = HEADER_SHORTS + index * ENTRY_SHORTS;
    const [key = 0, location = 0, count = 0, value = 0] = Array.from(
      { length: ENTRY_SHORTS },
      (_, i) => directory[at + i],
    );
    keys.set(key, keyValue(key, location, count, value));
  }
  return keys;

  function keyValue(key: number, location: number, count: number, value: number): number | string | readonly number[] {
    if (location === 0) return value;
    if (location === ASCII_PARAMS_TAG && value + count <= ascii.length) {
      return ascii.slice(value, value + count).replace(/[|\0]+$/, '');
    }
    if (location === DOUBLE_PARAMS_TAG && count > 0 && value + count <= doubles.length) {
      const values = Array.from({ length: count }, (_, i) => doubles[value + i] ?? Number.NaN);
      return count === 1 ? (values[0] ?? Number.NaN) : values;
    }
    throw new Problem(
      'invalid-source',
      `GeoKey ${key} points outside its parameters (tag ${location}, ${value}+${count}).`,
    );
  }
}
