import type { RangeReader } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { type Georeference, readGeoreference } from './georeference.ts';
import { type Image, readImage } from './image.ts';
import { parseNodata, type Nodata } from './samples.ts';
import { ChunkedBytes } from './tiff.bytes.ts';
import { readTiff, type TiffIfd } from './tiff.reader.ts';
import { TAG } from './tiff.tags.ts';
import { textOf } from './tiff.values.ts';

/** A source understood: its full-resolution image and those overviews that can be used. */
export interface Raster {
  readonly image: Image;
  /** Descending in size. */
  readonly overviews: readonly Overview[];
  readonly georeference: Georeference;
  readonly nodata: Nodata;
  readonly isPalette: boolean;
  /** Whether the source claims leaders and trailers around its tiles. */
  readonly hasLeadersAndTrailers: boolean;
  /** Sentences on what of the source is left out. */
  readonly notes: readonly string[];
}

export interface Overview {
  readonly image: Image;
  /** Full-resolution pixels per overview pixel, both ways. */
  readonly factor: number;
}

const SUBFILE_REDUCED = 1;
const SUBFILE_MASK = 4;
const PHOTOMETRIC_PALETTE = 3;
const PHOTOMETRIC_MASK = 4;

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
  return {
    image,
    overviews: selectOverviews(bytes, image, others, notes),
    georeference: readGeoreference(main),
    nodata: parseNodata(textOf(main.tags.get(TAG.gdalNodata)), image.samples),
    isPalette: main.tags.get(TAG.photometric)?.values[0] === PHOTOMETRIC_PALETTE,
    hasLeadersAndTrailers: tiff.ghost?.hasLeadersAndTrailers ?? false,
    notes,
  };
}

function selectOverviews(bytes: ChunkedBytes, image: Image, ifds: readonly TiffIfd[], notes: string[]): Overview[] {
  const overviews: Overview[] = [];
  for (const ifd of ifds) {
    const subfile = ifd.tags.get(TAG.newSubfileType)?.values[0] ?? 0;
    if ((subfile & SUBFILE_MASK) !== 0 || ifd.tags.get(TAG.photometric)?.values[0] === PHOTOMETRIC_MASK) {
      throw new Problem(
        'unsupported-source',
        'The GeoTIFF is of a kind that is not supported yet: an internal mask (NewSubfileType 4).',
      );
    }
    if ((subfile & SUBFILE_REDUCED) === 0) {
      throw new Problem(
        'unsupported-source',
        'The TIFF holds several full-size images (pages); it must be prepared as one image first.',
      );
    }
    const overview = readImage(bytes, ifd);
    const factor = factorOf(image, overview, overviews.at(-1)?.factor ?? 1);
    if (factor === null)
      notes.push(`Overview of ${overview.width} × ${overview.height} pixels left out: its size does not fit.`);
    else overviews.push({ image: overview, factor });
  }
  return overviews;
}

/** The whole number by which an overview is smaller, if it is one and a multiple of the level before. */
function factorOf(full: Image, overview: Image, before: number): number | null {
  const across = full.width / overview.width;
  // The longer side gives the factor: a short one may have been rounded up to a single pixel.
  const factor = Math.round(full.width >= full.height ? across : full.height / overview.height);
  const fits = (size: number, small: number): boolean =>
    small >= Math.floor(size / factor) && small <= Math.ceil(size / factor);
  const sameSamples =
    overview.samples.format === full.samples.format &&
    overview.samples.bits === full.samples.bits &&
    overview.samples.samplesPerPixel === full.samples.samplesPerPixel;
  if (!sameSamples || factor <= before || factor % before !== 0) return null;
  return fits(full.width, overview.width) && fits(full.height, overview.height) ? factor : null;
}
