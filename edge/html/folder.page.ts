import { html } from './markup.ts';

/**
 * A folder as web servers list one: GDAL's `/vsicurl/` reads the title, which must hold the path as it was asked for,
 * and one link per line, and then asks for no side-car files that are not there.
 * @param path as it stands in the address, its escapes included.
 */
export function folderPage(path: string, files: readonly { href: string; name: string }[]): Response {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Index of ${path}</title>
      </head>
      <body>
        <h1>Index of ${path}</h1>
        <ul>
          ${files.map(({ href, name }) => [html`<li><a href="${href}">${name}</a></li>`, '\n'])}
        </ul>
      </body>
    </html> `;
  const bytes = new TextEncoder().encode(page.text);
  return new Response(bytes, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=60',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    },
  });
}
