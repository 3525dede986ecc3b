import {
  envelopeOf,
  type FlatGeometry,
  flattenMultiPolygon,
  type MultiPolygonCoordinates,
  type Ring,
} from '../../processors/boundary/geometry.ts';
import { LITTLE_ENDIAN, MULTI_POLYGON, readPolygons, writePolygons } from '../../processors/boundary/wkb.ts';

/** Well-known binary of a multipolygon, little-endian; ordinates after the second are left out. */
export function encodeMultiPolygon(polygons: MultiPolygonCoordinates): Buffer {
  return Buffer.from(writePolygons(flattenMultiPolygon(polygons)).buffer);
}

/**
 * Reads a multipolygon as PostGIS writes it (`ST_AsBinary(geom, 'NDR')`), without losing a digit.
 * @throws {Error} when it is another geometry or another byte order.
 */
export function decodeMultiPolygon(wkb: Uint8Array): MultiPolygonCoordinates {
  const { coordinates, ringStarts, polygonStarts } = decodeFlat(wkb);
  const ringAt = (ring: number): Ring => {
    const start = ringStarts[ring] ?? 0;
    return Array.from({ length: (ringStarts[ring + 1] ?? start) - start }, (_, index) => {
      const at = (start + index) * 2;
      return [coordinates[at] ?? 0, coordinates[at + 1] ?? 0];
    });
  };
  return Array.from({ length: polygonStarts.length - 1 }, (_, polygon) => {
    const first = polygonStarts[polygon] ?? 0;
    return Array.from({ length: (polygonStarts[polygon + 1] ?? first) - first }, (_ring, index) =>
      ringAt(first + index),
    );
  });
}

/** As {@link decodeMultiPolygon}, into flat arrays. */
export function decodeFlat(wkb: Uint8Array): FlatGeometry {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength);
  const [order, type] = [view.getUint8(0), view.getUint32(1, true)];
  if (order !== LITTLE_ENDIAN || type !== MULTI_POLYGON) {
    throw new Error(`WKB has byte order ${order} and type ${type}; expected ${LITTLE_ENDIAN} and ${MULTI_POLYGON}.`);
  }
  const polygons = readPolygons(wkb);
  return { ...polygons, envelope: envelopeOf(polygons.coordinates) };
}
