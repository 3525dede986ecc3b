import {
  envelopeOf,
  type FlatGeometry,
  type MultiPolygonCoordinates,
  type Ring,
} from '../../../processors/boundary/geometry.ts';
import { random, star } from '../cog/polygons.ts';

/** A comb: many long thin teeth, which no halving of cells parts well. */
export function comb(teeth: number, width: number, height: number): MultiPolygonCoordinates {
  const ring: number[][] = [];
  for (let tooth = 0; tooth < teeth; tooth++) {
    const x = (width * tooth) / teeth;
    ring.push([x, 1], [x, height], [x + (width / teeth) * 0.5, height], [x + (width / teeth) * 0.5, 1]);
  }
  return [[[...ring, [width, 1], [width, 0], [0, 0], [0, 1]]]];
}

/** Triangles that are far longer than wide. */
export function slivers(seed: number, count: number): MultiPolygonCoordinates {
  const next = random(seed);
  return Array.from({ length: count }, (_, index) => {
    const y = index + next() * 0.5;
    return [
      [
        [0, y],
        [50, y + 1e-9],
        [50, y + 1e-7 * (1 + next())],
        [0, y],
      ],
    ];
  });
}

/** A jagged line from south to north, as vertices. */
function jaggedLine(seed: number, vertices: number): number[][] {
  const next = random(seed);
  return Array.from({ length: vertices }, (_, index) => [5 + 3 * (next() - 0.5), (10 * index) / (vertices - 1)]);
}

/** The square from 0 to 10, parted along a jagged line: what one part loses the other must hold. */
export function partedSquare(
  seed: number,
  vertices = 60,
): [west: MultiPolygonCoordinates, east: MultiPolygonCoordinates] {
  const line = jaggedLine(seed, vertices);
  const [first = [], last = []] = [line[0], line.at(-1)];
  return [
    [[[[0, 0], first, ...line.slice(1), [0, 10], [0, 0]]]],
    [[[[10, 0], [10, 10], last, ...line.toReversed().slice(1), [10, 0]]]],
  ];
}

/** A star with a star-shaped hole and an island in the hole. */
export function lakeWithIsland(seed: number): MultiPolygonCoordinates {
  const next = random(seed);
  const island = star(next, 5, 5, 0.6, 11);
  return [[star(next, 5, 5, 5, 90), star(next, 5, 5, 1.9, 40)], [island]];
}

/** Sum of the areas of polygons: shells less holes, whichever way round they run. */
export function areaOf(polygons: MultiPolygonCoordinates): number {
  let sum = 0;
  for (const polygon of polygons) {
    for (const [index, ring] of polygon.entries()) sum += (index === 0 ? 1 : -1) * Math.abs(signedArea(ring));
  }
  return sum;
}

function signedArea(ring: Ring): number {
  let sum = 0;
  for (let index = 1; index < ring.length; index++) {
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = [ring[index - 1], ring[index]];
    sum += (x0 - 5) * (y1 - 5) - (x1 - 5) * (y0 - 5);
  }
  return sum / 2;
}

/** A ring of so many vertices, closed, as a flat geometry. */
export function flatRing(vertices: number, at: (index: number) => readonly [x: number, y: number]): FlatGeometry {
  const coordinates = new Float64Array(2 * vertices + 2);
  for (let index = 0; index < vertices; index++) coordinates.set(at(index), index * 2);
  coordinates.copyWithin(vertices * 2, 0, 2);
  return {
    coordinates,
    ringStarts: Uint32Array.of(0, vertices + 1),
    polygonStarts: Uint32Array.of(0, 1),
    envelope: envelopeOf(coordinates),
  };
}

/** A comb whose teeth lean so far that their boxes overlap, and whose last edge crosses them all. */
export function tiltedComb(vertices: number): FlatGeometry {
  return flatRing(vertices, (index) => {
    if (index === vertices - 1) return [0, 5];
    const x = (8 * (index - (index % 2))) / vertices;
    return index % 2 === 0 ? [x, 1] : [x + 3, 9];
  });
}

/** Shapes that geometry is known to stumble over; all but the first two are valid. */
export const awkwardShapes: readonly (readonly [name: string, polygons: MultiPolygonCoordinates])[] = [
  ['polygons that share edges', [[square(0, 0, 2)], [square(2, 0, 2)], [square(0, 2, 2)]]],
  ['a ring that touches itself', [[[...square(0, 0, 2), [-2, 0], [-2, -2], [0, -2], [0, 0]]]]],
  [
    'collinear and repeated vertices',
    [
      [
        [
          [0, 0],
          [1, 0],
          [1, 0],
          [2, 0],
          [4, 0],
          [4, 1],
          [4, 4],
          [2, 4],
          [0, 4],
          [0, 4],
          [0, 0],
        ],
      ],
    ],
  ],
  [
    'a hole that touches its shell in a vertex',
    [
      [
        square(0, 0, 4),
        [
          [0, 0],
          [1, 2],
          [2, 1],
          [0, 0],
        ],
      ],
    ],
  ],
  [
    'a hole that touches its shell along an edge',
    [
      [
        square(0, 0, 4),
        [
          [0, 2],
          [1, 1],
          [1, 3],
          [0, 2],
        ],
      ],
    ],
  ],
  ['polygons that touch in a vertex', [[square(0, 0, 2)], [square(2, 2, 2)]]],
  [
    'vertices 1e-15 apart',
    [
      [
        [
          [0, 0],
          [1, 0],
          [1, 1e-15],
          [1 + 3e-16, 1],
          [1, 1 + 3e-16],
          [1e-15, 1],
          [0, 1],
          [0, 0],
        ],
      ],
    ],
  ],
  [
    'two triangles 1e-15 apart',
    [
      [
        [
          [0, 0],
          [3, 1],
          [0, 2],
          [0, 0],
        ],
      ],
      [
        [
          [1e-15 - 2, 0],
          [-1e-15, 0],
          [-1e-15, 2],
          [1e-15 - 2, 0],
        ],
      ],
    ],
  ],
  [
    'a shape of 10 m at 20,000 km',
    [
      [
        [
          [2e7, 1e7],
          [2e7 + 10, 1e7 + 1],
          [2e7 + 3, 1e7 + 9],
          [2e7, 1e7],
        ],
      ],
    ],
  ],
  [
    'coordinates of 1e15',
    [
      [
        [
          [1e15, -1e15],
          [1e15 + 8, -1e15],
          [1e15 + 4, 1e15],
          [1e15, -1e15],
        ],
      ],
    ],
  ],
  [
    'an L with its inner corner on the middle of its box',
    [
      [
        [
          [0, 0],
          [4, 0],
          [4, 2],
          [2, 2],
          [2, 4],
          [0, 4],
          [0, 0],
        ],
      ],
    ],
  ],
];

function square(west: number, south: number, size: number): Ring {
  return [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ];
}
