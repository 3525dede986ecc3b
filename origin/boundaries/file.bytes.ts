import { readFile, stat } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';

/** The longest text that Node holds; far more than any boundary in full detail has. */
const FILE_MAX_BYTES = 512 * 1024 * 1024;
/** What a position takes as an array of two numbers, with room for the copies that reading makes: 72 and some. */
const POSITION_HEAP_BYTES = 120;
/** A position of a FlatGeobuf: two numbers of 8 bytes. */
const POSITION_FILE_BYTES = 16;
/** Three semi-spaces of 64 MB: part of V8's limit, but only for what has just been made. */
const YOUNG_GENERATION_BYTES = 192 * 1024 * 1024;
/** The rest is for what is made of the positions. */
const HEAP_SHARE = 0.75;
const OPENING_BRACKET = 0x5b;

/** All bytes of a file. @throws {Error} when it has more than can be taken, before any is read. */
export async function readBytes(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > FILE_MAX_BYTES) {
    throw new Error(`it has ${size} bytes; at most ${FILE_MAX_BYTES} are taken. Simplify or split it first`);
  }
  return readFile(path);
}

/**
 * Parses JSON that is mostly positions.
 * @throws {Error} before it is parsed, when it has more arrays than memory has room for, which would end the process;
 *   and when it is not JSON.
 */
export function parsePositions(bytes: Buffer): unknown {
  requireRoom(countArrays(bytes));
  // A byte order mark, as Windows programs write it, is no part of the text.
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** @throws {Error} when a FlatGeobuf may hold more positions than memory has room for. */
export function requireRoomForFlatGeobuf(bytes: Uint8Array): void {
  requireRoom(Math.ceil(bytes.length / POSITION_FILE_BYTES));
}

function requireRoom(positions: number): void {
  const heapBytes = Math.max(0, getHeapStatistics().heap_size_limit - YOUNG_GENERATION_BYTES);
  const room = Math.floor((heapBytes * HEAP_SHARE) / POSITION_HEAP_BYTES);
  if (positions <= room) return;
  throw new Error(
    `it holds up to ${positions} positions; this process has memory for ${room}. ` +
      'Simplify or split it first, or allow more with NODE_OPTIONS=--max-old-space-size',
  );
}

/** One for each position, and some for rings and polygons. */
function countArrays(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === OPENING_BRACKET) count++;
  return count;
}
