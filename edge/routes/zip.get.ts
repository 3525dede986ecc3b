import { Problem } from '../../cache/problem.ts';
import type { Call } from '../call.ts';

/** `GET /packages/{boundary}.zip` and the like: not offered yet, and said so. */
export async function refuseZip({ url }: Call): Promise<Response> {
  const [, , boundary = ''] = url.pathname.replace(/\.zip$/, '').split('/');
  const list = `/packages/${boundary}/datapackage.json`;
  throw new Problem('not-found', `Zip files are not offered yet. ${list} lists the files, each with its own address.`);
}
