import type { Call } from '../call.ts';
import { findDataset, findVersion } from '../catalogue.find.ts';
import { folderPage } from '../html/folder.page.ts';
import { loadPackage } from '../package.ts';
import { encodePart } from '../path.params.ts';

/** A folder has one address, with the slash, so that the names in it can be followed. */
const REDIRECT_CACHE_CONTROL = 'public, max-age=86400';

/** `GET /packages/{boundary}/{dataset}/{version}/`: the files of a dataset version cut to a boundary, by name. */
export async function getFolder(call: Call): Promise<Response> {
  const { boundary = '', dataset = '', version = '' } = call.params;
  const { pathname, search } = call.url;
  if (!pathname.endsWith('/')) {
    const headers = { location: `${pathname}/${search}`, 'cache-control': REDIRECT_CACHE_CONTROL };
    return new Response(null, { status: 308, headers });
  }
  const found = findVersion(findDataset(await call.snapshot(), dataset), version);
  const { files } = await loadPackage(call, boundary);
  const listed = files.filter((file) => file.dataset === dataset && file.version === found && file.isCovered);
  return folderPage(
    pathname,
    listed.map(({ file }) => ({ href: encodePart(file), name: file })),
  );
}
