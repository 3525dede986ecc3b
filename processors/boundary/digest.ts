import { sha256Hex, utf8 } from '../../cache/digest.ts';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from './geometry.ts';

/** Stands before the bytes, so that another canonical form can never give the same digest. */
const FORM = 'cutline boundary 1\n';

/**
 * SHA-256, in hexadecimal, of a boundary's geometry: the counts and starts of polygons and rings and all x and y as
 * little-endian numbers, in the order given. The same geometry has the same digest wherever it is computed.
 */
export async function boundaryDigest(polygons: MultiPolygonCoordinates): Promise<string> {
  const { polygonStarts, ringStarts, coordinates } = flattenMultiPolygon(polygons);
  const form = utf8(FORM);
  const sizeBytes = form.length + 8 + 4 * (polygonStarts.length + ringStarts.length) + 8 * coordinates.length;
  const view = new DataView(new ArrayBuffer(sizeBytes));
  let at = 0;
  for (const byte of form) view.setUint8(at++, byte);
  const addUint32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  for (const starts of [polygonStarts, ringStarts]) {
    addUint32(starts.length);
    starts.forEach(addUint32);
  }
  for (const coordinate of coordinates) {
    // Adding 0 makes −0 the same as 0.
    view.setFloat64(at, coordinate + 0, true);
    at += 8;
  }
  return sha256Hex(new Uint8Array(view.buffer));
}
