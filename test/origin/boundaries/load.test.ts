import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadBoundaries, LoadRefused, type LoadRequest } from '../../../origin/boundaries/load.ts';
import { loadPreparedBytes } from '../../../origin/boundaries/geometry.store.ts';
import { prepareDirectly } from '../../../origin/boundaries/prepare.ts';
import { type Database, openDatabase } from '../../../origin/database/database.ts';
import { migrate } from '../../../origin/database/migrate.ts';
import { loadPrepared } from '../../../processors/boundary/serialise.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';
import { COUNTRIES_FILE, COUNTRY_FIELDS } from '../countries.file.ts';

type Position = [number, number];
const SQUARE: Position[] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [0, 0],
];
const BOW_TIE: Position[] = [
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
  [0, 0],
];
/** Its second part lies over the first. */
const OVERLAP = [
  [SQUARE],
  [
    [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
      [1, 1],
    ] satisfies Position[],
  ],
];
const SPIKE: Position[] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [1, 2],
  [1, 5],
  [1, 2],
  [0, 2],
  [0, 0],
];

let postgres: TestPostgres;
let database: Database;
let folder: string;
beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase({ url: postgres.url, connections: 2 });
  await migrate(database);
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-load-'));
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await database.query('TRUNCATE boundaries, geometries');
});

function feature(id: unknown, coordinates: unknown = [SQUARE], type = 'Polygon'): object {
  return { type: 'Feature', properties: { id, name: `Name of ${String(id)}` }, geometry: { type, coordinates } };
}

async function request(features: readonly object[], options: Partial<LoadRequest> = {}): Promise<LoadRequest> {
  const file = path.join(folder, 'boundaries.json');
  await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
  return { file, fields: { id: 'id', name: 'name', longName: null }, level: 0, source: 'test', ...options };
}

async function ids(): Promise<string[]> {
  const rows = await database.query<{ id: string }>('SELECT id FROM boundaries ORDER BY id COLLATE "C"');
  return rows.map(({ id }) => id);
}

describe('loading', () => {
  test('the sample countries: all valid, nothing lost, and nothing changed the second time', async () => {
    const countries = { file: COUNTRIES_FILE, fields: COUNTRY_FIELDS, level: 0, source: 'countries' };
    expect(await loadBoundaries(database, countries)).toEqual({ added: 255, updated: 0, unchanged: 0, repaired: [] });
    const [sums] = await database.query(
      `SELECT count(*)::int AS boundaries, sum(g.vertices)::int AS vertices, sum(ST_NPoints(g.geom))::int AS points,
         bool_and(ST_IsValid(g.geom)) AS valid FROM boundaries JOIN geometries AS g USING (digest)`,
    );
    expect(sums).toEqual({ boundaries: 255, vertices: 586_165, points: 586_165, valid: true });
    expect(await loadBoundaries(database, countries)).toEqual({ added: 0, updated: 0, unchanged: 255, repaired: [] });
  });

  test('keeps every digit, and a prepared boundary of the same geometry', async () => {
    const ring: Position[] = [
      [0.1, 1 / 3],
      [Math.PI, 0.2],
      [2, Math.E],
      [0.1, 1 / 3],
    ];
    await loadBoundaries(database, await request([feature('digits', [ring])]));
    const [row] = await database.query<{ digest: string; text: string }>(
      `SELECT digest, ST_AsText(geom, 20) AS text FROM geometries`,
    );
    expect(row?.text).toContain('0.333333333333333314'.slice(0, 17));
    const prepared = loadPrepared(
      (await loadPreparedBytes(database, row?.digest ?? '', prepareDirectly)) ?? new Uint8Array(),
    );
    expect(prepared.digest).toBe(row?.digest);
    expect([...prepared.geometry.coordinates]).toEqual(ring.flat());
  });

  test('prepares a boundary again that an older program prepared, and keeps it', async () => {
    await loadBoundaries(database, await request([feature('a')]));
    const [row] = await database.query<{ digest: string; prepared: Buffer }>('SELECT digest, prepared FROM geometries');
    // The version stands in the fifth byte.
    await database.query('UPDATE geometries SET prepared = set_byte(prepared, 4, 1)');
    const bytes = await loadPreparedBytes(database, row?.digest ?? '', prepareDirectly);
    expect(Buffer.from(bytes ?? [])).toEqual(row?.prepared);
    expect(await database.query('SELECT digest, prepared FROM geometries')).toEqual([row]);
  });

  test('makes ids lower case and falls back to the name', async () => {
    await loadBoundaries(database, await request([feature('GMB')]));
    const rows = await database.query('SELECT id, name, long_name FROM boundaries');
    expect(rows).toEqual([{ id: 'gmb', name: 'Name of GMB', long_name: 'Name of GMB' }]);
  });

  test('updates a boundary whose shape changed and keeps the geometry of old clips', async () => {
    await loadBoundaries(database, await request([feature('a'), feature('b')]));
    const moved = SQUARE.map(([x, y]) => [x + 1, y]);
    const report = await loadBoundaries(database, await request([feature('a', [moved]), feature('b')]));
    expect(report).toEqual({ added: 0, updated: 1, unchanged: 1, repaired: [] });
    expect(await database.query('SELECT digest FROM geometries')).toHaveLength(2);
  });
});

