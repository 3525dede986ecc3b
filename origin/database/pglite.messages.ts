/** One message of PostgreSQL's frontend/backend protocol, version 3, as a client sent it. */
export interface ClientMessage {
  /** Its type byte as a character; empty for those before and with the start-up message, which have none. */
  type: string;
  bytes: Buffer;
}

const LENGTH_BYTES = 4;
/** PostgreSQL's own limits for a start-up message and for any other. */
const STARTUP_BYTES_MAX = 10_000;
const MESSAGE_BYTES_MAX = 2 ** 30 - 1;

/** Puts messages together from the pieces that a socket gives. */
export class MessageReader {
  #pieces: Buffer[] = [];
  #sizeBytes = 0;
  #wantedBytes = 0;
  /** Until the start-up message came, messages have no type byte. */
  isStarted = false;

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#sizeBytes += piece.length;
  }

  /**
   * Takes the next whole message; null when it has not come yet.
   * @throws {RangeError} for a length that no message has.
   */
  next(): ClientMessage | null {
    const typeBytes = this.isStarted ? 1 : 0;
    if (this.#sizeBytes < Math.max(this.#wantedBytes, typeBytes + LENGTH_BYTES)) return null;
    // Joined only when the message is complete, as a long one comes in thousands of pieces.
    const joined = Buffer.concat(this.#pieces);
    const lengthBytes = joined.readInt32BE(typeBytes);
    if (lengthBytes < LENGTH_BYTES || lengthBytes > (this.isStarted ? MESSAGE_BYTES_MAX : STARTUP_BYTES_MAX)) {
      throw new RangeError(`A message of ${lengthBytes} bytes is none of PostgreSQL's protocol.`);
    }
    const endByte = typeBytes + lengthBytes;
    this.#pieces = [joined];
    this.#wantedBytes = endByte;
    if (joined.length < endByte) return null;
    this.#pieces = [joined.subarray(endByte)];
    this.#sizeBytes -= endByte;
    this.#wantedBytes = 0;
    return { type: joined.toString('latin1', 0, typeBytes), bytes: joined.subarray(0, endByte) };
  }
}

/** What a message before the start-up asks for, by the code in its second field. */
export function startupKind({ bytes }: ClientMessage): 'encryption' | 'cancel' | 'start' {
  const code = bytes.length >= 2 * LENGTH_BYTES ? bytes.readInt32BE(LENGTH_BYTES) : 0;
  if (code === SSL_REQUEST || code === GSSENC_REQUEST) return 'encryption';
  return code === CANCEL_REQUEST ? 'cancel' : 'start';
}

const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
const GSSENC_REQUEST = 80_877_104;

/** A simple query, as a client would send it. */
export function queryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`);
  const head = Buffer.from('Q\0\0\0\0', 'latin1');
  head.writeInt32BE(LENGTH_BYTES + text.length, 1);
  return Buffer.concat([head, text]);
}

/** Ends an extended query, also one that failed, whose other messages PostgreSQL skips up to here. */
export const SYNC_MESSAGE = Buffer.from('S\0\0\0\u0004', 'latin1');
