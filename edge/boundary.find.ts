import { isBboxId } from '../cache/bbox.ts';
import { type BoundaryEntry, boundaryEntrySchema } from '../cache/catalogue.ts';
import { requireBoundaryId } from '../cache/clip-path.ts';
import { isAdHocId, quoted } from '../cache/ids.ts';
import { adHocBoundaryKey } from '../cache/keys.ts';
import { Problem } from '../cache/problem.ts';
import type { Call } from './call.ts';

/**
 * The boundary of an id: a named one, one that a user sent, or a bounding box in its one spelling, which the origin
 * makes when it is new.
 * @throws {Problem} `invalid-id`, `unknown-boundary`, or what the origin answers.
 */
export async function findBoundary(call: Call, id: string): Promise<BoundaryEntry> {
  const { boundaryById } = await call.snapshot();
  const named = boundaryById.get(requireBoundaryId(id));
  if (named !== undefined) return named;
  if (isBboxId(id)) return (await readAdHoc(call, id)) ?? call.services.origin.putBbox(id);
  const sent = isAdHocId(id) ? await readAdHoc(call, id) : null;
  if (sent !== null) return sent;
  throw new Problem(
    'unknown-boundary',
    `There is no boundary ${quoted(id)}. Find one at /boundaries/search?name=, or write a box as bbox:west,south,east,north.`,
  );
}

async function readAdHoc({ services }: Call, id: string): Promise<BoundaryEntry | null> {
  const object = await services.store.get(adHocBoundaryKey(id));
  return object === null ? null : boundaryEntrySchema.parse(await new Response(object.body).json());
}
