import type { LevelCoverages } from './coverage.levels.ts';
import type { LevelOrder, LevelPart } from './level.order.ts';
import { type Making, OverviewPart } from './overview.part.ts';
import type { TileJobInput } from './tile.jobs.ts';
import type { ClipLevel } from './window.ts';

/** What the tiles of each part of all levels are decided on by and made with, worked out as it is asked for. */
export function* levelParts(
  levels: readonly ClipLevel[],
  covered: LevelCoverages,
  order: LevelOrder,
  making: Making,
): Generator<TileJobInput, void, undefined> {
  const open = new Map<string, OverviewPart>();
  const overviewPart = (part: LevelPart): OverviewPart | null => {
    const key = `${part.level} ${part.tileRow} ${part.firstColumn}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const level = levels[part.level];
    if (level === undefined || level.axes === null) return null;
    const made = new OverviewPart(
      level,
      level.axes,
      making,
      boxOf(level, part),
      covered.at(part.level),
      covered.at(part.level - 1),
    );
    open.set(key, made);
    return made;
  };
  for (const part of order.parts()) {
    const level = levels[part.level];
    if (level === undefined) continue;
    const needed = Array.from(order.parents(part), (parent) => overviewPart(parent) ?? []).flat();
    const remake = overviewPart(part);
    open.delete(`${part.level} ${part.tileRow} ${part.firstColumn}`);
    yield { level, part: tilesOf(part), coverage: covered.at(part.level), needed, remake, copiesEdges: false };
  }
}

function tilesOf({ tileRow, firstColumn, endColumn }: LevelPart): TileJobInput['part'] {
  return { firstRow: tileRow, endRow: tileRow + 1, firstColumn, endColumn };
}

function boxOf({ originColumn, originRow, width, height, image }: ClipLevel, part: LevelPart) {
  const row = originRow + part.tileRow * image.tileHeight;
  return {
    minColumn: originColumn + part.firstColumn * image.tileWidth,
    minRow: row,
    endColumn: Math.min(originColumn + part.endColumn * image.tileWidth, originColumn + width),
    endRow: Math.min(row + image.tileHeight, originRow + height),
  };
}
