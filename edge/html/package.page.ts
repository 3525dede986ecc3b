import { ENGINES } from '../../cache/engines.ts';
import type { ListedFile, Package } from '../package.ts';
import { byVersion, type FileGroup } from '../package.document.ts';
import { encodePart } from '../path.params.ts';
import { datasetFacts } from './dataset.markup.ts';
import { pageAnswer } from './layout.ts';
import { html, type Markup } from './markup.ts';
import { sizeText } from './size.text.ts';

/** A package as a page. The start page shows its `#package` element in place. */
export function packagePage(found: Package, siteOrigin: string): Response {
  const { boundary, files } = found;
  const base = `/packages/${encodePart(boundary.id)}`;
  const example = files.find(({ isCovered }) => isCovered);
  const main = html`<article id="package">
    <div class="title">
      <div>
        <h1>${boundary.longName}</h1>
        <p class="fine"><code>${boundary.id}</code> · ${bboxText(boundary.bbox)}</p>
        <p class="fine">
          <a href="${base}/datapackage.json">datapackage.json</a> ·
          <a href="/boundaries/${encodePart(boundary.id)}">boundary as GeoJSON</a>
        </p>
      </div>
      <figure
        class="outline"
        data-geometry="/boundaries/${encodePart(boundary.id)}"
        data-name="${boundary.longName}"
      ></figure>
    </div>
    ${byVersion(files).map((group) => fileGroup(base, group))}
    ${example === undefined ? null : commandLine(siteOrigin + fileHref(base, example), example)}
  </article>`;
  return pageAnswer({
    title: `${boundary.longName} – Cutline`,
    description: `Global datasets cut to ${boundary.longName}`,
    main,
    scripts: ['package.client.js'],
  });
}

function commandLine(url: string, { version }: ListedFile): Markup {
  const inspect = version.engine === 'cog' ? 'gdalinfo' : 'ogrinfo -so -al';
  const command = `curl -O ${url}\n${inspect} /vsicurl/${url}`;
  return html`<h2>On the command line</h2>
    <pre><code>${command}</code></pre>`;
}

function fileGroup(base: string, { first, files }: FileGroup): Markup {
  const { version } = first;
  return html`<section class="dataset">
    <h2>${version.title} <span class="version">${version.version}</span></h2>
    <ul class="files">
      ${files.map((file) => fileRow(base, file))}
    </ul>
    ${datasetFacts(version)}
  </section>`;
}

function fileRow(base: string, file: ListedFile): Markup {
  const { format } = ENGINES[file.version.engine];
  if (!file.isCovered) return uncoveredRow(file);
  const size = file.record === null ? 'made on request' : sizeText(file.record.bytes);
  return html`<li>
    ${partLabel(file)}
    <a class="button" data-clip href="${fileHref(base, file)}" download="${file.file}">Download ${format}</a>
    <span class="fine"><code>${file.file}</code> · <span data-size>${size}</span></span>
  </li>`;
}

function uncoveredRow(file: ListedFile): Markup {
  return html`<li>
    ${partLabel(file)}
    <span class="fine"><code>${file.file}</code> · does not cover this boundary</span>
  </li>`;
}

function partLabel({ part }: ListedFile): Markup | null {
  const dimensions = Object.entries(part.dimensions).map(([name, value]) => `${name} ${value}`);
  const label = part.title ?? dimensions.join(', ');
  return label === '' ? null : html`<span class="part">${label}</span>`;
}

function fileHref(base: string, { path }: ListedFile): string {
  return `${base}/${path.split('/').map(encodePart).join('/')}`;
}

function bboxText([west, south, east, north]: readonly [number, number, number, number]): string {
  return `${degreesText(south, 'N', 'S')} to ${degreesText(north, 'N', 'S')}, ${degreesText(west, 'E', 'W')} to ${degreesText(east, 'E', 'W')}`;
}

function degreesText(value: number, positive: string, negative: string): string {
  return `${Math.abs(Number(value.toFixed(2)))}° ${value < 0 ? negative : positive}`;
}
