import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
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
