import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { Call } from '../call.ts';

const NAME_PATTERN = /^[a-z][a-z.]{0,63}$/;
/** Names of scripts and styles do not change with their content, so they are asked for anew soon. */
const ASSET_CACHE_CONTROL = 'public, max-age=300';

/** `GET /assets/{name}`: a file of the web page. */
export async function getAsset({ services, params }: Call): Promise<Response> {
  const { name = '' } = params;
  const asset = NAME_PATTERN.test(name) ? await services.readAsset(name) : null;
  if (asset === null) throw new Problem('not-found', `The web page has no file ${quoted(name)}.`);
  const answer = new Response(asset.body, { headers: { 'cache-control': ASSET_CACHE_CONTROL } });
  for (const header of ['content-type', 'content-length']) {
    const value = asset.headers.get(header);
    if (value !== null) answer.headers.set(header, value);
  }
  return answer;
}
