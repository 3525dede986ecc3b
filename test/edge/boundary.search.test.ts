import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm as pgTrgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { geojson } from 'flatgeobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { BoundaryEntry } from '../../cache/catalogue.ts';
import { type BoundaryIndex, indexBoundaries, searchBoundaries } from '../../edge/boundary.search.ts';
import { foldText, trigramSimilarity } from '../../edge/text.similarity.ts';

const COUNTRIES = new URL('../../data/boundaries/countries.fgb', import.meta.url);
const propertiesSchema = z.object({ code: z.string(), name: z.string(), long_name: z.string() });

let entries: BoundaryEntry[];
let index: BoundaryIndex;
beforeAll(async () => {
  entries = [];
  for await (const { properties } of geojson.deserialize(new Uint8Array(await readFile(COUNTRIES)))) {
    const { code, name, long_name: longName } = propertiesSchema.parse(properties);
    entries.push({ id: code.toLowerCase(), name, longName, level: 0, digest: '', bbox: [0, 0, 1, 1], vertices: 4 });
  }
  entries.sort((a, b) => a.longName.localeCompare(b.longName));
  index = indexBoundaries(entries);
});

const namesFound = (text: string) => searchBoundaries(index, text).map(({ name }) => name);

describe('search by name among the real countries', () => {
  test('finds a part of a name: all that hold it and no other', () => {
    const expected = entries.filter(({ name, longName }) => `${name}|${longName}`.toLowerCase().includes('mbi'));
    expect(namesFound('mbi').sort()).toEqual(expected.map(({ name }) => name).sort());
    expect(namesFound('mbi')).toEqual(
      expect.arrayContaining(
        ['Colombia', 'Gambia', 'Mozambique', 'Namibia', 'Zambia'].filter((name) => name.includes('mbi')),
      ),
    );
  });

  test.each([
    ['by its code', 'gmb', 'Gambia'],
    ['in another case', 'GAMBIA', 'Gambia'],
    ['without its accents', 'cote d', 'Ivory Coast'],
    ['by its long name', 'Kingdom of Eswatini', 'Eswatini'],
    ['with a letter wrong', 'Gambya', 'Gambia'],
    ['with a letter wrong in one of its words', 'Equatorial Ginea', 'Equatorial Guinea'],
    ['with letters swapped', 'Mozmabique', 'Mozambique'],
    ['with a letter too few', 'Switzrland', 'Switzerland'],
  ])('finds a country %s', (_reason, text, name) => {
    expect(namesFound(text)[0]).toBe(name);
  });

  test.each(['reunion', 'Réunion', 'Atlantis', 'zzzz', '%', '_', '%%', '   ', '', '()', '\u0000'])(
    'finds nothing for %j',
    (text) => {
      expect(namesFound(text)).toEqual([]);
    },
  );

  test('puts the exact name before those that hold it', () => {
    expect(namesFound('niger').slice(0, 2)).toEqual(['Niger', 'Nigeria']);
  });
});

describe('trigram similarity', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create({ extensions: { pg_trgm: pgTrgm } });
    await database.exec('CREATE EXTENSION pg_trgm');
  });
  afterAll(() => database.close());

  test("is that of PostgreSQL's pg_trgm for every country", async () => {
    const folded = entries.map(({ longName }) => foldText(longName));
    for (const query of ['gambya', 'republik of kongo', "cote d'ivoire", 'st. lucia']) {
      const { rows } = await database.query<{ similarity: number }>(
        'SELECT similarity($1, name) FROM unnest($2::text[]) WITH ORDINALITY AS given (name, place) ORDER BY place',
        [query, folded],
      );
      expect(rows).toHaveLength(folded.length);
      rows.forEach(({ similarity }, place) => {
        expect(trigramSimilarity(query, folded[place] ?? '')).toBeCloseTo(similarity, 6);
      });
    }
  });
});
