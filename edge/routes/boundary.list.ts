import { boundaryDocument } from '../boundary.document.ts';
import type { Call } from '../call.ts';
import { jsonAnswer } from '../json.answer.ts';
import { pageOf } from '../paging.ts';

/** `GET /boundaries?limit=&offset=`: all named boundaries by long name. */
export async function listBoundaries(call: Call): Promise<Response> {
  const { boundaries } = await call.snapshot();
  const { items, headers } = pageOf(boundaries, call.url);
  return jsonAnswer(call.request, items.map(boundaryDocument), { headers });
}
