import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Sends a response, its body as fast as the caller takes it. A body that fails on the way breaks the connection, so
 * that the caller cannot take what it has for the whole.
 * @throws what the body throws, or that the caller is gone.
 */
export async function writeResponse(target: ServerResponse, response: Response): Promise<void> {
  target.statusCode = response.status;
  for (const [name, value] of response.headers) target.setHeader(name, value);
  if (response.body === null) {
    target.end();
    return;
  }
  await pipeline(Readable.fromWeb(response.body), target);
}
