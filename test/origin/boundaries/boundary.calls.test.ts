import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  boundaryEntrySchema,
  boundaryListSchema,
  sentBoundarySchema,
  type BoundaryEntry,
} from '../../../cache/catalogue.ts';
import { isAdHocId } from '../../../cache/ids.ts';
import { adHocBoundaryKey, boundaryKey, SNAPSHOT_BOUNDARIES_KEY } from '../../../cache/keys.ts';
import { BOUNDARY_BODY_MAX_BYTES } from '../../../cache/origin-api.ts';
import { type Database, openDatabase } from '../../../origin/database/database.ts';
import type { Origin } from '../../../origin/origin.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';
import { COUNTRIES_FILE } from '../countries.file.ts';
import { square, polygon, feature, collection, POINT, nested, crs, circle } from './geojson.shapes.ts';
import { callOrigin, originSetting, problemOf, type OriginSetting, startTestOrigin } from '../origin.fixture.ts';

let postgres: TestPostgres;
let setting: OriginSetting;
let origin: Origin;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  setting = await originSetting(postgres.url, ['fji', 'gmb', 'lso', 'zaf']);
  origin = await startTestOrigin(setting);
  database = openDatabase({ url: postgres.url, connections: 1 });
});
afterAll(async () => {
  await database?.close();
  await origin?.stop();
  await postgres?.stop();
  await setting?.remove();
});

async function readStored(key: string): Promise<unknown> {
  const object = await setting.store.get(key);
  return object === null ? null : new Response(object.body).json();
}

describe('the snapshot', () => {
  test('lists the named boundaries by long name, each with an outline that is what PostGIS holds', async () => {
    const list = boundaryListSchema.parse(await readStored(SNAPSHOT_BOUNDARIES_KEY));
    expect(list.boundaries.map(({ id }) => id)).toEqual(['lso', 'fji', 'zaf', 'gmb']);
    for (const entry of list.boundaries) {
      const outline = await readStored(boundaryKey(entry.digest));
      const [west, south, east, north] = entry.bbox;
      // Across the antimeridian PostGIS tells the box on a scale from 0 to 360.
      const isCrossing = west > east;
      expect(isCrossing).toBe(entry.id === 'fji');
      expect(outline).toMatchObject({
        type: 'Feature',
        id: entry.id,
        bbox: entry.bbox,
        properties: { id: entry.id, name: entry.name, longName: entry.longName, level: 0 },
      });
      const [row] = await database.query(
        `SELECT ST_Equals(geom, ST_GeomFromGeoJSON($1)) AS equal, ST_NPoints(geom) AS points,
           ARRAY[ST_XMin(shown), ST_YMin(shown), ST_XMax(shown), ST_YMax(shown)] AS bbox
         FROM geometries, LATERAL (SELECT CASE WHEN $3 THEN ST_ShiftLongitude(geom) ELSE geom END AS shown) AS shift
         WHERE digest = $2`,
        [JSON.stringify(Object(outline).geometry), entry.digest, isCrossing],
      );
      expect(row).toEqual({
        equal: true,
        points: entry.vertices,
        bbox: [west, south, isCrossing ? east + 360 : east, north],
      });
    }
  });
});

