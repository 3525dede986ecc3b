import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import type { FlatPolygons } from './overlay.assemble.ts';

/** OGC Well-Known Binary type numbers. */
const POLYGON = 3;
export const MULTI_POLYGON = 6;
const GEOMETRY_COLLECTION = 7;
/** Byte order mark. */
export const LITTLE_ENDIAN = 1;
/** Byte order, type and count. */
const HEAD_BYTES = 9;
const POINT_BYTES = 16;

/** Writes polygons as a MultiPolygon in OGC Well-Known Binary. */
export function writePolygons({ coordinates, ringStarts, polygonStarts }: FlatPolygons): Uint8Array {
  const polygonCount = polygonStarts.length - 1;
  const ringCount = ringStarts.length - 1;
  const view = new DataView(
    new ArrayBuffer(HEAD_BYTES * (1 + polygonCount) + 4 * ringCount + (coordinates.length / 2) * POINT_BYTES),
  );
  let at = 0;
  const head = (type: number, count: number): void => {
    view.setUint8(at, LITTLE_ENDIAN);
    view.setUint32(at + 1, type, true);
    view.setUint32(at + 5, count, true);
    at += HEAD_BYTES;
  };
  head(MULTI_POLYGON, polygonCount);
  for (let polygon = 0; polygon < polygonCount; polygon++) {
    const [first = 0, end = 0] = [polygonStarts[polygon], polygonStarts[polygon + 1]];
    head(POLYGON, end - first);
    for (let ring = first; ring < end; ring++) {
      const [start = 0, last = 0] = [ringStarts[ring], ringStarts[ring + 1]];
      view.setUint32(at, last - start, true);
      at += 4;
      for (let place = start * 2; place < last * 2; place++, at += 8)
        view.setFloat64(at, coordinates[place] ?? 0, true);
    }
  }
  return new Uint8Array(view.buffer);
}

/**
 * Reads the polygons of a two-dimensional geometry in OGC Well-Known Binary; those of other types have none.
 * @throws {RangeError} when it ends too early.
 */
export function readPolygons(wkb: Uint8Array): FlatPolygons {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength);
  const coordinates = new GrowingFloat64(64);
  const ringStarts = new GrowingUint32(8);
  const polygonStarts = new GrowingUint32(8);
  ringStarts.push(0);
  polygonStarts.push(0);
  let at = 0;
  const read = (): void => {
    const type = view.getUint32(at + 1, true);
    if (type !== POLYGON && type !== MULTI_POLYGON && type !== GEOMETRY_COLLECTION) {
      at += lengthOfLinear(view, at, type);
      return;
    }
    const count = view.getUint32(at + 5, true);
    at += HEAD_BYTES;
    for (let member = 0; member < count; member++) {
      if (type !== POLYGON) {
        read();
        continue;
      }
      const vertices = view.getUint32(at, true);
      at += 4;
      for (let value = 0; value < vertices * 2; value++, at += 8) coordinates.push(view.getFloat64(at, true));
      ringStarts.push(coordinates.length / 2);
    }
    if (type === POLYGON && count > 0) polygonStarts.push(ringStarts.length - 1);
  };
  read();
  return {
    coordinates: coordinates.toArray(),
    ringStarts: ringStarts.toArray(),
    polygonStarts: polygonStarts.toArray(),
  };
}

/** Bytes of points and lines, which are passed over. */
function lengthOfLinear(view: DataView, at: number, type: number): number {
  const [POINT, LINE_STRING] = [1, 2];
  if (type === POINT) return 5 + POINT_BYTES;
  const count = view.getUint32(at + 5, true);
  if (type === LINE_STRING) return HEAD_BYTES + count * POINT_BYTES;
  let length = HEAD_BYTES;
  for (let member = 0; member < count; member++) {
    length += lengthOfLinear(view, at + length, view.getUint32(at + length + 1, true));
  }
  return length;
}
