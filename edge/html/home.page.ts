import type { Dataset } from '../../cache/catalogue.ts';
import { datasetCards } from './dataset.page.ts';
import { pageAnswer } from './layout.ts';
import { html } from './markup.ts';

/** The start page: a finder of boundaries, and what there is to cut. */
export function homePage(datasets: readonly Dataset[], boundaryCount: number): Response {
  const main = html`<h1>Global data, cut to your boundary</h1>
    <p class="lead">
      Choose a country or region and download what lies inside it. Each file has a plain address, made the first time it
      is asked for.
    </p>
    <form class="finder" action="/packages" role="search">
      <label for="boundary-name">Country or region</label>
      <div class="combobox">
        <input
          id="boundary-name"
          name="name"
          type="search"
          placeholder="Name or code, such as Gambia or gmb"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="200"
          role="combobox"
          aria-expanded="false"
          aria-controls="boundary-options"
          aria-autocomplete="list"
        />
        <ul id="boundary-options" role="listbox" aria-label="Boundaries found" hidden></ul>
      </div>
      <noscript><button>Find</button></noscript>
      <p id="finder-status" class="fine" role="status">${boundaryCount} boundaries</p>
    </form>
    <div id="package-slot"></div>
    <section id="datasets">
      <h2>Datasets</h2>
      ${datasetCards(datasets)}
    </section>`;
  return pageAnswer({
    title: 'Cutline – global data, cut to your boundary',
    description: 'Clips of global datasets, cut to a country or region, at plain addresses.',
    main,
    scripts: ['home.client.js'],
  });
}
