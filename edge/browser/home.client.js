// @ts-check
import { Combobox } from './combobox.client.js';
import { followDownloads } from './download.client.js';
import { drawOutlines } from './outline.client.js';

const OPTIONS_MAX = 10;

const slot = required('package-slot');
const status = required('finder-status');
const input = required('boundary-name');
const list = required('boundary-options');
if (!(input instanceof HTMLInputElement)) throw new TypeError('#boundary-name is no input.');

const combobox = new Combobox(input, list, {
  async find(text, signal) {
    const address = `/boundaries/search?limit=${OPTIONS_MAX}&name=${encodeURIComponent(text)}`;
    const answer = await fetch(address, { signal });
    if (!answer.ok) throw new Error(`The search failed with status ${answer.status}.`);
    /** @type {{ id: string, name: string }[]} */
    const found = await answer.json();
    return found.map(({ id, name: label }) => ({ id, label }));
  },
  report(text) {
    status.textContent = text;
  },
  choose(option) {
    history.replaceState(null, '', `/?boundary=${encodeURIComponent(option.id)}`);
    void showPackage(option.id);
  },
});
input.form?.addEventListener('submit', (event) => {
  if (combobox.submit()) event.preventDefault();
});

const linked = new URLSearchParams(location.search).get('boundary');
if (linked !== null) void showPackage(linked);

/**
 * Shows the package of a boundary in place: the same markup that its own page has.
 * @param {string} id
 */
async function showPackage(id) {
  status.textContent = 'Loading …';
  const answer = await fetch(`/packages/${encodeURIComponent(id)}`, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const shown = page.querySelector('#package') ?? page.querySelector('.lead');
  if (shown === null) throw new Error('The package has no page.');
  slot.replaceChildren(shown);
  const title = slot.querySelector('h1');
  status.textContent = title === null ? '' : `${title.textContent} is shown below.`;
  title?.replaceWith(secondHeading(title));
  required('datasets').hidden = answer.ok;
  drawOutlines(slot);
  followDownloads(slot);
}

/**
 * The page has its own first heading already.
 * @param {HTMLHeadingElement} title
 */
function secondHeading(title) {
  const heading = document.createElement('h2');
  heading.className = 'package-title';
  heading.textContent = title.textContent;
  return heading;
}

/** @param {string} id */
function required(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}
