import { Problem } from '../../cache/problem.ts';
import type { EngineParameters } from '../engine.ts';
import { nodataOption } from './options.ts';
import type { Raster } from './raster.ts';
import { allocateSamples, type Nodata, nodataOf, parseNodata } from './samples.ts';

/** How a clip says that a pixel lies outside. */
export type Outside =
  /** By the nodata value: tiles that the boundary crosses are decoded, filled and encoded again. */
  | { readonly kind: 'nodata'; readonly filler: Nodata; readonly nodataText: string }
  /** By zeros in all bands, alpha among them. */
  | { readonly kind: 'alpha'; readonly filler: Nodata; readonly nodataText: ''; readonly alphaBand: number }
  /** By a 1-bit mask: all tiles are copied as they are. `nodataText` is the source's own, empty when it has none. */
  | { readonly kind: 'mask'; readonly filler: Nodata; readonly nodataText: string };

/**
 * Chooses how a clip says what lies outside. A nodata value, the dataset's or else the file's, does where tiles can
 * be encoded again without loss; there, an alpha band does too. Sources with neither, with a mask of their own, or in a
 * codec that loses something or has no encoder here get a mask.
 * @throws {Problem} `unsupported-option` when the samples cannot hold the dataset's value.
 */
export function chooseOutside(raster: Raster, parameters: EngineParameters): Outside {
  const { image, alphaBand } = raster;
  const isMadeAnew = raster.masks.length === 0 && image.codec.canEncode;
  const given = nodataOption(parameters);
  const own = given === null ? null : parseGiven(raster, given);
  const nodataText = given ?? raster.nodataText;
  if (isMadeAnew && nodataText !== '') {
    return { kind: 'nodata', filler: own ?? parseNodata(nodataText, image.samples), nodataText };
  }
  const zeros: Nodata = { value: Number.NaN, pixel: allocateSamples(image.samples.bytesPerPixel) };
  if (isMadeAnew && alphaBand !== null) return { kind: 'alpha', filler: zeros, nodataText: '', alphaBand };
  return { kind: 'mask', filler: zeros, nodataText };
}

function parseGiven({ image }: Raster, given: string): Nodata {
  const nodata = nodataOf(given, image.samples);
  if (nodata !== null) return nodata;
  throw new Problem(
    'unsupported-option',
    `Option nodata is ${given}, which the samples of the dataset (${image.samples.bits}-bit ${image.samples.format}) cannot hold.`,
  );
}

/** Sentences on what readers of the clip have to know. */
export function notesOn({ kind, nodataText }: Outside): string[] {
  if (kind !== 'mask' || nodataText === '') return [];
  return [`The clip has a mask and the nodata value ${nodataText}; a pixel holds data where both say so.`];
}
