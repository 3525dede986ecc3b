import {
  envelopeOf,
  type FlatGeometry,
  type MultiPolygonCoordinates,
  type Ring,
} from '../../processors/boundary/geometry.ts';

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
  const { ringsAt, ringStarts, polygonStarts } = readStructure(view);
  const coordinates = new Float64Array((ringStarts.at(-1) ?? 0) * 2);
  ringsAt.forEach((ringAt, ring) => {
    const [from, to] = [(ringStarts[ring] ?? 0) * 2, (ringStarts[ring + 1] ?? 0) * 2];
    for (let at = from; at < to; at++) {
      coordinates[at] = view.getFloat64(ringAt + (at - from) * Float64Array.BYTES_PER_ELEMENT, true);
    }
  });
  const envelope = envelopeOf(coordinates);
  return {
    coordinates,
    ringStarts: Uint32Array.from(ringStarts),
    polygonStarts: Uint32Array.from(polygonStarts),
    envelope,
  };
}

/** Where the positions of each ring lie, and the starts as `FlatGeometry` has them. */
function readStructure(view: DataView): { ringsAt: number[]; ringStarts: number[]; polygonStarts: number[] } {
  let at = 0;
  const readHeader = (expected: number): number => {
    const [order, type] = [view.getUint8(at), view.getUint32(at + 1, true)];
    if (order !== LITTLE_ENDIAN || type !== expected) {
      throw new Error(`WKB has byte order ${order} and type ${type} at ${at}; expected 1 and ${expected}.`);
    }
    const count = view.getUint32(at + 5, true);
    at += HEADER_BYTES;
    return count;
  };
  const [ringsAt, ringStarts, polygonStarts]: [number[], number[], number[]] = [[], [0], [0]];
  let positions = 0;
  const polygons = readHeader(MULTI_POLYGON);
  for (let polygon = 0; polygon < polygons; polygon++) {
    const rings = readHeader(POLYGON);
    for (let ring = 0; ring < rings; ring++) {
      const count = view.getUint32(at, true);
      positions += count;
      ringsAt.push(at + COUNT_BYTES);
      ringStarts.push(positions);
      at += COUNT_BYTES + count * POSITION_BYTES;
    }
    polygonStarts.push(ringsAt.length);
  }
  return { ringsAt, ringStarts, polygonStarts };
}
