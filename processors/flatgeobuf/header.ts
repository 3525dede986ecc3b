import { Problem } from '../../cache/problem.ts';
import { FlatTable } from './flatbuffer.table.ts';
import { CUTTABLE_TYPES, GEOMETRY_TYPES, type CuttableType } from './geometry.type.ts';
import type { HeadReader } from './head.reader.ts';
import { indexSizeBytes } from './index.layout.ts';

/** `fgb`, major version 3, `fgb`; the eighth byte is the patch level, which readers ignore. */
const MAGIC = [0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62];
export const MAGIC_BYTES = 8;
export const SIZE_PREFIX_BYTES = 4;
/** Thousands of columns with metadata take less; more is damage, and would be held in memory. */
const HEADER_BYTES_MAX = 16 * 1024 * 1024;
/** What a header without the field means. */
export const NODE_SIZE_DEFAULT = 16;

/** Numbers of the header's fields in the schema. */
export const HEADER_FIELD = {
  name: 0,
  envelope: 1,
  geometryType: 2,
  hasZ: 3,
  hasM: 4,
  hasT: 5,
  hasTm: 6,
  columns: 7,
  featuresCount: 8,
  indexNodeSize: 9,
  crs: 10,
  title: 11,
  description: 12,
  metadata: 13,
} as const;
const CRS_FIELD = { code: 1, wkt: 4 } as const;

/** What planning needs to know of a header; the rest is copied as it is. */
export interface FgbHeader {
  /** Magic and size prefix included. */
  bytes: Uint8Array;
  geometryType: CuttableType;
  hasZ: boolean;
  hasM: boolean;
  featuresCount: number;
  /** 0 when the file has no features. */
  indexNodeSize: number;
  /** Null when the header names none. */
  crs: { code: number | null; wkt: string | null } | null;
  envelope: readonly number[] | null;
  /** Where the index begins. */
  indexOffset: number;
  /** Where the features begin. */
  featuresOffset: number;
}

/**
 * Reads and checks the header of a FlatGeobuf 3 file.
 * @throws {Problem} `invalid-source` when it is damaged, `unsupported-source` when it is of a kind that cannot be clipped.
 */
export async function readHeader(head: HeadReader): Promise<FgbHeader> {
  const startBytes = MAGIC_BYTES + SIZE_PREFIX_BYTES;
  if (head.sizeBytes < startBytes) {
    throw new Problem('invalid-source', `A file of ${head.sizeBytes} bytes is too short to be a FlatGeobuf.`);
  }
  const start = await head.read(0, startBytes);
  if (MAGIC.some((byte, index) => start[index] !== byte)) {
    throw new Problem('invalid-source', 'The source does not begin like a FlatGeobuf of version 3.');
  }
  const headerBytes = new DataView(start.buffer, start.byteOffset).getUint32(MAGIC_BYTES, true);
  if (headerBytes > HEADER_BYTES_MAX || startBytes + headerBytes > head.sizeBytes) {
    throw new Problem(
      'invalid-source',
      `The header claims ${headerBytes} bytes; the file has ${head.sizeBytes} and a header at most ${HEADER_BYTES_MAX}.`,
    );
  }
  const bytes = await head.read(0, startBytes + headerBytes);
  return parseHeader(bytes, head.sizeBytes);
}

function parseHeader(bytes: Uint8Array, fileBytes: number): FgbHeader {
  const table = FlatTable.root(bytes.subarray(MAGIC_BYTES + SIZE_PREFIX_BYTES), 'The header');
  const geometryType = requireCuttable(GEOMETRY_TYPES[table.uint8(HEADER_FIELD.geometryType, 0)]);
  const hasZ = table.uint8(HEADER_FIELD.hasZ, 0) !== 0;
  const hasM = table.uint8(HEADER_FIELD.hasM, 0) !== 0;
  const hasT = table.uint8(HEADER_FIELD.hasT, 0) !== 0 || table.uint8(HEADER_FIELD.hasTm, 0) !== 0;
  refuseOrdinates(geometryType, hasZ, hasM, hasT);
  const featuresCount = table.uint64(HEADER_FIELD.featuresCount, 0);
  const indexNodeSize = table.uint16(HEADER_FIELD.indexNodeSize, NODE_SIZE_DEFAULT);
  const indexOffset = bytes.length;
  const featuresOffset = indexOffset + indexBytes(featuresCount, indexNodeSize, fileBytes - indexOffset);
  const crs = table.table(HEADER_FIELD.crs);
  const envelope = table.doubles(HEADER_FIELD.envelope);
  return {
    bytes,
    geometryType,
    hasZ,
    hasM,
    featuresCount,
    indexNodeSize,
    crs: crs === null ? null : { code: crs.int32(CRS_FIELD.code, 0) || null, wkt: crs.string(CRS_FIELD.wkt) },
    envelope: envelope?.length === 4 ? [...envelope] : null,
    indexOffset,
    featuresOffset,
  };
}

function requireCuttable(type: string | undefined): CuttableType {
  const known = CUTTABLE_TYPES.find((cuttable) => cuttable === type);
  if (known !== undefined) return known;
  throw new Problem(
    'unsupported-source',
    `The source holds geometries of type ${type ?? 'unknown to FlatGeobuf 3'}. ` +
      `Files of one of these types can be clipped: ${CUTTABLE_TYPES.join(', ')}.`,
  );
}

function refuseOrdinates(type: CuttableType, hasZ: boolean, hasM: boolean, hasT: boolean): void {
  const isPolygonal = type === 'Polygon' || type === 'MultiPolygon';
  const refused = [hasT && 'T', isPolygonal && hasZ && 'Z', isPolygonal && hasM && 'M'].filter(Boolean);
  if (refused.length === 0) return;
  throw new Problem(
    'unsupported-source',
    `The source holds ${type} geometries with ${refused.join(' and ')} values, which cannot be cut yet.`,
  );
}

/** Length of the index; a file without features has none. */
function indexBytes(featuresCount: number, nodeSize: number, roomBytes: number): number {
  if (featuresCount === 0 && roomBytes > 0) {
    throw new Problem(
      'unsupported-source',
      'The source does not say how many features it holds, so it has no index. It must be prepared first.',
    );
  }
  if (featuresCount === 0) return 0;
  if (nodeSize === 0) {
    throw new Problem('unsupported-source', 'The source has no spatial index. It must be prepared first.');
  }
  if (nodeSize === 1) throw new Problem('invalid-source', 'The header says that index nodes have one child each.');
  const sizeBytes = indexSizeBytes(featuresCount, nodeSize);
  if (sizeBytes <= roomBytes) return sizeBytes;
  throw new Problem(
    'invalid-source',
    `An index of ${featuresCount} features takes ${sizeBytes} bytes; ${roomBytes} follow the header.`,
  );
}
