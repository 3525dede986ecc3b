import { textOf, type TiffTag } from './tiff.values.ts';

/** Begins the names of items that describe the whole source and are wrong for a clip. */
const STALE_PREFIX = 'STATISTICS_';
/** Items that tell how overviews were made: by GDAL since 3.12, and before. */
const RESAMPLING_NAMES: ReadonlySet<string> = new Set(['OVERVIEW_RESAMPLING', 'OVR_RESAMPLING_ALG']);

/** GDAL_METADATA (XML, as Latin-1 text) without what is wrong for a clip; empty when nothing is left. */
export function clipMetadata(tag: TiffTag | undefined): string {
  const xml = textOf(tag);
  let [kept, at, items] = ['', 0, 0];
  for (const { name, start, end } of itemsOf(xml)) {
    if (name.startsWith(STALE_PREFIX)) {
      kept += xml.slice(at, start).trimEnd();
      at = end;
    } else items++;
  }
  return items === 0 ? '' : kept + xml.slice(at);
}

/** How the overviews were made, in lower case, as far as the file says; else null. */
export function resamplingOf(tag: TiffTag | undefined): string | null {
  for (const { name, text } of itemsOf(textOf(tag))) {
    if (RESAMPLING_NAMES.has(name)) return text.trim().toLowerCase();
  }
  return null;
}

/** One `<Item name="…">text</Item>`, with the place of its first character and of the one after its last. */
interface Item {
  readonly name: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const OPENING = '<Item';
const CLOSING = '</Item>';
/** A tag from its name on; `>` may stand in quotes. */
const REST_OF_TAG = /(?:[^>"']|"[^"]*"|'[^']*')*>/y;
const NAME = /\sname=(?:"([^"]*)"|'([^']*)')/;

/**
 * The items of GDAL_METADATA, up to the first that is broken: no place is looked at twice, so that the time for a
 * hostile text grows with its length only.
 */
function* itemsOf(xml: string): Generator<Item> {
  for (let start = xml.indexOf(OPENING); start >= 0;) {
    REST_OF_TAG.lastIndex = start + OPENING.length;
    const [tag] = REST_OF_TAG.exec(xml) ?? [];
    if (tag === undefined) return;
    const textStart = start + OPENING.length + tag.length;
    const isClosed = tag.endsWith('/>');
    const textEnd = isClosed ? textStart : xml.indexOf(CLOSING, textStart);
    if (textEnd < 0) return;
    const end = isClosed ? textEnd : textEnd + CLOSING.length;
    const name = NAME.exec(tag);
    yield { name: name?.[1] ?? name?.[2] ?? '', text: xml.slice(textStart, textEnd), start, end };
    start = xml.indexOf(OPENING, end);
  }
}
