import { GEO_KEY, type GeoKeys, parseGeoKeys } from '../crs/geokeys.ts';
import { unsupported } from './faults.ts';
import type { TiffIfd } from './tiff.reader.ts';
import { TAG, TYPE } from './tiff.tags.ts';
import { makeTag, textOf, type TiffTag } from './tiff.values.ts';

/**
 * Where the pixel grid lies, in units of the CRS: the outer corner of the first pixel, and what one column and one
 * row further mean. North up is `columnY = rowX = 0` and `rowY < 0`; south-up, mirrored, rotated and sheared grids
 * are the other cases.
 */
export interface GridTransform {
  readonly originX: number;
  readonly originY: number;
  readonly columnX: number;
  readonly columnY: number;
  readonly rowX: number;
  readonly rowY: number;
}

/** The grid of a file, its CRS, and how a clip of it says where it lies. */
export interface Georeference extends GridTransform {
  readonly keys: GeoKeys;
  /** The tag that places the grid, for an image that begins `columns` and `rows` further in. */
  shiftedTag(columns: number, rows: number): TiffTag;
}

const RASTER_PIXEL_IS_POINT = 2;

/**
 * Reads the georeference of a GeoTIFF (OGC GeoTIFF 1.1, section 7.2).
 * @throws {Problem} `unsupported-source` when there is none, its pixels have no area or it is made of control points.
 */
export function readGeoreference(ifd: TiffIfd): Georeference {
  const doubles = ifd.tags.get(TAG.geoDoubleParams)?.values ?? [];
  const directory = ifd.tags.get(TAG.geoKeyDirectory)?.values ?? [];
  const keys = parseGeoKeys(directory, doubles, textOf(ifd.tags.get(TAG.geoAsciiParams)));
  const grid = ifd.tags.has(TAG.transformation) ? fromTransformation(ifd) : fromTiepoint(ifd);
  const { columnX, columnY, rowX, rowY } = grid;
  const area = columnX * rowY - rowX * columnY;
  if (![grid.originX, grid.originY, area].every(Number.isFinite) || area === 0) {
    throw unsupported(
      `pixels of ${columnX}, ${columnY} by ${rowX}, ${rowY} at ${grid.originX}, ${grid.originY}, which have no area`,
    );
  }
  // In a point raster the tags place the centre of the first pixel.
  const half = keys.get(GEO_KEY.rasterType) === RASTER_PIXEL_IS_POINT ? 0.5 : 0;
  return {
    ...grid,
    originX: grid.originX - half * (columnX + rowX),
    originY: grid.originY - half * (columnY + rowY),
    keys,
  };
}

/** Column and row (fractions of pixels, from the outer corner of the first one) of a place in the CRS. */
export function toPixel(grid: GridTransform, x: number, y: number): readonly [column: number, row: number] {
  const { columnX, columnY, rowX, rowY } = grid;
  const dx = x - grid.originX;
  const dy = y - grid.originY;
  // Where nothing is rotated, one division each rounds least.
  if (columnY === 0 && rowX === 0) return [dx / columnX, dy / rowY];
  const area = columnX * rowY - rowX * columnY;
  return [(dx * rowY - dy * rowX) / area, (dy * columnX - dx * columnY) / area];
}

/** The place in the CRS of a column and row. */
export function fromPixel(grid: GridTransform, column: number, row: number): readonly [x: number, y: number] {
  return [
    grid.originX + column * grid.columnX + row * grid.rowX,
    grid.originY + column * grid.columnY + row * grid.rowY,
  ];
}

/** Length of the shorter side of a pixel, in units of the CRS. */
export function pixelSide({ columnX, columnY, rowX, rowY }: GridTransform): number {
  return Math.min(Math.hypot(columnX, columnY), Math.hypot(rowX, rowY));
}

type Grid = Omit<Georeference, 'keys'>;

function fromTiepoint(ifd: TiffIfd): Grid {
  const [width = 0, height = 0] = ifd.tags.get(TAG.pixelScale)?.values ?? [];
  const tiepoints = ifd.tags.get(TAG.tiepoint)?.values ?? [];
  if (tiepoints.length > 6) throw unsupported('several tiepoints (ground control points)');
  const [column, row, , atX, atY, z = 0] = tiepoints;
  if (column === undefined || row === undefined || atX === undefined || atY === undefined || width === 0) {
    throw unsupported('no georeference (ModelTiepoint with ModelPixelScale)');
  }
  // GeoTIFF has grids that run northwards say so by a ModelTransformation; GDAL drops the sign, others do not.
  if (!(height > 0)) {
    throw unsupported(`a ModelPixelScale with a height of ${height}, on which readers differ; it must be positive`);
  }
  const originX = atX - column * width;
  const originY = atY + row * height;
  const shiftedTag = (columns: number, rows: number): TiffTag =>
    makeTag(TAG.tiepoint, TYPE.double, [0, 0, 0, originX + columns * width, originY - rows * height, z]);
  return { originX, originY, columnX: width, columnY: 0, rowX: 0, rowY: -height, shiftedTag };
}

function fromTransformation(ifd: TiffIfd): Grid {
  const matrix = [...(ifd.tags.get(TAG.transformation)?.values ?? [])];
  if (matrix.length !== 16) throw unsupported(`a ModelTransformation of ${matrix.length} values, not 16`);
  const [a = Number.NaN, b = Number.NaN, , d = Number.NaN, e = Number.NaN, f = Number.NaN, , h = Number.NaN] = matrix;
  const shiftedTag = (columns: number, rows: number): TiffTag =>
    makeTag(
      TAG.transformation,
      TYPE.double,
      matrix.with(3, d + columns * a + rows * b).with(7, h + columns * e + rows * f),
    );
  return { originX: d, originY: h, columnX: a, rowX: b, columnY: e, rowY: f, shiftedTag };
}
