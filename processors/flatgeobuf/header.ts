import { Problem } from '../../cache/problem.ts';
import { FlatTable } from './flatbuffer.table.ts';
import { GEOMETRY_TYPES, type GeometryType } from './geometry.type.ts';
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
const CRS_FIELD = { org: 0, code: 1, wkt: 4, codeString: 5 } as const;

const EPSG_WGS84 = 4326;

/** What planning needs to know of a header; the rest is copied as it is. */
export interface FgbHeader {
  /** Magic and size prefix included. */
  bytes: Uint8Array;
  /** `Unknown` when each feature names its own. */
  geometryType: GeometryType;
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
  const geometryType = requireKnown(table.uint8(HEADER_FIELD.geometryType, 0));
  const featuresCount = table.uint64(HEADER_FIELD.featuresCount, 0);
  const indexNodeSize = table.uint16(HEADER_FIELD.indexNodeSize, NODE_SIZE_DEFAULT);
  const indexOffset = bytes.length;
  const featuresOffset = indexOffset + indexBytes(featuresCount, indexNodeSize, fileBytes - indexOffset);
  const crs = table.table(HEADER_FIELD.crs);
  const envelope = table.doubles(HEADER_FIELD.envelope);
  return {
    bytes,
    geometryType,
    featuresCount,
    indexNodeSize,
    crs: crs === null ? null : { code: crsCode(crs), wkt: crs.string(CRS_FIELD.wkt) },
    envelope: envelope?.length === 4 ? [...envelope] : null,
    indexOffset,
    featuresOffset,
  };
}

/** The EPSG or ESRI code of a CRS; null when it has none, so that its WKT decides. */
function crsCode(crs: FlatTable): number | null {
  // The schema: no organisation means EPSG, and case does not matter.
  const organisation = crs.string(CRS_FIELD.org)?.toUpperCase() ?? 'EPSG';
  if (organisation === 'OGC' && crs.string(CRS_FIELD.codeString) === 'CRS84') return EPSG_WGS84;
  return organisation === 'EPSG' || organisation === 'ESRI' ? crs.int32(CRS_FIELD.code, 0) || null : null;
}

function requireKnown(number: number): GeometryType {
  const type = GEOMETRY_TYPES[number];
  if (type !== undefined) return type;
  throw new Problem(
    'unsupported-source',
    `The header says that geometries are of type ${number}; FlatGeobuf 3 has 0 to ${GEOMETRY_TYPES.length - 1}.`,
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
