import { clipMetadata } from './metadata.ts';
import type { Georeference } from './georeference.ts';
import { DOCUMENT_TAGS_CARRIED, IMAGE_TAGS_CARRIED, TAG, TYPE } from './tiff.tags.ts';
import { makeTag, makeTextTag, type TiffTag } from './tiff.values.ts';
import type { ClipLevel } from './window.ts';

const SUBFILE_REDUCED = 1;

/** The tags of one level of a clip, without its tile index. */
export function levelTags(level: ClipLevel, main: ClipLevel, georeference: Georeference): TiffTag[] {
  const isMain = level === main;
  const { tags } = level.image.ifd;
  const carried = isMain ? [...IMAGE_TAGS_CARRIED, ...DOCUMENT_TAGS_CARRIED] : IMAGE_TAGS_CARRIED;
  const out = [
    makeTag(TAG.newSubfileType, TYPE.long, [isMain ? 0 : SUBFILE_REDUCED]),
    makeTag(TAG.imageWidth, TYPE.long, [level.width]),
    makeTag(TAG.imageLength, TYPE.long, [level.height]),
    ...carried.flatMap((tag) => tags.get(tag) ?? []),
  ];
  const nodata = main.image.ifd.tags.get(TAG.gdalNodata);
  // An overview without the tag would show what was masked as data.
  if (!tags.has(TAG.gdalNodata) && nodata !== undefined) out.push(nodata);
  if (isMain) {
    out.push(georeference.shiftedTag(level.originColumn, level.originRow));
    const metadata = clipMetadata(tags.get(TAG.gdalMetadata));
    if (metadata !== '') out.push(makeTextTag(TAG.gdalMetadata, metadata));
  }
  return out;
}
