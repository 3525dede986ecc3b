import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { describe, expect, test } from 'vitest';
import { box } from '../cog/polygons.ts';
import { buildFile, flat, ID_COLUMN, type FileParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf, headerOf } from './decode.ts';

const square = box(0, 0, 4, 4);
const crossing = {
  geometry: flat([
    [2, 2],
    [6, 2],
  ]),
  id: 1,
};
const WKT =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]';
/** EPSG:3857 without its code. */
const MERCATOR_WKT = `PROJCS["Web Mercator",${WKT},PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"]]`;
const METRES_AT_4_DEGREES = 4 * (Math.PI / 180) * 6_378_137;

describe('a CRS', () => {
  const degrees: [name: string, crs: FileParts['crs']][] = [
    ['that is not named is longitude and latitude', undefined],
    ['by code alone is of EPSG', { code: 4326 }],
    ['by organisation in lower case and code', { org: 'epsg', code: 4326 }],
    ['by WKT', { wkt: WKT }],
    ['by code and WKT', { org: 'EPSG', code: 4326, wkt: WKT }],
    ['by the WKT of an organisation with codes of its own', { org: 'IGNF', code: 3857, wkt: WKT }],
    ['by the code text of OGC', { org: 'OGC', codeString: 'CRS84' }],
  ];
  test.each(degrees)('%s', async (_, crs) => {
    const source = buildFile({ type: 'LineString', features: [crossing], ...(crs === undefined ? {} : { crs }) });
    const { file } = await clipBytes(source, square);
    expect(geometriesOf(file)).toEqual([{ xy: [2, 2, 4, 2] }]);
    const kept = headerOf(file).crs();
    expect([kept?.org(), kept?.code(), kept?.wkt(), kept?.codeString()]).toEqual(
      crs === undefined
        ? Array.from({ length: 4 })
        : [crs.org ?? null, crs.code ?? 0, crs.wkt ?? null, crs.codeString ?? null],
    );
  });

  test.each([{ org: 'EPSG', code: 3857 }, { wkt: MERCATOR_WKT }])(
    'of metres takes the boundary there: %o',
    async (crs) => {
      const line = {
        geometry: flat([
          [1000, 2000],
          [1_000_000, 2000],
        ]),
        id: 1,
      };
      const { file } = await clipBytes(buildFile({ type: 'LineString', features: [line], crs }), square);
      const [cut] = geometriesOf(file);
      expect(cut?.xy?.[2]).toBeCloseTo(METRES_AT_4_DEGREES, 4);
    },
  );
});

describe('the header of a clip', () => {
  const texts = { title: 'A title', description: 'Words', metadata: '{"a":1}' };
  const columns = [
    ID_COLUMN,
    { name: 'n', type: ColumnType.ULong, title: 'N', width: 20, precision: 3, metadata: 'm' },
  ];
  const source = buildFile({
    type: 'LineString',
    features: [crossing],
    columns,
    ...texts,
    crs: { wkt: WKT },
    has: { z: true, tm: true },
  });

  test.each([
    ['cut', square],
    ['empty', box(8, 8, 9, 9)],
  ] as const)('that is %s keeps all that the source says', async (_, boundary) => {
    const header = headerOf((await clipBytes(source, boundary)).file);
    expect([header.title(), header.description(), header.metadata()]).toEqual(Object.values(texts));
    expect([header.hasZ(), header.hasM(), header.hasT(), header.hasTm()]).toEqual([true, false, false, true]);
    expect([header.geometryType(), header.crs()?.wkt(), header.columnsLength()]).toEqual([2, WKT, 2]);
    const column = header.columns(1);
    expect([column?.title(), column?.width(), column?.precision(), column?.scale(), column?.metadata()]).toEqual([
      'N',
      20,
      3,
      -1,
      'm',
    ]);
  });

  test('has the envelope of what is in it', async () => {
    const header = headerOf((await clipBytes(source, square)).file);
    expect([0, 1, 2, 3].map((at) => header.envelope(at))).toEqual([2, 2, 4, 2]);
    expect([header.featuresCount(), header.indexNodeSize()]).toEqual([1n, 16]);
  });
});

describe('null and empty geometries', () => {
  const inverted = [Infinity, Infinity, -Infinity, -Infinity] as const;
  const notANumber = [Number.NaN, Number.NaN, Number.NaN, Number.NaN] as const;
  const collection = {
    type: 'GeometryCollection',
    parts: [{ type: 'LineString', xy: [] }, { type: 'Polygon' }],
  } as const;
  const features = [
    { id: 0, geometry: { type: 'Point', xy: [1, 1] } as const },
    { id: 1, box: inverted },
    { id: 2, box: notANumber, geometry: { type: 'Point', xy: [Number.NaN, Number.NaN] } as const },
    { id: 3, box: inverted, geometry: { type: 'MultiPolygon', parts: [] } as const },
    { id: 4, box: inverted, geometry: collection },
    { id: 5, box: inverted, geometry: { type: 'CircularString' } as const },
    { id: 6, geometry: { type: 'Point', xy: [2, 2] } as const },
  ];
  test.each(['clip', 'intersects', 'within'])('are counted and in no clip of the mode %s', async (mode) => {
    const { recipe, file } = await clipBytes(buildFile({ type: 'Unknown', features }), square, { mode });
    expect(recipe.report.counts).toMatchObject({ source: 7, written: 2, copied: 2, empty: 5, dropped: 0, outside: 0 });
    expect(geometriesOf(file)).toEqual([features[0]?.geometry, features[6]?.geometry]);
  });

  test('inside a collection that is cut are left out', async () => {
    const geometry = {
      type: 'GeometryCollection',
      parts: [...collection.parts, { type: 'LineString', xy: [2, 2, 6, 2] }],
    } as const;
    const { file } = await clipBytes(
      buildFile({ type: 'GeometryCollection', features: [{ geometry, id: 1 }] }),
      square,
    );
    expect(geometriesOf(file)).toEqual([
      { type: 'GeometryCollection', parts: [{ type: 'LineString', xy: [2, 2, 4, 2] }] },
    ]);
  });
});
