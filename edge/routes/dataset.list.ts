import { wantsHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { datasetDocument } from '../dataset.document.ts';
import { datasetsPage } from '../html/dataset.page.ts';
import { jsonAnswer } from '../json.answer.ts';

/** `GET /datasets`: the catalogue. */
export async function listDatasets(call: Call): Promise<Response> {
  const { catalogue } = await call.snapshot();
  if (wantsHtml(call.request)) return datasetsPage(catalogue.datasets);
  return jsonAnswer(call.request, catalogue.datasets.map(datasetDocument));
}
