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

/** Values of the model type key. */
export const MODEL = { projected: 1, geographic: 2 } as const;

/** Value of a key that says "defined by other keys". */
export const USER_DEFINED = 32767;

/** The specification knows about sixty keys; more than this is damage. */
const KEYS_MAX = 1024;
/** Values of all keys together, numbers and characters: bounds the memory and the time of a hostile file. */
const VALUES_MAX = 1 << 20;
const HEADER_SHORTS = 4;
const ENTRY_SHORTS = 4;
const DOUBLE_PARAMS_TAG = 34736;
const ASCII_PARAMS_TAG = 34737;

/**
 * Reads the GeoKey directory (OGC GeoTIFF 1.1, section 7.1).
 * @throws {Problem} `invalid-source` when an entry points outside its parameter tag, or there is too much of them.
 */
export function parseGeoKeys(directory: ArrayLike<number>, doubles: ArrayLike<number>, ascii: string): GeoKeys {
  const keys = new Map<number, number | string | readonly number[]>();
  const keyCount = Math.min(directory[3] ?? 0, Math.floor((directory.length - HEADER_SHORTS) / ENTRY_SHORTS));
  if (keyCount > KEYS_MAX) throw new Problem('invalid-source', `The GeoKey directory has ${keyCount} keys.`);
  let total = 0;
  for (let index = 0; index < keyCount; index++) {
    const at = HEADER_SHORTS + index * ENTRY_SHORTS;
    const [key = 0, location = 0, count = 0, value = 0] = Array.from(
      { length: ENTRY_SHORTS },
      (_, i) => directory[at + i],
    );
    total += count;
    if (total > VALUES_MAX) throw new Problem('invalid-source', `GeoKeys claim more than ${VALUES_MAX} values.`);
    keys.set(key, keyValue(key, location, count, value));
  }
  return keys;

  function keyValue(key: number, location: number, count: number, value: number): number | string | readonly number[] {
    if (location === 0) return value;
    if (location === ASCII_PARAMS_TAG && value + count <= ascii.length) {
      return withoutEnd(ascii.slice(value, value + count));
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

/** A text without the bars and NULs that close it. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '|' || text[end - 1] === '\0')) end--;
  return text.slice(0, end);
}

/** What the keys call the CRS, for messages. */
export function nameOfGeoKeys(keys: GeoKeys): string {
  const name = geoKeyText(keys, GEO_KEY.citation) || geoKeyText(keys, GEO_KEY.projectedCitation);
  return name === '' ? 'an unnamed coordinate reference system' : `"${name}"`;
}

/** The text of a key; empty when it has none. */
export function geoKeyText(keys: GeoKeys, key: number): string {
  const value = keys.get(key);
  return typeof value === 'string' ? value : '';
}
