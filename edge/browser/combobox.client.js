// @ts-check

/** Pause in typing before a search is sent. */
const PAUSE_MS = 120;

/**
 * @typedef {{ id: string, label: string }} Option
 * @typedef {object} Behaviour
 * @property {(text: string, signal: AbortSignal) => Promise<Option[]>} find
 * @property {(text: string) => void} report tells how a search went
 * @property {(option: Option) => void} choose
 */

/** An editable combobox with a list box, as the ARIA Authoring Practices describe it. */
export class Combobox {
  #input;
  #list;
  #behaviour;
  /** @type {Option[]} */
  #options = [];
  #active = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #search = new AbortController();

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list
   * @param {Behaviour} behaviour
   */
  constructor(input, list, behaviour) {
    this.#input = input;
    this.#list = list;
    this.#behaviour = behaviour;
    input.addEventListener('input', () => this.#onInput());
    input.addEventListener('keydown', (event) => this.#onKey(event));
    input.addEventListener('blur', () => this.#close());
    // A press would take the focus from the input before the click arrives.
    list.addEventListener('mousedown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => this.#onClick(event));
  }

  /** Chooses the active option, or else the first; false when there is none. */
  submit() {
    const option = this.#options[Math.max(0, this.#active)];
    if (option !== undefined) this.#choose(option);
    return option !== undefined;
  }

  #onInput() {
    clearTimeout(this.#timer);
    this.#search.abort();
    const text = this.#input.value.trim();
    if (text === '') {
      this.#show([]);
      this.#behaviour.report('');
      return;
    }
    this.#timer = setTimeout(() => void this.#find(text), PAUSE_MS);
  }

  /** @param {string} text */
  async #find(text) {
    const search = new AbortController();
    this.#search = search;
    try {
      const found = await this.#behaviour.find(text, search.signal);
      if (search.signal.aborted) return;
      this.#show(found);
      this.#behaviour.report(found.length === 0 ? 'Nothing found' : `${found.length} found`);
    } catch (error) {
      if (!search.signal.aborted) this.#behaviour.report(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Option[]} options */
  #show(options) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, index) => optionElement(option, index)));
    this.#list.hidden = options.length === 0;
    this.#input.setAttribute('aria-expanded', String(options.length > 0));
    this.#activate(-1);
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#activate(-1);
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    for (const [position, element] of [...this.#list.children].entries()) {
      element.setAttribute('aria-selected', String(position === index));
      if (position === index) element.scrollIntoView({ block: 'nearest' });
    }
    const active = this.#list.children[index];
    if (active === undefined) this.#input.removeAttribute('aria-activedescendant');
    else this.#input.setAttribute('aria-activedescendant', active.id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.#close();
    if (step === undefined || this.#options.length === 0) return;
    event.preventDefault();
    this.#list.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
    const count = this.#options.length;
    const from = this.#active === -1 && step === -1 ? count : this.#active;
    this.#activate((from + step + count) % count);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const element = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    const option = element === null ? undefined : this.#options[[...this.#list.children].indexOf(element)];
    if (option !== undefined) this.#choose(option);
  }

  /** @param {Option} option */
  #choose(option) {
    this.#input.value = option.label;
    this.#close();
    this.#behaviour.choose(option);
  }
}

/**
 * @param {Option} option
 * @param {number} index
 */
function optionElement(option, index) {
  const element = document.createElement('li');
  element.id = `boundary-option-${index}`;
  element.setAttribute('role', 'option');
  const code = document.createElement('code');
  code.textContent = option.id;
  element.append(option.label, ' ', code);
  return element;
}
