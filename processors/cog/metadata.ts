import { textOf, type TiffTag } from './tiff.values.ts';

/** Items of GDAL_METADATA that describe the whole source and are wrong for a clip. */
const STALE_ITEM = /\s*<Item\b[^>]*\bname="STATISTICS_[^"]*"[^>]*(?:\/>|>[^<]*<\/Item>)/g;
const ANY_ITEM = /<Item\b/;
const RESAMPLING_ITEM = /<Item\b[^>]*\bname="(?:OVERVIEW_RESAMPLING|OVR_RESAMPLING_ALG)"[^>]*>([^<]*)<\/Item>/;

/** GDAL_METADATA (XML, as Latin-1 text) without what is wrong for a clip; empty when nothing is left. */
export function clipMetadata(tag: TiffTag | undefined): string {
  const kept = textOf(tag).replace(STALE_ITEM, '');
  return ANY_ITEM.test(kept) ? kept : '';
}

/** How the overviews were made, in lower case, as far as the file says; else null. */
export function resamplingOf(tag: TiffTag | undefined): string | null {
  return RESAMPLING_ITEM.exec(textOf(tag))?.[1]?.trim().toLowerCase() ?? null;
}
