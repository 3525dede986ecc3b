import { chunksOf, exactly, streamOf } from '../../cache/stream.ts';

/** A body that fails, and with it the connection, when it is not as long as its head said. */
export function sizedBody(body: ReadableStream<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array> {
  return streamOf(exactly(chunksOf(body), sizeBytes));
}
