import { clipMetadata } from './metadata.ts';
import type { Georeference } from './georeference.ts';
import { DOCUMENT_TAGS_CARRIED, IMAGE_TAGS_CARRIED, PHOTOMETRIC, SUBFILE, TAG, TYPE } from './tiff.tags.ts';
import { makeTag, makeTextTag, textOf, type TiffTag } from './tiff.values.ts';
import type { ClipLevel } from './window.ts';

const COMPRESSION_DEFLATE = 8;

/**
 * The tags of one level of a clip, without its tile index.
 *
 * @param nodataText as GDAL_NODATA is to say it, on overviews too, which would show what was masked as data otherwise;
 *   empty for none
 */
export function levelTags(
  level: ClipLevel,
  main: ClipLevel,
  georeference: Georeference,
  nodataText: string,
): TiffTag[] {
  const isMain = level === main;
  const { tags } = level.image.ifd;
  const carried = isMain ? [...IMAGE_TAGS_CARRIED, ...DOCUMENT_TAGS_CARRIED] : IMAGE_TAGS_CARRIED;
  const out = [
    makeTag(TAG.newSubfileType, TYPE.long, [isMain ? 0 : SUBFILE.reduced]),
    makeTag(TAG.imageWidth, TYPE.long, [level.width]),
    makeTag(TAG.imageLength, TYPE.long, [level.height]),
    ...carried.flatMap((tag) => (tag === TAG.gdalNodata ? [] : (tags.get(tag) ?? []))),
  ];
  const nodata = nodataTag(level, main, nodataText);
  if (nodata !== null) out.push(nodata);
  if (isMain) {
    const { columnShifts, rowShift } = level.placement;
    out.push(georeference.shiftedTag(level.originColumn - (columnShifts[0] ?? 0), level.originRow - rowShift));
    const metadata = clipMetadata(tags.get(TAG.gdalMetadata));
    if (metadata !== '') out.push(makeTextTag(TAG.gdalMetadata, metadata));
  }
  return out;
}

/** The source's own tag, byte for byte, where it says the same. */
function nodataTag(level: ClipLevel, main: ClipLevel, text: string): TiffTag | null {
  if (text === '') return null;
  const own = [level, main].map(({ image }) => image.ifd.tags.get(TAG.gdalNodata));
  return own.find((tag) => tag !== undefined && textOf(tag).trim() === text) ?? makeTextTag(TAG.gdalNodata, text);
}

/** The tags of the mask of one level, without its tile index: 1 bit, DEFLATE, in tiles like the image's. */
export function maskTags({ width, height, image }: ClipLevel, isMain: boolean): TiffTag[] {
  return [
    makeTag(TAG.newSubfileType, TYPE.long, [isMain ? SUBFILE.mask : SUBFILE.mask | SUBFILE.reduced]),
    makeTag(TAG.imageWidth, TYPE.long, [width]),
    makeTag(TAG.imageLength, TYPE.long, [height]),
    makeTag(TAG.bitsPerSample, TYPE.short, [1]),
    makeTag(TAG.compression, TYPE.short, [COMPRESSION_DEFLATE]),
    makeTag(TAG.photometric, TYPE.short, [PHOTOMETRIC.mask]),
    makeTag(TAG.samplesPerPixel, TYPE.short, [1]),
    makeTag(TAG.planarConfiguration, TYPE.short, [1]),
    makeTag(TAG.tileWidth, TYPE.long, [image.tileWidth]),
    makeTag(TAG.tileLength, TYPE.long, [image.tileHeight]),
    makeTag(TAG.sampleFormat, TYPE.short, [1]),
  ];
}
