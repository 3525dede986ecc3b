import { wantsHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { findDataset } from '../catalogue.find.ts';
import { datasetDocument } from '../dataset.document.ts';
import { datasetPage } from '../html/dataset.page.ts';
import { jsonAnswer } from '../json.answer.ts';

/** `GET /datasets/{name}`: a dataset in all its versions. */
export async function getDataset(call: Call): Promise<Response> {
  const dataset = findDataset(await call.snapshot(), call.params['dataset'] ?? '');
  if (wantsHtml(call.request)) return datasetPage(dataset.name, dataset.versions);
  return jsonAnswer(call.request, datasetDocument(dataset));
}
