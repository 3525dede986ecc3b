import type { Dataset, DatasetVersion } from '../../cache/catalogue.ts';
import { datasetFacts, licenceLink } from './dataset.markup.ts';
import { pageAnswer } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** All datasets as a list of cards. */
export function datasetCards(datasets: readonly Dataset[]): Markup {
  return html`<ul class="cards">
    ${datasets.map(datasetCard)}
  </ul>`;
}

function datasetCard({ name, versions }: Dataset): Markup | null {
  const [newest] = versions;
  if (newest === undefined) return null;
  return html`<li>
    <h3><a href="/datasets/${name}">${newest.title}</a></h3>
    <p>${newest.summary}</p>
    <p class="fine">Version ${newest.version} · ${licenceLink(newest)}</p>
  </li>`;
}

/** `/datasets` as a page. */
export function datasetsPage(datasets: readonly Dataset[]): Response {
  const main = html`<h1>Datasets</h1>
    ${datasetCards(datasets)}`;
  return pageAnswer({
    title: 'Datasets – Cutline',
    description: 'Global datasets that clips are cut from',
    main,
    scripts: [],
  });
}

/** A dataset, with the versions given, as a page. */
export function datasetPage(name: string, versions: readonly DatasetVersion[]): Response {
  const title = versions[0]?.title ?? name;
  const main = html`<h1>${title}</h1>
    ${versions.map(
      (version) =>
        html`<section>
          <h2>Version ${version.version}</h2>
          ${datasetFacts(version)}
        </section>`,
    )}
    <p><a class="button" href="/">Choose a boundary to cut it to</a></p>`;
  return pageAnswer({ title: `${title} – Cutline`, description: versions[0]?.summary ?? title, main, scripts: [] });
}
