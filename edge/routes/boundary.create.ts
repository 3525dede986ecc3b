import { readBody } from '../../cache/body.read.ts';
import type { Repair } from '../../cache/catalogue.ts';
import { BOUNDARY_BODY_MAX_BYTES } from '../../cache/origin-api.ts';
import { Problem } from '../../cache/problem.ts';
import { chunksOf } from '../../cache/stream.ts';
import { boundaryDocument } from '../boundary.document.ts';
import type { Call } from '../call.ts';
import { encodePart } from '../path.params.ts';

/** `POST /boundaries`: stores a GeoJSON geometry as a boundary; the same geometry gets the same id; `repaired` says what was wrong. */
export async function createBoundary(call: Call): Promise<Response> {
  const { repaired, ...entry } = await call.services.origin.createBoundary(await readGeoJson(call.request));
  const location = `/boundaries/${encodePart(entry.id)}`;
  const headers = { location, 'cache-control': 'no-store' };
  return Response.json(
    { ...boundaryDocument(entry), repaired: repaired && repairDocument(repaired) },
    { status: 201, headers },
  );
}

function repairDocument({ reason, areaBefore, areaAfter }: Repair): Record<string, unknown> {
  return { reason, area_before: areaBefore, area_after: areaAfter };
}

async function readGeoJson({ body, headers }: Request): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(body ?? new Blob([]).stream());
  const geojson = await readBody(chunks, headers.get('content-length'), BOUNDARY_BODY_MAX_BYTES);
  if (geojson.length > 0) return geojson;
  throw new Problem('invalid-request', 'The request has no body. Send a GeoJSON geometry, Feature or collection.');
}
