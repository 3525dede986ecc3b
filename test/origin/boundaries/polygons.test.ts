import { describe, expect, test } from 'vitest';
import { bboxPolygons } from '../../../origin/boundaries/ad.hoc.ts';
import { type Envelope, envelopeOf } from '../../../origin/boundaries/polygons.ts';

describe('envelopeOf', () => {
  test.each<[string, Envelope[], Envelope]>([
    ['one part', [[1, 2, 3, 4]], [1, 2, 3, 4]],
    [
      'parts far apart',
      [
        [-60, 2, -50, 5],
        [1, 40, 9, 51],
      ],
      [-60, 2, 9, 51],
    ],
    [
      'parts that meet the antimeridian from both sides',
      [
        [177, -19, 180, -16],
        [-180, -20, -179, -16],
      ],
      [177, -20, -179, -16],
    ],
    [
      'more parts in between, as of Russia',
      [
        [-180, 65, -169, 71],
        [27, 41, 180, 81],
        [19, 54, 22, 55],
      ],
      [19, 41, -169, 81],
    ],
    ['parts all the way round, as of Antarctica', [[-180, -90, 180, -60]], [-180, -90, 180, -60]],
    ['a part that only ends at the antimeridian', [[170, 1, 180, 2]], [170, 1, 180, 2]],
  ])('%s', (_reason, boxes, expected) => {
    expect(envelopeOf(boxes.flatMap((box) => bboxPolygons(box)))).toEqual(expected);
  });
});
