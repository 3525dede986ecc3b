import * as z from 'zod';
import { boundaryKey } from '../../cache/keys.ts';
import { boundaryFeature } from '../boundary.document.ts';
import { findBoundary } from '../boundary.find.ts';
import type { Call } from '../call.ts';
import { jsonAnswer } from '../json.answer.ts';

const GEOJSON = 'application/geo+json';
/** What the store holds under a geometry's digest; its coordinates are passed on as they are. */
const storedSchema = z.object({
  geometry: z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.unknown()) }),
});

/** `GET /boundaries/{id}`: the boundary as a GeoJSON Feature. */
export async function getBoundary(call: Call): Promise<Response> {
  const entry = await findBoundary(call, call.params['boundary'] ?? '');
  const object = await call.services.store.get(boundaryKey(entry.digest));
  if (object === null) throw new Error(`The geometry of boundary ${entry.id} is not in the store.`);
  const { geometry } = storedSchema.parse(await new Response(object.body).json());
  return jsonAnswer(call.request, boundaryFeature(entry, geometry), { mediaType: GEOJSON });
}