describe('GET /boundaries/at', () => {
  test.each([
    ['inside a country', '13.45', '-15.5', ['gmb']],
    ['inside an enclave, which its neighbour does not hold', '-29.6', '28.2', ['lso']],
    ['just west of the antimeridian', '-16.5', '179.9', ['fji']],
    ['just east of the antimeridian', '-16.8', '-179.95', ['fji']],
    ['at sea', '0', '0', []],
    ['at a pole', '90', '0', []],
    ['written with a sign and a point', '+13.45', '-15.50', ['gmb']],
  ])('%s', async (_reason, latitude, longitude, expected) => {
    const query = `latitude=${encodeURIComponent(latitude)}&longitude=${longitude}`;
    const response = await callOrigin(origin.url, 'GET', `/boundaries/at?${query}`);
    const entries = boundaryEntrySchema.array().parse(await response.json());
    expect(entries.map(({ id }) => id)).toEqual(expected);
  });

  test.each([
    ['a missing longitude', 'latitude=1'],
    ['a word', 'latitude=north&longitude=1'],
    ['an empty value', 'latitude=&longitude=1'],
    ['beyond a pole', 'latitude=90.1&longitude=1'],
    ['beyond the antimeridian', 'latitude=1&longitude=180.5'],
    ['no number of degrees', 'latitude=1e1&longitude=NaN'],
  ])('refuses %s', async (_reason, query) => {
    const response = await callOrigin(origin.url, 'GET', `/boundaries/at?${query}`);
    expect(await problemOf(response)).toEqual([400, 'urn:cutline:problem:invalid-request']);
  });
});

describe('PUT /boundaries/{bbox id}', () => {
  test.each([
    ['an ordinary box', 'bbox:-16.9,13,-13.7,13.9', 'bbox:-16.9,13,-13.7,13.9', 3.2 * 0.9, [-16.9, 13, -13.7, 13.9]],
    ['another spelling', 'bbox:-16.90,+13.0,-13.7000,13.9', 'bbox:-16.9,13,-13.7,13.9', 2.88, [-16.9, 13, -13.7, 13.9]],
    ['across the antimeridian', 'bbox:177,-20,-178,-16', 'bbox:177,-20,-178,-16', 5 * 4, [177, -20, -178, -16]],
    ['up to the antimeridian', 'bbox:177,-20,-180,-16', 'bbox:177,-20,-180,-16', 3 * 4, [177, -20, 180, -16]],
    ['the world', 'bbox:-180,-90,180,90', 'bbox:-180,-90,180,90', 360 * 180, [-180, -90, 180, 90]],
  ])('%s', async (_reason, id, canonicalId, area, bbox) => {
    const response = await callOrigin(origin.url, 'PUT', `/boundaries/${id}`);
    const entry = boundaryEntrySchema.parse(await response.json());
    expect(entry).toMatchObject({ id: canonicalId, name: canonicalId, level: 0, bbox });
    expect(await areaOf(entry)).toBeCloseTo(area, 9);
    expect(await readStored(adHocBoundaryKey(canonicalId))).toEqual(entry);
    expect(await readStored(boundaryKey(entry.digest))).toMatchObject({ type: 'Feature' });
    // Made once: the second call finds it.
    expect(await (await callOrigin(origin.url, 'PUT', `/boundaries/${id}`)).json()).toEqual(entry);
  });

  test.each(['bbox:1,2,3', 'bbox:0,1,1,1', 'bbox:0,0,181,1', 'gmb'])('refuses %s', async (id) => {
    const response = await callOrigin(origin.url, 'PUT', `/boundaries/${id}`);
    expect(await problemOf(response)).toEqual([400, 'urn:cutline:problem:invalid-id']);
  });
});

