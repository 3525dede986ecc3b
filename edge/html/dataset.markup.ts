import type { DatasetVersion } from '../../cache/catalogue.ts';
import { html, type Markup, safeHref } from './markup.ts';

/** Licence of a dataset as a link. */
export function licenceLink({ licence }: DatasetVersion): Markup {
  return html`<a rel="license noopener" href="${safeHref(licence.path)}">${licence.title}</a>`;
}

/** Who made a dataset, under which licence, how to cite it. */
export function datasetFacts(version: DatasetVersion): Markup {
  return html`<p>${version.summary}</p>
    <dl class="facts">
      <div>
        <dt>Licence</dt>
        <dd>${licenceLink(version)}</dd>
      </div>
      <div>
        <dt>Author</dt>
        <dd>${version.author}</dd>
      </div>
      <div>
        <dt>Source</dt>
        <dd><a rel="noopener" href="${safeHref(version.originUrl)}">${version.originUrl}</a></dd>
      </div>
      <div>
        <dt>Citation</dt>
        <dd>${version.citation}</dd>
      </div>
    </dl>`;
}
