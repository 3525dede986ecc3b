import { wantsHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { packagePage } from '../html/package.page.ts';
import { jsonAnswer } from '../json.answer.ts';
import { packageDocument } from '../package.document.ts';
import { loadPackage } from '../package.ts';

/** `GET /packages/{boundary}`: what there is for a boundary, as a page or as JSON. */
export async function getPackage(call: Call): Promise<Response> {
  const found = await loadPackage(call, call.params['boundary'] ?? '');
  if (wantsHtml(call.request)) return packagePage(found, call.url.origin);
  return jsonAnswer(call.request, packageDocument(found));
}
