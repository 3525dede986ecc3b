import { Problem } from '../../cache/problem.ts';
import { GEO_KEY, type GeoKeys, parseGeoKeys } from '../crs/geokeys.ts';
import type { TiffIfd } from './tiff.reader.ts';
import { TAG, TYPE } from './tiff.tags.ts';
import { makeTag, textOf, type TiffTag } from './tiff.values.ts';

/** Where the pixel grid lies: north up, columns eastwards, rows southwards. */
export interface Georeference {
  /** x of the outer corner of the first pixel. */
  readonly originX: number;
  /** y of the outer corner of the first pixel. */
  readonly originY: number;
  /** Width of a pixel, positive. */
  readonly pixelWidth: number;
  /** Height of a pixel, positive. */
  readonly pixelHeight: number;
  readonly keys: GeoKeys;
  /** The tag that places the grid, for an image that begins `columns` and `rows` further in. */
  shiftedTag(columns: number, rows: number): TiffTag;
}

const RASTER_PIXEL_IS_POINT = 2;

/**
 * Reads the georeference of a GeoTIFF (OGC GeoTIFF 1.1, section 7.2).
 * @throws {Problem} `unsupported-source` when there is none or it is rotated, south-up or made of control points.
 */
export function readGeoreference(ifd: TiffIfd): Georeference {
  const doubles = ifd.tags.get(TAG.geoDoubleParams)?.values ?? [];
  const directory = ifd.tags.get(TAG.geoKeyDirectory)?.values ?? [];
  const keys = parseGeoKeys(directory, doubles, textOf(ifd.tags.get(TAG.geoAsciiParams)));
  const grid = ifd.tags.has(TAG.transformation) ? fromTransformation(ifd) : fromTiepoint(ifd);
  if (!Number.isFinite(grid.x) || !Number.isFinite(grid.y) || !(grid.width > 0) || !(grid.height > 0)) {
    throw unsupported(`pixels of ${grid.width} × ${grid.height} at ${grid.x}, ${grid.y} (only north-up grids are)`);
  }
  // In a point raster the tags place the centre of the first pixel.
  const half = keys.get(GEO_KEY.rasterType) === RASTER_PIXEL_IS_POINT ? 0.5 : 0;
  return {
    originX: grid.x - half * grid.width,
    originY: grid.y + half * grid.height,
    pixelWidth: grid.width,
    pixelHeight: grid.height,
    keys,
    shiftedTag: grid.shiftedTag,
  };
}

interface Grid {
  x: number;
  y: number;
  width: number;
  height: number;
  shiftedTag(columns: number, rows: number): TiffTag;
}

function fromTiepoint(ifd: TiffIfd): Grid {
  const [width = 0, height = 0] = ifd.tags.get(TAG.pixelScale)?.values ?? [];
  const tiepoints = ifd.tags.get(TAG.tiepoint)?.values ?? [];
  if (tiepoints.length > 6) throw unsupported('several tiepoints (ground control points)');
  const [column, row, , atX, atY, z = 0] = tiepoints;
  if (column === undefined || row === undefined || atX === undefined || atY === undefined || width === 0) {
    throw unsupported('no georeference (ModelTiepoint with ModelPixelScale)');
  }
  const x = atX - column * width;
  const y = atY + row * height;
  const shiftedTag = (columns: number, rows: number): TiffTag =>
    makeTag(TAG.tiepoint, TYPE.double, [0, 0, 0, x + columns * width, y - rows * height, z]);
  return { x, y, width, height, shiftedTag };
}

function fromTransformation(ifd: TiffIfd): Grid {
  const matrix = [...(ifd.tags.get(TAG.transformation)?.values ?? [])];
  const [a = Number.NaN, b = Number.NaN, , d = Number.NaN, e = Number.NaN, f = Number.NaN, , h = Number.NaN] = matrix;
  if (matrix.length !== 16 || b !== 0 || e !== 0) throw unsupported('a rotated grid (ModelTransformation)');
  const shiftedTag = (columns: number, rows: number): TiffTag =>
    makeTag(TAG.transformation, TYPE.double, matrix.with(3, d + columns * a).with(7, h + rows * f));
  return { x: d, y: h, width: a, height: -f, shiftedTag };
}

function unsupported(what: string): Problem {
  return new Problem('unsupported-source', `The GeoTIFF is of a kind that is not supported yet: ${what}.`);
}
