import { wantsHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { findDataset, findVersion } from '../catalogue.find.ts';
import { versionDocument } from '../dataset.document.ts';
import { datasetPage } from '../html/dataset.page.ts';
import { jsonAnswer } from '../json.answer.ts';

/** `GET /datasets/{name}/{version}`: one release of a dataset. */
export async function getDatasetVersion(call: Call): Promise<Response> {
  const dataset = findDataset(await call.snapshot(), call.params['dataset'] ?? '');
  const version = findVersion(dataset, call.params['version'] ?? '');
  if (wantsHtml(call.request)) return datasetPage(dataset.name, [version]);
  return jsonAnswer(call.request, versionDocument(dataset.name, version));
}
