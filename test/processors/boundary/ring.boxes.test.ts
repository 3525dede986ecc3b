import { describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { PolygonOverlay } from '../../../processors/boundary/overlay.polygons.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { RingBoxes } from '../../../processors/boundary/ring.boxes.ts';
import { withoutRepeats } from '../../../processors/boundary/repeats.ts';
import { findMeetings } from '../../../processors/boundary/ring.meetings.ts';
import { crossingIn } from '../../../processors/boundary/simple.ts';
import { buildEdgeTree } from '../../../processors/boundary/tree.build.ts';
import { box, random, star, stars } from '../cog/polygons.ts';
import { awkwardShapes, comb, flatRing, lakeWithIsland, slivers, tiltedComb } from './shapes.ts';

const shapes: readonly (readonly [name: string, polygons: MultiPolygonCoordinates])[] = [
  ['nothing', []],
  ['a square', box(0, 0, 4, 4)],
  ['stars with holes', stars(7, [-10, -5, 20, 9])],
  ['a lake with an island', lakeWithIsland(3)],
  ['a star of a thousand vertices', [[star(random(1), 5, 5, 5, 1000)]]],
  ['a comb of 400 teeth', comb(400, 8, 9)],
  ['slivers 1e-7 wide', slivers(5, 40)],
  ...awkwardShapes,
];

describe.each(shapes)('the boxes of %s', (_, polygons) => {
  const geometry = flattenMultiPolygon(polygons);
  const boxes = new RingBoxes(geometry);
  const tree = buildEdgeTree(geometry);

  test('hold the points that a tree of the edges holds, vertices and points beside them too', () => {
    const next = random(3);
    const { coordinates } = geometry;
    for (let index = 0; index < 3000; index++) {
      const at = 2 * Math.floor((next() * coordinates.length) / 2);
      const isNearVertex = index % 2 === 0;
      const x = isNearVertex ? (coordinates[at] ?? 0) + ((index % 3) - 1) * 1e-15 : 24 * next() - 8;
      const y = isNearVertex ? (coordinates[at + 1] ?? 0) : 20 * next() - 6;
      expect([x, y, boxes.containsPoint(x, y)]).toEqual([x, y, tree.containsPoint(x, y)]);
    }
    expect(boxes.containsPoint(Number.NaN, 1)).toBe(false);
    expect(boxes.containsPoint(1, Number.NaN)).toBe(false);
  });

  test('give the edges that a tree of them gives', () => {
    const next = random(5);
    for (let index = 0; index < 300; index++) {
      const [x, y, size] = [24 * next() - 8, 20 * next() - 6, 3 * next() ** 4];
      expect(boxes.edgesMeeting(x, y, x + size, y + size)).toEqual(tree.edgesMeeting(x, y, x + size, y + size));
    }
  });
});

describe('conflicts of edges', () => {
  test.each([
    ['none round a ring', flatRing(5000, circle), false],
    ['one where the ends of a ring cross', flatRing(5000, (index) => circleCrossedAt(index, 4997)), true],
    ['one within a few edges', flatRing(5000, (index) => circleCrossedAt(index, 2000)), true],
    ['not known where edges crowd together', tiltedComb(20_000), null],
  ])('%s', (_, geometry, expected) => {
    expect(new RingBoxes(geometry).hasConflict(crossingIn(geometry.coordinates))).toBe(expected);
  });
});

function circle(index: number): readonly [x: number, y: number] {
  const angle = (2 * Math.PI * index) / 5000;
  return [5 + 4 * Math.cos(angle), 5 + 4 * Math.sin(angle)];
}

/** A circle of which a vertex and the second after it have changed places, so that the edges beside them cross. */
function circleCrossedAt(index: number, crossed: number): readonly [x: number, y: number] {
  if (index === crossed) return circle(crossed + 2);
  return circle(index === crossed + 2 ? crossed : index);
}

describe('the overlay of polygons whose rings are known to lie apart', () => {
  const boundary = prepareBoundary(lakeWithIsland(11), '0'.repeat(64));
  const next = random(17);
  const wave = (vertices: number, start: number) =>
    flatRing(vertices, (index) => {
      const angle = (2 * Math.PI * (index + start)) / vertices;
      const radius = 3 + 1.5 * Math.sin(7 * angle);
      return [5 + radius * Math.cos(angle), 5 + radius * Math.sin(angle)];
    });
  const withRepeats = (vertices: number) =>
    flatRing(vertices, (index) => {
      const angle = (2 * Math.PI * (index - (index % 3))) / vertices;
      return [5 + 3 * Math.cos(angle), 5 + 3 * Math.sin(angle)];
    });
  test.each([
    ['that begins in the middle of it', wave(6000, 0)],
    ['that begins near its line', wave(6000, 1234)],
    ['that begins elsewhere', wave(6000, 4321)],
    ['with repeated vertices', withRepeats(6000)],
    ['with a hole', flattenMultiPolygon([[star(next, 5, 5, 5, 3000), star(next, 5, 5, 1, 500)]])],
    ['in several polygons', flattenMultiPolygon([[star(next, 2, 2, 2, 2000)], [star(next, 8, 8, 3, 2000)]])],
    ['that its own line bounds', flattenMultiPolygon([lakeWithIsland(11)[0] ?? []])],
    ['away from its line', flattenMultiPolygon([[star(next, 5, 5, 0.01, 100)]])],
  ])('is the same as without knowing: a subject %s', (_, subject) => {
    const meetings = findMeetings(withoutRepeats(subject));
    const apart = meetings?.isCrossed === false && meetings.touching.length === 0 ? meetings.boxes : null;
    expect(apart).not.toBeNull();
    const overlay = new PolygonOverlay(boundary);
    expect(overlay.of(subject, apart)).toEqual(overlay.of(subject));
  });
});