describe('POST /boundaries', () => {
  test.each([
    ['a polygon', polygon(square(0, 0, 1)), 1],
    ['a multipolygon', { type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(5, 5, 2)]] }, 5],
    ['a feature', { type: 'Feature', properties: null, geometry: polygon(square(1, 1, 3)) }, 9],
    ['a polygon with a hole', polygon(square(0, 0, 4), square(1, 1, 1)), 15],
    [
      'a bow tie, repaired',
      polygon([
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
        [0, 0],
      ]),
      2,
    ],
    [
      'a collection as QGIS writes it, with its parts apart',
      collection([feature(polygon(square(0, 0, 1))), feature(polygon(square(3, 0, 2)))], {
        name: 'layer',
        ...crs('urn:ogc:def:crs:OGC:1.3:CRS84'),
      }),
      5,
    ],
    [
      'a collection whose parts overlap, united',
      collection([feature(polygon(square(0, 0, 2))), feature(polygon(square(1, 1, 2)))]),
      7,
    ],
    [
      'a collection whose parts share a line, united',
      collection([feature(polygon(square(0, 0, 1))), feature(polygon(square(1, 0, 1)), { id: 7 })]),
      2,
    ],
    [
      'a collection of one part in another',
      collection([feature(polygon(square(0, 0, 4))), feature(polygon(square(1, 1, 1)))]),
      16,
    ],
    [
      'a collection of a multipolygon and a geometry collection',
      collection([
        feature({ type: 'MultiPolygon', coordinates: [[square(10, 0, 1)], [square(12, 0, 1)]] }),
        feature({ type: 'GeometryCollection', geometries: [polygon(square(14, 0, 1))] }),
      ]),
      3,
    ],
    [
      'a geometry collection of polygons',
      { type: 'GeometryCollection', geometries: [polygon(square(0, 0, 1)), polygon(square(0, 0, 2))] },
      4,
    ],
    ['EPSG:4326 as ogr2ogr names it', { ...polygon(square(0, 0, 3)), ...crs('urn:ogc:def:crs:EPSG::4326') }, 9],
    ['no CRS said outright', { ...polygon(square(0, 0, 3)), crs: null }, 9],
    ['positions with heights', polygon(square(0, 0, 2).map(([x, y]) => [x, y, 100])), 4],
  ])('takes %s', async (_reason, body, area) => {
    const response = await callOrigin(origin.url, 'POST', '/boundaries', body);
    const { repaired, ...entry } = sentBoundarySchema.parse(await response.json());
    expect(isAdHocId(entry.id)).toBe(true);
    expect(await areaOf(entry)).toBeCloseTo(area, 9);
    expect(await readStored(adHocBoundaryKey(entry.id))).toEqual(entry);
    expect(await (await callOrigin(origin.url, 'POST', '/boundaries', body)).json()).toEqual({ ...entry, repaired });
  });

  test('says what was wrong with a geometry, as PostGIS does, and what repairing did to its area', async () => {
    const bowTie = [
      [30, 0],
      [32, 2],
      [32, 0],
      [30, 2],
      [30, 0],
    ];
    const sent = sentBoundarySchema.parse(
      await (await callOrigin(origin.url, 'POST', '/boundaries', polygon(bowTie))).json(),
    );
    const repair = { reason: 'Self-intersection[31 1]', areaBefore: 0, areaAfter: 2 };
    expect(sent.repaired).toEqual(repair);
    const [row] = await database.query('SELECT report FROM boundaries WHERE id = $1', [sent.id]);
    expect(row).toEqual({ report: { repaired: repair } });
    const sound = await callOrigin(origin.url, 'POST', '/boundaries', polygon(square(30, 0, 1)));
    expect(await sound.json()).toMatchObject({ repaired: null });
  });

  test.each([
    ['what is not JSON', '{', 400, 'invalid-request'],
    ['a point', { type: 'Point', coordinates: [0, 0] }, 422, 'invalid-boundary'],
    ['a polygon of nothing', polygon(), 422, 'invalid-boundary'],
    [
      'a polygon without an area',
      polygon([
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
      422,
      'invalid-boundary',
    ],
    ['an open ring', polygon(square(0, 0, 1).slice(0, 4)), 422, 'invalid-boundary'],
    ['metres', polygon(square(500_000, 1, 1)), 422, 'invalid-boundary'],
    ['words for numbers', polygon([['a', 'b']]), 422, 'invalid-boundary'],
    ['more than is taken', ' '.repeat(BOUNDARY_BODY_MAX_BYTES + 1), 413, 'payload-too-large'],
    ['a ring of more vertices than are taken', polygon(circle(500_001)), 422, 'invalid-boundary'],
  ])('refuses %s', async (_reason, body, status, kind) => {
    const response = await callOrigin(origin.url, 'POST', '/boundaries', body);
    expect(await problemOf(response)).toEqual([status, `urn:cutline:problem:${kind}`]);
  });

  test.each([
    [
      'a collection with a point',
      collection([feature(polygon(square(0, 0, 1))), feature(POINT)]),
      'features[1].geometry',
    ],
    ['a collection with a line', collection([feature({ type: 'LineString', coordinates: [] })]), '"LineString"'],
    ['a collection of no features', collection([]), 'no polygon'],
    ['a collection of geometries', collection([polygon(square(0, 0, 1))]), 'features[0]'],
    ['a feature without a geometry', feature(null), 'geometry is missing'],
    ['a geometry collection with a point', { type: 'GeometryCollection', geometries: [POINT] }, 'geometries[0]'],
    ['a geometry collection in another', nested(2), 'geometries[0]'],
    ['nesting without end', nested(100_000), 'geometries[0]'],
    ['metres of the web map', { ...polygon(square(0, 0, 1)), ...crs('EPSG:3857') }, 'EPSG:3857'],
    ['metres in a collection', collection([], crs('urn:ogc:def:crs:EPSG::32628')), 'EPSG::32628'],
    ['metres in a feature of a collection', collection([feature(null, crs('EPSG:3857'))]), 'EPSG:3857'],
    ['metres in the geometry of a feature', feature({ ...polygon(square(0, 0, 1)), ...crs('EPSG:2154') }), 'EPSG:2154'],
    ['a CRS that is only linked to', { ...polygon(), crs: { type: 'link', properties: { href: 'x' } } }, 'link'],
    ['a CRS by number', { ...polygon(), crs: { type: 'EPSG', properties: { code: 3857 } } }, 'EPSG:3857'],
  ])('refuses %s and says what it is', async (_reason, body, said) => {
    const response = await callOrigin(origin.url, 'POST', '/boundaries', body);
    expect(response.status).toBe(422);
    const detail: unknown = expect.stringContaining(said);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:invalid-boundary', detail });
  });

  test('takes a ring of the most vertices', async () => {
    const body = JSON.stringify(polygon(circle(500_000)));
    expect(body.length).toBeLessThan(BOUNDARY_BODY_MAX_BYTES);
    const response = await callOrigin(origin.url, 'POST', '/boundaries', body);
    expect(await response.json()).toMatchObject({ vertices: 500_000 });
  });

  test('takes what ogr2ogr writes', async () => {
    const file = path.join(setting.folder, 'written.geojson');
    const where = ['-where', "code IN ('GMB', 'LSO')", '-lco', 'RFC7946=NO'];
    await promisify(execFile)('ogr2ogr', ['-f', 'GeoJSON', ...where, file, COUNTRIES_FILE]);
    const written = await readFile(file, 'utf8');
    expect(written).toContain('"crs"');
    const response = await callOrigin(origin.url, 'POST', '/boundaries', written);
    const entry = sentBoundarySchema.parse(await response.json());
    const [row] = await database.query<{ area: number }>(
      `SELECT sum(ST_Area(geom)) AS area FROM geometries JOIN boundaries USING (digest) WHERE id IN ('gmb', 'lso')`,
    );
    expect(await areaOf(entry)).toBeCloseTo(row?.area ?? 0, 9);
  });

  test('keeps ad hoc boundaries out of searches and lists', async () => {
    await callOrigin(origin.url, 'POST', '/boundaries', polygon(square(60, 60, 1)));
    const response = await callOrigin(origin.url, 'GET', '/boundaries/at?latitude=60.5&longitude=60.5');
    expect(await response.json()).toEqual([]);
  });
});

async function areaOf({ digest }: BoundaryEntry): Promise<number> {
  const [row] = await database.query<{ area: number }>(
    'SELECT ST_Area(geom) AS area FROM geometries WHERE digest = $1 AND ST_IsValid(geom)',
    [digest],
  );
  return row?.area ?? Number.NaN;
}
