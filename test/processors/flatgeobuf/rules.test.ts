import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { areaOf, lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { readByNpm } from './read.ts';
import { makeSource, writeBoundary } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
let sources = 0;

/** A FlatGeobuf of these geometries, numbered by `id` from 0. */
function sourceOf(type: string, geometries: unknown[], options: string[] = [], layerType = type): Uint8Array {
  const name = path.join(folder, `rules-${sources++}`);
  const features = geometries.map((coordinates, id) => ({
    type: 'Feature',
    properties: { id, name: `feature ${id}` },
    geometry: { type, coordinates },
  }));
  writeFileSync(`${name}.geojson`, JSON.stringify({ type: 'FeatureCollection', features }));
  execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', `${name}.fgb`, `${name}.geojson`, '-nlt', layerType, ...options]);
  return readFileSync(`${name}.fgb`);
}

/** The features of a clip: id and geometry, in order of id. */
async function clipped(source: Uint8Array, boundary: MultiPolygonCoordinates): Promise<[unknown, string, unknown][]> {
  const { file } = await clipBytes(source, boundary);
  const features = await readByNpm(file);
  return features
    .map(({ properties, geometry }): [unknown, string, unknown] => [
      properties?.['id'],
      geometry.type,
      'coordinates' in geometry ? geometry.coordinates : null,
    ])
    .sort((a, b) => Number(a[0]) - Number(b[0]));
}

const square = box(0, 0, 4, 4);
const squareWithHole: MultiPolygonCoordinates = [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]];

describe('lines', () => {
  test('that leave and come back become several features with the same attributes', async () => {
    const source = sourceOf('LineString', [
      [
        [1, 1],
        [1, 6],
        [3, 6],
        [3, 1],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'LineString',
        [
          [1, 1],
          [1, 4],
        ],
      ],
      [
        0,
        'LineString',
        [
          [3, 4],
          [3, 1],
        ],
      ],
    ]);
    const { recipe } = await clipBytes(source, square);
    expect(recipe.report.counts).toEqual({ source: 1, written: 2, copied: 0, cut: 1, split: 1, dropped: 0, empty: 0 });
  });

  test('of a Multi source stay one feature', async () => {
    const source = sourceOf('MultiLineString', [
      [
        [
          [1, 1],
          [1, 6],
          [3, 6],
          [3, 1],
        ],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'MultiLineString',
        [
          [
            [1, 1],
            [1, 4],
          ],
          [
            [3, 4],
            [3, 1],
          ],
        ],
      ],
    ]);
  });

  const kept: [name: string, line: number[][], result: number[][] | null][] = [
    [
      'touching a corner from outside are dropped',
      [
        [5, 3],
        [3, 5],
      ],
      null,
    ],
    [
      'ending on the line from outside are dropped',
      [
        [4, 2],
        [8, 2],
      ],
      null,
    ],
    [
      'ending on the line from inside stay whole',
      [
        [1, 2],
        [4, 2],
      ],
      [
        [1, 2],
        [4, 2],
      ],
    ],
    [
      'touching the line from inside stay whole',
      [
        [1, 1],
        [2, 4],
        [3, 1],
      ],
      [
        [1, 1],
        [2, 4],
        [3, 1],
      ],
    ],
    [
      'along the left side belong to the boundary on their right',
      [
        [0, 1],
        [0, 3],
      ],
      [
        [0, 1],
        [0, 3],
      ],
    ],
    [
      'along the right side do not',
      [
        [4, 1],
        [4, 3],
      ],
      null,
    ],
    [
      'along the lower side belong to the boundary above',
      [
        [1, 0],
        [3, 0],
      ],
      [
        [1, 0],
        [3, 0],
      ],
    ],
    [
      'along the upper side do not',
      [
        [3, 4],
        [1, 4],
      ],
      null,
    ],
    [
      'through two opposite corners are cut there',
      [
        [-1, -1],
        [5, 5],
      ],
      [
        [0, 0],
        [4, 4],
      ],
    ],
    [
      'with the same vertex twice keep it',
      [
        [-1, 1],
        [1, 1],
        [1, 1],
        [2, 1],
      ],
      [
        [0, 1],
        [1, 1],
        [1, 1],
        [2, 1],
      ],
    ],
  ];
  test.each(kept)('%s', async (_, line, result) => {
    const expected = result === null ? [] : [[0, 'LineString', result]];
    expect(await clipped(sourceOf('LineString', [line]), square)).toEqual(expected);
  });

  test('have Z interpolated at the cut', async () => {
    const source = sourceOf(
      'LineString',
      [
        [
          [2, 2, 10],
          [6, 2, 30],
        ],
      ],
      [],
      'LineStringZ',
    );
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'LineString',
        [
          [2, 2, 10],
          [4, 2, 20],
        ],
      ],
    ]);
  });
});

describe('points', () => {
  test('on the line belong to the boundary on their right, or above', async () => {
    const points = [
      [0, 2],
      [4, 2],
      [2, 0],
      [2, 4],
      [0, 0],
      [4, 4],
      [0, 4],
      [4, 0],
    ];
    const kept = await clipped(sourceOf('Point', points), square);
    expect(kept.map(([, , position]) => position)).toEqual([
      [0, 2],
      [2, 0],
      [0, 0],
    ]);
  });

  test('of a MultiPoint are kept one by one', async () => {
    const source = sourceOf('MultiPoint', [
      [
        [1, 1],
        [9, 9],
        [2, 2],
      ],
      [[8, 8]],
      [
        [3, 3],
        [3, 2],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'MultiPoint',
        [
          [1, 1],
          [2, 2],
        ],
      ],
      [
        2,
        'MultiPoint',
        [
          [3, 3],
          [3, 2],
        ],
      ],
    ]);
  });
});

