import type { MultiPolygonCoordinates, Ring } from '../../processors/boundary/geometry.ts';

/**
 * Well-known binary (OGC 06-103r4, section 8) of a two-dimensional multipolygon, little-endian: how geometries pass
 * to and from PostGIS without losing a digit.
 */
const LITTLE_ENDIAN = 1;
const POLYGON = 3;
const MULTI_POLYGON = 6;
/** Byte order, type and the count that follows. */
const HEADER_BYTES = 9;
const COUNT_BYTES = 4;
const POSITION_BYTES = 16;

/** Writes a multipolygon; ordinates after the second are left out. */
export function encodeMultiPolygon(polygons: MultiPolygonCoordinates): Buffer {
  const rings = polygons.flat();
  const positions = rings.reduce((sum, ring) => sum + ring.length, 0);
  const sizeBytes = HEADER_BYTES * (1 + polygons.length) + COUNT_BYTES * rings.length + POSITION_BYTES * positions;
  const buffer = Buffer.alloc(sizeBytes);
  let at = 0;
  const writeHeader = (type: number, count: number): void => {
    at = buffer.writeUInt8(LITTLE_ENDIAN, at);
    at = buffer.writeUInt32LE(type, at);
    at = buffer.writeUInt32LE(count, at);
  };
  writeHeader(MULTI_POLYGON, polygons.length);
  for (const polygon of polygons) {
    writeHeader(POLYGON, polygon.length);
    for (const ring of polygon) {
      at = buffer.writeUInt32LE(ring.length, at);
      for (const [x = Number.NaN, y = Number.NaN] of ring) {
        at = buffer.writeDoubleLE(x, at);
        at = buffer.writeDoubleLE(y, at);
      }
    }
  }
  return buffer;
}

/**
 * Reads a multipolygon as PostGIS writes it (`ST_AsBinary(geom, 'NDR')`).
 * @throws {Error} when it is another geometry or another byte order.
 */
export function decodeMultiPolygon(buffer: Buffer): MultiPolygonCoordinates {
  let at = 0;
  const readHeader = (expected: number): number => {
    const [order, type] = [buffer.readUInt8(at), buffer.readUInt32LE(at + 1)];
    if (order !== LITTLE_ENDIAN || type !== expected) {
      throw new Error(`WKB has byte order ${order} and type ${type} at ${at}; expected 1 and ${expected}.`);
    }
    const count = buffer.readUInt32LE(at + 5);
    at += HEADER_BYTES;
    return count;
  };
  const readRing = (): Ring => {
    const count = buffer.readUInt32LE(at);
    at += COUNT_BYTES;
    return Array.from({ length: count }, () => {
      const position = [buffer.readDoubleLE(at), buffer.readDoubleLE(at + 8)];
      at += POSITION_BYTES;
      return position;
    });
  };
  return Array.from({ length: readHeader(MULTI_POLYGON) }, () =>
    Array.from({ length: readHeader(POLYGON) }, () => readRing()),
  );
}
