import { Problem } from '../../cache/problem.ts';
import { boundaryDocument } from '../boundary.document.ts';
import type { Call } from '../call.ts';
import { encodePart } from '../path.params.ts';

/** A country at 1:10m has up to 3 MB of GeoJSON; an isolate holds 128 MB for all its requests. */
const BODY_MAX_BYTES = 10_485_760;

/** `POST /boundaries`: stores a GeoJSON geometry as a boundary; the same geometry gets the same id. */
export async function createBoundary(call: Call): Promise<Response> {
  const body = await readBody(call.request);
  const entry = await call.services.origin.createBoundary(body);
  const location = `/boundaries/${encodePart(entry.id)}`;
  const headers = { location, 'cache-control': 'no-store' };
  return Response.json(boundaryDocument(entry), { status: 201, headers });
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  if (announced > BODY_MAX_BYTES) throw tooLarge();
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
    sizeBytes += read.value.length;
    if (sizeBytes > BODY_MAX_BYTES) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(read.value);
  }
  if (sizeBytes === 0)
    throw new Problem('invalid-request', 'The request has no body. Send a GeoJSON geometry or Feature.');
  return joined(chunks, sizeBytes);
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

function tooLarge(): Problem {
  return new Problem(
    'payload-too-large',
    `A boundary may have at most ${BODY_MAX_BYTES} bytes of GeoJSON. Simplify it.`,
  );
}
