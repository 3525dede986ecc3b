import type { Call } from '../call.ts';
import { dataPackage } from '../datapackage.ts';
import { jsonAnswer } from '../json.answer.ts';
import { loadPackage } from '../package.ts';

/** `GET /packages/{boundary}/datapackage.json` */
export async function getDataPackage(call: Call): Promise<Response> {
  return jsonAnswer(call.request, dataPackage(await loadPackage(call, call.params['boundary'] ?? '')));
}
