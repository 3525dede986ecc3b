import { Problem } from './problem.ts';
import { quoted } from './ids.ts';

const BBOX_PREFIX = 'bbox:';
const NUMBER_PATTERN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
/** 4 decimals of a degree are about 11 m: finer would make one place many cache entries. */
const DECIMALS = 4;

/** West, south, east, north in degrees; west > east when the box crosses the antimeridian. */
export type Bbox = readonly [west: number, south: number, east: number, north: number];

/** Whether a boundary id is written as a bounding box. */
export function isBboxId(id: string): boolean {
  return id.startsWith(BBOX_PREFIX);
}

/**
 * Reads `bbox:w,s,e,n`.
 * @throws {Problem} `invalid-id` when it is not four numbers of degrees within range with south < north, west ≠ east.
 */
export function parseBboxId(id: string): Bbox {
  const parts = id.slice(BBOX_PREFIX.length).split(',');
  const [west, south, east, north] = parts.map((part) =>
    NUMBER_PATTERN.test(part) ? Number(Number(part).toFixed(DECIMALS)) + 0 : Number.NaN,
  );
  if (
    parts.length !== 4 ||
    !isWithin(west, 180) ||
    !isWithin(east, 180) ||
    !isWithin(south, 90) ||
    !isWithin(north, 90) ||
    west === east ||
    south >= north
  ) {
    throw new Problem(
      'invalid-id',
      `${quoted(id)} is not a bounding box. Write bbox:west,south,east,north in degrees with south < north, ` +
        `for example bbox:-16.9,13,-13.7,13.9; west > east crosses the antimeridian.`,
    );
  }
  return [west, south, east, north];
}

function isWithin(value: number | undefined, limit: number): value is number {
  return value !== undefined && Math.abs(value) <= limit;
}

/** The one spelling of a bounding box id: at most 4 decimals, no trailing zeros, no exponent, no "-0". */
export function bboxId(bbox: Bbox): string {
  return BBOX_PREFIX + bbox.map((value) => String(Number(value.toFixed(DECIMALS)) + 0)).join(',');
}

/** The closed ring around a box, counter-clockwise from its lower left corner on. Its west must not lie east of its east. */
export function boxRing([minX, minY, maxX, maxY]: Bbox): [number, number][] {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ];
}
