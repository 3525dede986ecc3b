import type { RangeReader } from '../../cache/range.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import { type Georeference, readGeoreference } from './georeference.ts';
import { type Image, readImage, sampleDifference } from './image.ts';
import { readSourceMask, type SourceMask } from './mask.source.ts';
import { nodataOf } from './samples.ts';
import { ChunkedBytes } from './tiff.bytes.ts';
import { readTiff, type TiffIfd } from './tiff.reader.ts';
import { PHOTOMETRIC, SUBFILE, TAG } from './tiff.tags.ts';
import { textOf } from './tiff.values.ts';

/** A source understood: its full-resolution image and those overviews that can be used. */
export interface Raster {
  readonly image: Image;
  /** Descending in size. */
  readonly overviews: readonly Overview[];
  readonly georeference: Georeference;
  /** As GDAL_NODATA says it; empty when the file declares none that its samples can hold. */
  readonly nodataText: string;
  /** Internal masks, of the full-resolution image and of overviews. */
  readonly masks: readonly SourceMask[];
  readonly isPalette: boolean;
  /** Number of the band, from 0, that says how opaque a pixel is; null when there is none. */
  readonly alphaBand: number | null;
  /** Whether the source claims leaders and trailers around its tiles. */
  readonly hasLeadersAndTrailers: boolean;
  /** Sentences on what of the source is left out. */
  readonly notes: readonly string[];
}

/** A reduced image of the raster. */
export interface Overview {
  readonly image: Image;
  /** Full-resolution pixels per overview pixel, both ways. */
  readonly factor: number;
}

/** ExtraSamples values that mean an alpha band: associated and unassociated. */
const ALPHA = new Set([1, 2]);

/**
 * Opens a GeoTIFF of the kinds that can be clipped.
 * @throws {Problem} `unsupported-source` that names what is not supported, `invalid-source` when it is damaged.
 */
export async function openRaster(reader: RangeReader, signal?: AbortSignal): Promise<Raster> {
  const bytes = new ChunkedBytes(reader, signal);
  const tiff = await readTiff(bytes);
  const [main, ...others] = tiff.ifds;
  if (main === undefined) throw new Problem('invalid-source', 'The TIFF is damaged: it has no image directory.');
  const image = readImage(bytes, main);
  const notes: string[] = [];
  const reduced = others.filter((ifd) => !isMask(ifd));
  return {
    image,
    overviews: selectOverviews(bytes, image, reduced, notes),
    masks: others.filter(isMask).map((ifd) => readSourceMask(bytes, ifd)),
    georeference: readGeoreference(main),
    nodataText: readNodata(main, image, notes),
    isPalette: main.tags.get(TAG.photometric)?.values[0] === PHOTOMETRIC.palette,
    alphaBand: alphaBandOf(main),
    hasLeadersAndTrailers: tiff.ghost?.hasLeadersAndTrailers ?? false,
    notes,
  };
}

/** No sample can be a value that does not fit it: such a declaration says nothing, and readers differ on it. */
function readNodata({ tags }: TiffIfd, { samples }: Image, notes: string[]): string {
  const text = textOf(tags.get(TAG.gdalNodata)).trim();
  if (text === '' || nodataOf(text, samples) !== null) return text;
  notes.push(
    `The file declares the nodata value ${quoted(text)}, which its samples (${samples.format}${samples.storedBits}) ` +
      'cannot hold; the clip declares none.',
  );
  return '';
}

/** ExtraSamples speaks of the last bands of a pixel (TIFF 6.0, section 18). */
function alphaBandOf({ tags }: TiffIfd): number | null {
  const extra = tags.get(TAG.extraSamples)?.values ?? [];
  const index = extra.findIndex((value) => ALPHA.has(value));
  const bands = tags.get(TAG.samplesPerPixel)?.values[0] ?? 1;
  return index < 0 || extra.length > bands ? null : bands - extra.length + index;
}

function isMask({ tags }: TiffIfd): boolean {
  const subfile = tags.get(TAG.newSubfileType)?.values[0] ?? 0;
  return (subfile & SUBFILE.mask) !== 0 || tags.get(TAG.photometric)?.values[0] === PHOTOMETRIC.mask;
}

function selectOverviews(bytes: ChunkedBytes, image: Image, ifds: readonly TiffIfd[], notes: string[]): Overview[] {
  const overviews: Overview[] = [];
  for (const ifd of ifds) {
    const subfile = ifd.tags.get(TAG.newSubfileType)?.values[0] ?? 0;
    if ((subfile & SUBFILE.reduced) === 0) {
      throw new Problem(
        'unsupported-source',
        'The TIFF holds several full-size images (pages); it must be prepared as one image first.',
      );
    }
    const overview = readImage(bytes, ifd);
    const factor = factorOf(image, overview, overviews.at(-1)?.factor ?? 1);
    const difference = sampleDifference(image, overview) ?? codecDifference(image, overview);
    if (factor !== null && difference === null) overviews.push({ image: overview, factor });
    else {
      const size = `${overview.width} × ${overview.height}`;
      notes.push(`Overview of ${size} pixels left out: ${difference ?? 'its size does not fit'}.`);
    }
  }
  return overviews;
}

/** Overviews that can only be copied are of no use to an image that is cut. */
function codecDifference(full: Image, { codec }: Image): string | null {
  return full.codec.canEncode && !codec.canEncode ? `its tiles (${codec.name}) can only be copied` : null;
}

/** The whole number by which an overview is smaller, if it is one and a multiple of the level before. */
function factorOf(full: Image, overview: Image, before: number): number | null {
  const across = full.width / overview.width;
  // The longer side gives the factor: a short one may have been rounded up to a single pixel.
  const factor = Math.round(full.width >= full.height ? across : full.height / overview.height);
  const fits = (size: number, small: number): boolean =>
    small >= Math.floor(size / factor) && small <= Math.ceil(size / factor);
  if (factor <= before || factor % before !== 0) return null;
  return fits(full.width, overview.width) && fits(full.height, overview.height) ? factor : null;
}
