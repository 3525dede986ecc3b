/**
 * A source's address as messages show it: without credentials and query, which may hold a signature, and a local
 * file by its name only, since readers of a message have no business with the server's folders.
 */
export function shownHref(href: string): string {
  if (!URL.canParse(href)) return 'an address that is not a URL';
  const url = new URL(href);
  if (url.protocol === 'file:') return url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  return `${url.protocol}//${url.host}${url.pathname}`;
}