describe('invalid geometry is repaired to what PostGIS calls valid, of the same area', () => {
  test.each([
    ['a bow tie', [BOW_TIE], 'Polygon', 2],
    ['parts that overlap', OVERLAP, 'MultiPolygon', 7],
    ['a spike', [SPIKE], 'Polygon', 4],
    ['a hole outside of its shell, which becomes a part', [SQUARE, SQUARE.map(([x, y]) => [x + 5, y])], 'Polygon', 8],
  ])('%s', async (_reason, coordinates, type, area) => {
    const report = await loadBoundaries(database, await request([feature('a', coordinates, type)]));
    expect(report.repaired).toEqual([
      { id: 'a', reason: expect.any(String), areaBefore: expect.any(Number), areaAfter: area },
    ]);
    const [row] = await database.query(
      'SELECT ST_IsValid(geom) AS valid, ST_Area(geom) AS area, GeometryType(geom) AS type FROM geometries',
    );
    expect(row).toEqual({ valid: true, area, type: 'MULTIPOLYGON' });
  });
});

describe('refused whole, with every reason', () => {
  const line = [
    [0, 0],
    [1, 1],
    [2, 2],
    [0, 0],
  ];
  test.each([
    ['an id that stands twice', [feature('a'), feature('A')], ['the id a stands 2 times']],
    ['ids that are not valid', [feature('a b'), feature('search'), feature('x.zip')], ['"a b"', '"search"', '"x.zip"']],
    ['a missing id', [feature(null)], ['the id "" is not valid']],
    ['a name that is missing', [{ ...feature('a'), properties: { id: 'a' } }], ['feature 2: it has no field "name"']],
    ['a point', [feature('a', [0, 0], 'Point')], ['is a Point or damaged']],
    ['no geometry', [{ ...feature('a'), geometry: null }], ['is missing']],
    ['a ring that is open', [feature('a', [SQUARE.slice(0, 4)])], ['it must end where it starts']],
    [
      'a ring of two positions',
      [
        feature('a', [
          [
            [0, 0],
            [1, 1],
          ],
        ]),
      ],
      ['at least 4'],
    ],
    ['a longitude of another world', [feature('a', [SQUARE.map(([x, y]) => [x + 200, y])])], ['not a longitude']],
    ['a polygon without an area', [feature('a', [line])], ['has no area']],
    ['no features', [], ['holds no features']],
  ])('%s', async (_reason, features, expected) => {
    const loading = loadBoundaries(
      database,
      await request([feature('sound'), ...features].slice(features.length === 0 ? 1 : 0)),
    );
    await expect(loading).rejects.toThrow(LoadRefused);
    for (const text of expected) await expect(loading).rejects.toThrow(text);
    expect(await ids()).toEqual([]);
  });

  test.each([
    ['another level', { level: 1 }],
    ['another source', { source: 'elsewhere' }],
  ])('ids that belong to %s', async (_reason, options) => {
    await loadBoundaries(database, await request([feature('a')]));
    const loading = loadBoundaries(database, await request([feature('a'), feature('b')], options));
    await expect(loading).rejects.toThrow('the id a belongs to a boundary of level 0 from test');
    expect(await ids()).toEqual(['a']);
  });

  test.each([
    ['a file that is not there', null, 'ENOENT'],
    ['something else', 'not a file of boundaries', 'JSON'],
    ['another GeoJSON', '{"type":"Point","coordinates":[0,0]}', 'no FeatureCollection'],
    [
      'another CRS',
      '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},"features":[]}',
      'ogr2ogr -t_srs EPSG:4326',
    ],
  ])('%s', async (_reason, content, text) => {
    const file = path.join(folder, 'other.json');
    await rm(file, { force: true });
    if (content !== null) await writeFile(file, content);
    await expect(loadBoundaries(database, { ...(await request([])), file })).rejects.toThrow(text);
  });

  test.each([
    ['EPSG:3857', 'EPSG:3857'],
    ['ESRI:54009', 'ESRI:54009'],
    ['+proj=moll', 'unknown'],
  ])('a FlatGeobuf in %s', async (crs, name) => {
    const loading = loadBoundaries(database, await reprojected(crs));
    await expect(loading).rejects.toThrow(`in the CRS "${name}"`);
  });
});

test.each(['EPSG:4326', 'OGC:CRS84'])('a FlatGeobuf in %s is loaded', async (crs) => {
  expect(await loadBoundaries(database, await reprojected(crs))).toMatchObject({ added: 1 });
});

/** Lesotho in another CRS, as ogr2ogr writes it. */
async function reprojected(crs: string): Promise<LoadRequest> {
  const file = path.join(folder, 'reprojected.fgb');
  await rm(file, { force: true });
  const options = ['-f', 'FlatGeobuf', '-t_srs', crs, '-where', "code = 'LSO'"];
  await promisify(execFile)('ogr2ogr', [...options, file, COUNTRIES_FILE]);
  return { file, fields: COUNTRY_FIELDS, level: 0, source: 'reprojected' };
}
