import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
import { star } from '../cog/polygons.ts';

/** Makes a feature as WKT, at random and for a boundary within the square from 0 to 10. */
export type FeatureMaker = (next: () => number, boundary: MultiPolygonCoordinates) => string;

/** Polygons that cutting is known to stumble over, not all of them valid. */
export const awkwardPolygons: Readonly<Record<string, FeatureMaker>> = {
  'stars with many spikes': (next) => polygon([star(next, place(next), place(next), 0.2 + 4 * next() ** 2, 120)]),
  'combs with long thin teeth': (next) => polygon([combRing(next)]),
  'slivers a hair wide': (next) => polygon([sliverRing(next)]),
  'bow-ties': (next) => polygon([closed(several(4, () => near(next, 5, 5, 6)))]),
  'rings that cross themselves many times': (next) => {
    const [x, y] = [place(next), place(next)];
    return polygon([closed(several(9, () => near(next, x, y, 2)))]);
  },
  'a shell and a hole that crosses it': (next) => {
    const [x, y] = [place(next), place(next)];
    return polygon([star(next, x, y, 2, 20), star(next, x + 1.5, y, 1, 12)]);
  },
  'a ring that touches itself in a vertex': (next) => polygon([touchingRing(next)]),
  'a hole that touches its shell in a vertex': (next) => {
    const [x, y, size] = [place(next), place(next), 0.5 + 3 * next()];
    const shell = square(x, y, size);
    return polygon([
      shell,
      closed([shell[0] ?? [], [x + size * 0.9, y + size * 0.5], [x + size * 0.5, y + size * 0.9]]),
    ]);
  },
  'features that hold whole islands and lakes of the boundary': (next) =>
    polygon([square(next() * 3.9 - 1, next() * 3.9 - 1, 5 + 5 * next())]),
  'frames around islands, which lie in their holes': (next) =>
    polygon([square(3 - next(), 3 - next(), 5), square(3.8 + 0.4 * next(), 3.8 + 0.4 * next(), 1.8 + next())]),
  'polygons that share a run of edges with the boundary': (next, boundary) => {
    const run = runOf(next, boundary);
    return polygon([closed([...run, near(next, 5, 5, 5)])]);
  },
  'what lies around the boundary, edge for edge': (next, boundary) =>
    polygon([square(-2 - next(), -2 - next(), 18), boundary[0]?.[0] ?? []]),
};

/** Lines that cutting is known to stumble over. */
export const awkwardLines: Readonly<Record<string, FeatureMaker>> = {
  'lines along the boundary that leave it and come back': (next, boundary) => {
    const [first = [], second = []] = [runOf(next, boundary), runOf(next, boundary)];
    return `LINESTRING (${text([...first, near(next, 5, 5, 5), ...second])})`;
  },
  'lines that cross themselves and go back on themselves': (next) => {
    const there = several(6, () => near(next, 5, 5, 5));
    return `LINESTRING (${text([...there, ...there.toReversed().slice(1, 4)])})`;
  },
  'lines through vertices of the boundary': (next, boundary) => {
    const vertex = (): readonly number[] => runOf(next, boundary)[0] ?? [0, 0];
    return `LINESTRING (${text([near(next, 5, 5, 5), vertex(), near(next, 5, 5, 5), vertex(), near(next, 5, 5, 5)])})`;
  },
};

/** Valid polygons that fill some of the square from 0 to 10. */
export function boundaryComb(teeth: number): MultiPolygonCoordinates {
  const top = several(teeth, (tooth) => {
    const x = (10 * tooth) / teeth;
    return [
      [x, 9],
      [x + 5 / teeth, 9],
      [x + 5 / teeth, 2],
      [x + 10 / teeth, 2],
    ];
  }).flat();
  return [[closed([...top, [10, 1], [0, 1]])]];
}

function polygon(rings: readonly Ring[]): string {
  return `POLYGON (${rings.map((ring) => `(${text(ring)})`).join(',')})`;
}

function text(positions: Ring): string {
  return positions.map(([x, y]) => `${x} ${y}`).join(',');
}

function closed(positions: Ring): Ring {
  return [...positions, positions[0] ?? []];
}

function several<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function place(next: () => number): number {
  return next() * 12 - 1;
}

function near(next: () => number, x: number, y: number, reach: number): [number, number] {
  return [x + reach * (2 * next() - 1), y + reach * (2 * next() - 1)];
}

function square(x: number, y: number, size: number): Ring {
  return closed([
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
  ]);
}

/** At any angle, so that its edges lie along nothing. */
function combRing(next: () => number): Ring {
  const [x, y, angle, teeth] = [place(next), place(next), next() * Math.PI, 5 + Math.floor(next() * 30)];
  const flat = several(teeth, (tooth) => [
    [tooth / teeth, 2],
    [(tooth + 0.4) / teeth, 2],
    [(tooth + 0.4) / teeth, 0.1],
    [(tooth + 1) / teeth, 0.1],
  ]).flat();
  return closed([...flat, [1, 0], [0, 0]]).map(([u = 0, v = 0]) => [
    x + 3 * (u * Math.cos(angle) - v * Math.sin(angle)),
    y + 3 * (u * Math.sin(angle) + v * Math.cos(angle)),
  ]);
}

function sliverRing(next: () => number): Ring {
  const [x, y] = [place(next), place(next)];
  const [dx, dy] = near(next, 0, 0, 6);
  const width = 1e-7 * (1 + next());
  return closed([
    [x, y],
    [x + dx, y + dy],
    [x + dx * 0.5 - dy * width, y + dy * 0.5 + dx * width],
  ]);
}

/** Two triangles that meet in a vertex, walked as one ring. */
function touchingRing(next: () => number): Ring {
  const [x, y, size] = [place(next), place(next), 0.3 + 3 * next()];
  const at = (u: number, v: number): number[] => [x + u * size, y + v * size];
  return closed([[x, y], at(1, 0.2), at(0.8, 0.9), [x, y], at(-1, -0.2), at(-0.7, -1)]);
}

/** Some vertices of a ring of the boundary, one after another. */
function runOf(next: () => number, boundary: MultiPolygonCoordinates): Ring {
  const rings = boundary.flat();
  const ring = rings[Math.floor(next() * rings.length)] ?? [];
  const length = 1 + Math.floor(next() * Math.min(12, ring.length - 2));
  const start = Math.floor(next() * (ring.length - length));
  return ring.slice(start, start + length + 1);
}
