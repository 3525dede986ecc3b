/** The few XML answers of S3 are flat lists of elements without attributes; this reads just those. */

const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi;
const CODE_POINT_MAX = 0x10ffff;

/** The text of the first element of a name, entities resolved; null when there is none. */
export function xmlText(xml: string, name: string): string | null {
  const [content] = xmlElements(xml, name);
  return content === undefined ? null : resolveEntities(content);
}

/** The inner XML of each element of a name, in order. Elements of that name must not be nested. */
export function* xmlElements(xml: string, name: string): Generator<string, void> {
  const start = new RegExp(`<${name}(?:\\s[^>]*)?(/)?>`, 'g');
  const end = `</${name}>`;
  for (let match = start.exec(xml); match !== null; match = start.exec(xml)) {
    if (match[1] === '/') {
      yield '';
      continue;
    }
    const close = xml.indexOf(end, start.lastIndex);
    if (close === -1) return;
    yield xml.slice(start.lastIndex, close);
    start.lastIndex = close + end.length;
  }
}

/** Text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => (character === '&' ? '&amp;' : character === '<' ? '&lt;' : '&gt;'));
}

function resolveEntities(text: string): string {
  return text.replace(ENTITY, (entity, hexadecimal?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED_ENTITIES[name] ?? entity;
    const codePoint = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    return codePoint <= CODE_POINT_MAX ? String.fromCodePoint(codePoint) : entity;
  });
}
