import { html, type Markup } from './markup.ts';

/** Everything comes from this site, nothing inline, nothing framed. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface Page {
  title: string;
  description: string;
  main: Markup;
  /** Names of the scripts it uses. */
  scripts: readonly string[];
  /** The page comes back after so many seconds; one with scripts only where they do not run. */
  refreshSeconds?: number;
}

/** A page as an answer. */
export function pageAnswer(page: Page, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  const bytes = new TextEncoder().encode(`<!doctype html>\n${layout(page).text}\n`);
  return new Response(bytes, {
    status: init.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(bytes.length),
      'cache-control': 'public, max-age=60',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'strict-origin-when-cross-origin',
      vary: 'Accept',
      ...init.headers,
    },
  });
}

function layout({ title, description, main, scripts, refreshSeconds }: Page): Markup {
  const meta =
    refreshSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${Math.ceil(refreshSeconds)}" />`;
  const refresh = meta === null || scripts.length === 0 ? meta : html`<noscript>${meta}</noscript>`;
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="description" content="${description}" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/cutline.css" />
      ${scripts.map((name) => html`<script type="module" src="/assets/${name}"></script> `)}${refresh}
    </head>
    <body>
      <a class="skip" href="#main">Skip to content</a>
      <header class="site">
        <a class="brand" href="/">Cutline</a>
        <nav aria-label="Site"><a href="/packages">Packages</a> <a href="/datasets">Datasets</a></nav>
      </header>
      <main id="main">${main}</main>
      <footer class="site">
        <p>
          Every file has a plain address that works in <code>curl</code>, GDAL, QGIS and the browser. Licence and
          citation of each dataset apply to its clips.
        </p>
      </footer>
    </body>
  </html>`;
}
