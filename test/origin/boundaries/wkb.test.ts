import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeMultiPolygon, encodeMultiPolygon } from '../../../origin/boundaries/wkb.ts';
import { type Database, openDatabase } from '../../../origin/database/database.ts';
import { migrate } from '../../../origin/database/migrate.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';

const POLYGONS = [
  [
    [
      [0, 0],
      [1 / 3, 0],
      [0.1, Math.PI],
      [0, 0],
    ],
    [
      [0.1, 0.1],
      [0.2, 0.1],
      [0.1, 0.2],
      [0.1, 0.1],
    ],
  ],
  [
    [
      [-180, -90],
      [5e-324, -90],
      [-179.99999999999997, 89.99999999999999],
      [-180, -90],
    ],
  ],
];

let postgres: TestPostgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase({ url: postgres.url, connections: 1 });
  await migrate(database);
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

describe('well-known binary', () => {
  test('is what PostGIS reads and writes, to the last digit', async () => {
    const [row] = await database.query<{ wkb: Buffer }>(
      `SELECT ST_AsBinary(geom, 'NDR') AS wkb
       FROM (SELECT ST_GeomFromWKB($1::bytea) AS geom) AS given`,
      [encodeMultiPolygon(POLYGONS)],
    );
    expect(row?.wkb.equals(encodeMultiPolygon(POLYGONS))).toBe(true);
    expect(decodeMultiPolygon(row?.wkb ?? Buffer.alloc(0))).toEqual(POLYGONS);
  });

  test('reads an empty multipolygon', async () => {
    const [row] = await database.query<{ wkb: Buffer }>(
      `SELECT ST_AsBinary('MULTIPOLYGON EMPTY'::geometry, 'NDR') AS wkb`,
    );
    expect(decodeMultiPolygon(row?.wkb ?? Buffer.alloc(0))).toEqual([]);
  });

  test.each([
    ['another geometry', `ST_AsBinary('POINT(1 2)'::geometry, 'NDR')`],
    ['the other byte order', `ST_AsBinary('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'::geometry, 'XDR')`],
  ])('refuses %s', async (_reason, expression) => {
    const [row] = await database.query<{ wkb: Buffer }>(`SELECT ${expression} AS wkb`);
    expect(() => decodeMultiPolygon(row?.wkb ?? Buffer.alloc(0))).toThrow('expected 1 and 6');
  });
});
