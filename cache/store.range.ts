import type { ByteRange } from './range.ts';
import type { GetOptions } from './store.ts';

/**
 * The bytes that a `get` asks for. Stores clamp or ignore a range that does not fit, each in its own way; here it is
 * a fault.
 * @throws {RangeError} when the range does not lie in the object.
 */
export function requestedBytes(key: string, sizeBytes: number, options: GetOptions): ByteRange {
  const offset = options.offset ?? 0;
  const length = options.length ?? sizeBytes - offset;
  if (offset >= 0 && length >= 0 && offset + length <= sizeBytes) return { offset, length };
  throw new RangeError(`${key} has ${sizeBytes} bytes; ${length} bytes from offset ${offset} do not lie inside it.`);
}

/** A body without bytes: no `Range` header can ask for one. */
export function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
