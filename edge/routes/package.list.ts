import { wantsHtml } from '../accept.ts';
import { boundaryDocument } from '../boundary.document.ts';
import { searchBoundaries } from '../boundary.search.ts';
import type { Call } from '../call.ts';
import { packagesPage } from '../html/packages.page.ts';
import { jsonAnswer } from '../json.answer.ts';
import { pageOf } from '../paging.ts';

/** `GET /packages?name=`: every boundary has a package; with a name, those of the boundaries found by it. */
export async function listPackages(call: Call): Promise<Response> {
  const { boundaries, boundaryIndex } = await call.snapshot();
  const name = call.url.searchParams.get('name')?.trim() ?? '';
  const found = name === '' ? boundaries : searchBoundaries(boundaryIndex, name);
  if (wantsHtml(call.request)) return packagesPage(found, name);
  const { items, headers } = pageOf(found, call.url);
  return jsonAnswer(call.request, items.map(boundaryDocument), { headers });
}
