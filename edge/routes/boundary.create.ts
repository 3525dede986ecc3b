import { readBody } from '../../cache/body.read.ts';
import { BOUNDARY_BODY_MAX_BYTES } from '../../cache/origin-api.ts';
import { Problem } from '../../cache/problem.ts';
import { chunksOf } from '../../cache/stream.ts';
import { boundaryDocument } from '../boundary.document.ts';
import type { Call } from '../call.ts';
import { encodePart } from '../path.params.ts';

/** `POST /boundaries`: stores a GeoJSON geometry as a boundary; the same geometry gets the same id. */
export async function createBoundary(call: Call): Promise<Response> {
  const entry = await call.services.origin.createBoundary(await readGeoJson(call.request));
  const location = `/boundaries/${encodePart(entry.id)}`;
  const headers = { location, 'cache-control': 'no-store' };
  return Response.json(boundaryDocument(entry), { status: 201, headers });
}

async function readGeoJson({ body, headers }: Request): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(body ?? new Blob([]).stream());
  const geojson = await readBody(chunks, headers.get('content-length'), BOUNDARY_BODY_MAX_BYTES);
  if (geojson.length > 0) return geojson;
  throw new Problem('invalid-request', 'The request has no body. Send a GeoJSON geometry, Feature or collection.');
}
