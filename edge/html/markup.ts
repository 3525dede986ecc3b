/** Text that is HTML already. Only {@link html} makes it, so that everything else gets escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text to escape, markup, a list of either, or nothing. */
export type Content = string | number | Markup | null | readonly Content[];

/** A template that escapes every value put in, for element content and for attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = strings.map((literal, index) => literal + (index < values.length ? render(values[index] ?? null) : ''));
  return new Markup(parts.join(''));
}

function render(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * An address from a dataset definition, for `href`; `#` for anything but `http:` and `https:`, which could run as script.
 */
export function safeHref(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '#';
}
