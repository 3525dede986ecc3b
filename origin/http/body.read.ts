import type { IncomingMessage } from 'node:http';
import { Problem } from '../../cache/problem.ts';

/**
 * Reads a request's body whole.
 * @throws {Problem} `payload-too-large` as soon as more than `maxBytes` are announced or have come.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('A request without an encoding gives buffers.');
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('payload-too-large', `The body has more than the ${maxBytes} bytes that are taken here.`, {
    extensions: { maxBytes },
  });
}