describe('polygons', () => {
  const areas: [name: string, polygon: MultiPolygonCoordinates, boundary: MultiPolygonCoordinates, area: number][] = [
    ['around a lake of the boundary lose it', box(0.5, 0.5, 3.5, 3.5), squareWithHole, 5],
    ['around an island of the boundary are cut to it', box(-9, -9, 9, 9), square, 16],
    ['in a lake of the boundary are dropped', box(1.5, 1.5, 2.5, 2.5), squareWithHole, 0],
    ['that share a side with the boundary from outside are dropped', box(4, 0, 8, 4), square, 0],
    ['that touch a corner are dropped', box(4, 4, 8, 8), square, 0],
    ['that share sides from inside stay whole', box(0, 0, 2, 4), square, 8],
    [
      'with a hole around the boundary are dropped',
      [[...(box(-9, -9, 9, 9)[0] ?? []), ...(box(-1, -1, 5, 5)[0] ?? [])]],
      square,
      0,
    ],
    ['across two parts of the boundary keep both', box(3, 1, 7, 3), [...square, ...box(6, 0, 9, 9)], 4],
  ];
  test.each(areas)('%s', async (_, polygon, boundary, area) => {
    const kept = await clipped(sourceOf('Polygon', [polygon[0]]), boundary);
    const sum = kept.reduce((total, [, , coordinates]) => total + areaOf([coordinates as number[][][]]), 0);
    expect(sum).toBe(area);
    expect(kept.length > 0).toBe(area > 0);
  });

  test('whose edges cross are cut by the second method, which the report says', async () => {
    const bowTie = [
      [
        [
          [-2, 1],
          [2, 3],
          [2, 1],
          [-2, 3],
          [-2, 1],
        ],
      ],
    ];
    const source = sourceOf('Polygon', bowTie);
    const { recipe } = await clipBytes(source, square);
    const [kept] = await clipped(source, square);
    expect(areaOf([kept?.[2] as number[][][]])).toBeCloseTo(2, 12);
    expect(recipe.report.notes).toEqual(['Feature 0 was cut by polygon-clipping, since its edges cross.']);
  });

  test('are cut to a boundary whose edges cross by the even-odd rule, which the report says', async () => {
    const bowTie: MultiPolygonCoordinates = [
      [
        [
          [0, 0],
          [4, 4],
          [4, 0],
          [0, 4],
          [0, 0],
        ],
      ],
    ];
    const source = sourceOf('Polygon', [box(3, -1, 9, 9)[0]]);
    const [kept] = await clipped(source, bowTie);
    expect(areaOf([kept?.[2] as number[][][]])).toBeCloseTo(3, 12);
    expect((await clipBytes(source, bowTie)).recipe.report.notes).toEqual([
      'Edges of the boundary crossed one another; its polygons were united before the cut.',
    ]);
  });
});

describe('what the source says of itself', () => {
  test('a source that names no CRS is taken as longitude and latitude, which the report says', async () => {
    const { recipe } = await clipBytes(sourceOf('Point', [[1, 1]], ['-a_srs', 'None']), square);
    expect(recipe.report.counts['copied']).toBe(1);
    expect(recipe.report.notes).toEqual([
      'The source names no CRS; its coordinates were taken as longitude and latitude.',
    ]);
  });

  test('a projected source is cut to the boundary with bent edges', async () => {
    const boundary = lakeWithIsland(8);
    const source = makeSource(folder, 'projected', {
      type: 'Polygon',
      count: 300,
      seed: 4,
      options: ['-t_srs', 'EPSG:3035'],
    });
    const { file } = await clipBytes(readFileSync(source), boundary);
    const [mine, dense, bent, reference] = ['mine.fgb', 'dense.geojson', 'bent.geojson', 'reference.fgb'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string, string];
    writeFileSync(mine, file);
    const geojson = ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=12'];
    execFileSync('ogr2ogr', [...geojson, dense, writeBoundary(folder, 'b', boundary), '-segmentize', '0.002']);
    execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'RFC7946=NO', bent, dense, '-t_srs', 'EPSG:3035']);
    execFileSync('ogr2ogr', ['-nlt', 'PROMOTE_TO_MULTI', '-clipsrc', bent, reference, source]);
    expect(sumOfAreas(mine) / sumOfAreas(reference)).toBeCloseTo(1, 7);
  });
});

function sumOfAreas(file: string): number {
  const sql = `SELECT SUM(ST_Area(geometry)) AS area FROM projected`;
  const output = execFileSync('ogrinfo', ['-ro', '-dialect', 'SQLite', '-sql', sql, file]).toString();
  return Number(/area \(Real\) = (\S+)/.exec(output)?.[1]);
}

describe('parameters', () => {
  test('default to clip', () => expect(flatgeobufEngine.parameters({})).toEqual({ mode: 'clip' }));
  const refused: [name: string, given: Record<string, string | number>, message: string][] = [
    ['intersects', { mode: 'intersects' }, 'The mode "intersects" is not supported yet'],
    ['within', { mode: 'within' }, 'not supported yet'],
    ['another word', { mode: 'cut' }, 'The mode "cut" does not exist'],
    ['a number', { mode: 3 }, 'The mode "3" does not exist'],
    ['an unknown option', { nodata: 0 }, '"nodata" is not an option'],
  ];
  test.each(refused)('refuse %s', (_, given, message) => {
    expect(() => flatgeobufEngine.parameters(given)).toThrow(message);
  });
});
