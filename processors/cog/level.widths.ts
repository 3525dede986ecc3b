import { countByTile } from './classify.ts';
import type { Coverage } from './coverage.ts';
import type { ClipLevel } from './window.ts';

/** Finer pixels that one part of an overview holds at most. */
const HELD_BYTES = 4 << 20;

/** Tiles that parts of each level have, where every overview pixel is made of finer ones and all of these are held. */
export function exactWidths(levels: readonly ClipLevel[]): number[] {
  const tileBytes = levels[0]?.image.rawTileBytes ?? 1;
  return widthsOf(levels, (width, factor) => width * factor ** 2 * tileBytes <= HELD_BYTES);
}

/**
 * Tiles that parts of each level have, where only overview pixels along the boundary are made of finer ones: whole
 * rows, unless the boundary is so jagged that these would be too many.
 *
 * @param coverageOf what of the finest overview lies inside
 */
export function alignedWidths(levels: readonly ClipLevel[], coverageOf: () => Coverage): number[] {
  const [, overview] = levels;
  if (overview === undefined) return widthsOf(levels, () => true);
  const counts = remadeByTile(overview, coverageOf());
  const { bytesPerPixel } = overview.image.samples;
  return widthsOf(levels, (width, factor) => mostOf(counts, width) * factor ** 2 * bytesPerPixel <= HELD_BYTES);
}

/**
 * Parts of the finest overview are as wide as what waits for them allows; those above are narrower by each level's
 * factor, so that all together hold little more.
 *
 * @param fits whether parts of the finest overview may have a width, given the factor to the full resolution
 */
function widthsOf(levels: readonly ClipLevel[], fits: (width: number, factor: number) => boolean): number[] {
  const factors = levels.map(({ axes }) => axes?.columns.factor ?? 1);
  const [, firstFactor = 1, ...above] = factors;
  if (levels.length < 2) return levels.map(({ tilesAcross }) => tilesAcross);
  let width = 1;
  for (const factor of above) {
    if (!fits(width * factor, firstFactor)) break;
    width *= factor;
  }
  const widths = [width * firstFactor];
  for (const factor of [1, ...above].slice(0, levels.length - 1)) {
    width = Math.max(1, Math.floor(width / factor));
    widths.push(width);
  }
  return widths;
}

/** Pixels of each tile of a level that have to be made of finer ones, row by row of tiles. */
function remadeByTile(level: ClipLevel, { touched, pure }: Coverage): Uint32Array[] {
  const { originColumn, originRow, tilesAcross, image } = level;
  const ofPure = new Uint32Array(tilesAcross);
  return Array.from({ length: level.tilesDown }, (_, tileRow) => {
    const counts = new Uint32Array(tilesAcross);
    const row = originRow + tileRow * image.tileHeight;
    countByTile(touched, row, row + image.tileHeight, originColumn, image.tileWidth, counts);
    countByTile(pure, row, row + image.tileHeight, originColumn, image.tileWidth, ofPure);
    return counts.map((count, tile) => count - (ofPure[tile] ?? 0));
  });
}

/** The largest sum of some neighbours in a row. */
function mostOf(rows: readonly Uint32Array[], width: number): number {
  let most = 0;
  for (const counts of rows) {
    let sum = 0;
    for (let tile = 0; tile < counts.length; tile++) {
      sum = (tile % width === 0 ? 0 : sum) + (counts[tile] ?? 0);
      most = Math.max(most, sum);
    }
  }
  return most;
}

/** Finer pixels that are held at a time for the overviews of {@link exactWidths}, in bytes. */
export function heldBytes(levels: readonly ClipLevel[]): number {
  const widths = exactWidths(levels);
  return levels.reduce((sum, { axes }, index) => {
    const finer = levels[index - 1];
    if (axes === null || finer === undefined) return sum;
    const { width, height, image } = finer;
    const across = Math.min(width, (widths[index] ?? 1) * axes.columns.factor * image.tileWidth);
    const down = Math.min(height, axes.rows.factor * image.tileHeight);
    return sum + across * down * image.samples.bytesPerPixel;
  }, 0);
}
