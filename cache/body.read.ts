import { Problem } from './problem.ts';

/**
 * Reads a request's body whole.
 * @param announced `Content-Length` of the request, if it has one.
 * @throws {Problem} `payload-too-large` as soon as more than `maxBytes` are announced or have come.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  announced: string | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(announced ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const received: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    received.push(chunk);
  }
  const body = new Uint8Array(sizeBytes);
  let position = 0;
  for (const chunk of received) {
    body.set(chunk, position);
    position += chunk.length;
  }
  return body;
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('payload-too-large', `The body has more than ${maxBytes} bytes, the most that is taken here.`, {
    extensions: { maxBytes },
  });
}
