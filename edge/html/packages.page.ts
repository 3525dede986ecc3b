import type { BoundaryEntry } from '../../cache/catalogue.ts';
import { encodePart } from '../path.params.ts';
import { pageAnswer } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** Boundaries with their packages as a page of plain links. */
export function packagesPage(found: readonly BoundaryEntry[], name: string): Response {
  const main = html`<h1>Packages</h1>
    <form class="finder" role="search">
      <label for="package-name">Country or region</label>
      <div class="row">
        <input id="package-name" name="name" type="search" value="${name}" maxlength="200" /> <button>Find</button>
      </div>
    </form>
    <p class="fine" role="status">${countText(found.length, name)}</p>
    <ul class="columns">
      ${found.map(packageLink)}
    </ul>`;
  return pageAnswer({
    title: 'Packages – Cutline',
    description: 'One package of clips per boundary',
    main,
    scripts: [],
  });
}

function packageLink({ id, longName }: BoundaryEntry): Markup {
  return html`<li><a href="/packages/${encodePart(id)}">${longName}</a> <code>${id}</code></li>`;
}

function countText(count: number, name: string): string {
  const boundaries = count === 1 ? '1 boundary' : `${count} boundaries`;
  return name === '' ? boundaries : `${boundaries} found for “${name}”`;
}
