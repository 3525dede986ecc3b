import { Problem } from '../../cache/problem.ts';
import type { Crs } from '../crs/crs.ts';
import { heldBytes } from './level.widths.ts';
import type { Layout } from './options.ts';
import type { Raster } from './raster.ts';
import { columnsAcrossSeam, fullTurnColumns, pixelsOfTiles } from './seam.ts';
import { boundsOf, type Spans } from './spans.ts';
import { type PixelWindow, windowSpans } from './spans.window.ts';
import type { ClipLevel } from './window.ts';

/** An extent that is not one of whole tiles: nothing is copied. */
export interface ExactWindow {
  /** Planned in the clip's own pixels: full resolution from the source, overviews from the level before. */
  readonly levels: readonly ClipLevel[];
  /** Pixels of the full resolution that are kept, in the clip's own pixels. */
  readonly kept: Spans;
}

/**
 * A clip across the seam of a global raster is moved together when the tiles to be encoded anew hold no more pixels
 * than this: 64 tiles of 512 × 512, about a second's work. Larger ones stay on the source's grid, where most tiles
 * are copied and the wide gap between the parts costs 8 bytes a tile.
 */
const MOVED_PIXELS_MAX = 64 * 512 * 512;
/**
 * Overviews of an exact extent are made of all pixels of the finer level; those that wait for their overview are held
 * in memory. This bounds them; tiles of 512 × 512 pixels of 4 bytes fit at any extent.
 */
const HELD_BYTES_MAX = 48 << 20;

/**
 * The smallest extent that holds all kept pixels, or null when the clip is to have whole tiles of the source. Across
 * the seam of a raster that goes round the globe the smallest extent runs on past the raster's last column; a small
 * clip there has it though `aligned` is asked for.
 * @throws {Problem} `unsupported-option` when an exact extent is asked for and cannot be made.
 */
export function chooseExact(raster: Raster, kept: Spans, crs: Crs, layout: Layout): ExactWindow | null {
  const { image, georeference } = raster;
  const turn = fullTurnColumns(georeference, image.width, crs);
  const across = turn === null ? null : columnsAcrossSeam(kept, turn);
  if (layout === 'aligned' && (across === null || !isSmall(raster, kept))) return null;
  const box = boundsOf(kept);
  const [column, endColumn] = across ?? [box.minColumn, box.endColumn];
  const window = { column, row: box.minRow, width: endColumn - column, height: box.endRow - box.minRow };
  const turns = across === null || turn === null ? [0] : [0, turn];
  const columns = across === null || turn === null ? image.width : turn;
  const levels = exactLevels(raster, window, turns, columns);
  const fault = exactFault(raster, levels);
  if (fault !== null && layout === 'aligned') return null;
  if (fault !== null) throw new Problem('unsupported-option', `Option layout is "exact", but ${fault}. Use "aligned".`);
  return { levels, kept: windowSpans(kept, window, turns) };
}

function isSmall({ image }: Raster, kept: Spans): boolean {
  return pixelsOfTiles(kept, image.width, image.tileWidth, image.tileHeight) <= MOVED_PIXELS_MAX;
}

/** Why a source cannot be laid out anew; null when it can. */
function exactFault({ image, overviews, masks }: Raster, levels: readonly ClipLevel[]): string | null {
  const images = [image, ...overviews.map((overview) => overview.image)];
  const locked = images.find(({ codec }) => !codec.canEncode)?.codec;
  if (locked !== undefined) return `tiles in ${locked.name} cannot be encoded again without loss`;
  if (masks.length > 0) return 'the source has an internal mask';
  const bytes = heldBytes(levels);
  if (bytes <= HELD_BYTES_MAX) return null;
  return `making its overviews in tiles of ${image.rawTileBytes} bytes takes ${bytes} bytes of memory; at most ${HELD_BYTES_MAX} are supported`;
}

function exactLevels(
  { image, overviews }: Raster,
  { column, row, width, height }: PixelWindow,
  turns: readonly number[],
  columns: number,
): ClipLevel[] {
  const placement = { columnShifts: turns.map((shift) => shift - column), rowShift: -row, columns };
  const levels = [exactLevel(image, width, height, placement, null)];
  let [finerWidth, finerHeight, finerFactor] = [width, height, 1];
  for (const overview of overviews) {
    const finest = levels.at(-1);
    if (finest === undefined || (finest.tilesAcross === 1 && finest.tilesDown === 1)) break;
    const factor = overview.factor / finerFactor;
    const size = [Math.ceil(finerWidth / factor), Math.ceil(finerHeight / factor)] as const;
    const axes = {
      columns: { finerSize: finerWidth, size: size[0], factor },
      rows: { finerSize: finerHeight, size: size[1], factor },
    };
    levels.push(exactLevel(image, ...size, { columnShifts: [], rowShift: 0, columns: 0 }, axes));
    [finerWidth, finerHeight, finerFactor] = [...size, overview.factor];
  }
  return levels;
}

function exactLevel(
  image: ClipLevel['image'],
  width: number,
  height: number,
  placement: ClipLevel['placement'],
  axes: ClipLevel['axes'],
): ClipLevel {
  return {
    image,
    originColumn: 0,
    originRow: 0,
    width,
    height,
    placement,
    isAligned: false,
    tilesAcross: Math.ceil(width / image.tileWidth),
    tilesDown: Math.ceil(height / image.tileHeight),
    axes,
  };
}
