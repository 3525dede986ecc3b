import type { ChunkedBytes } from './tiff.bytes.ts';

/**
 * GDAL's structural metadata ("ghost area"), which lies between the header and the first directory of a COG and says
 * what a reader may rely on. See https://gdal.org/drivers/raster/cog.html#header-ghost-area.
 */
export interface Ghost {
  /** Every tile is preceded by its size (4 bytes) and followed by its last 4 bytes again. */
  readonly hasLeadersAndTrailers: boolean;
}

const FIRST_LINE = /^GDAL_STRUCTURAL_METADATA_SIZE=(\d{6}) bytes\n$/;
const FIRST_LINE_BYTES = 43;
/** GDAL writes 140 to 174 bytes. */
const GHOST_BYTES_MAX = 1024;

/** Reads the ghost area at `offset`, null when there is none. */
export async function readGhost(bytes: ChunkedBytes, offset: number): Promise<Ghost | null> {
  if (offset + FIRST_LINE_BYTES > bytes.sizeBytes) return null;
  const decode = (part: Uint8Array): string => new TextDecoder('latin1').decode(part);
  const size = FIRST_LINE.exec(decode(await bytes.read(offset, FIRST_LINE_BYTES, 'the ghost area')))?.[1];
  if (size === undefined) return null;
  const end = offset + FIRST_LINE_BYTES + Number(size);
  if (Number(size) > GHOST_BYTES_MAX || end > bytes.sizeBytes) return null;
  const lines = new Set(
    decode(await bytes.read(offset + FIRST_LINE_BYTES, Number(size), 'the ghost area')).split('\n'),
  );
  return {
    hasLeadersAndTrailers:
      lines.has('BLOCK_LEADER=SIZE_AS_UINT4') &&
      lines.has('BLOCK_TRAILER=LAST_4_BYTES_REPEATED') &&
      // A program that does not know the layout has edited the file since.
      !lines.has('KNOWN_INCOMPATIBLE_EDITION=YES'),
  };
}

/**
 * The ghost area of a clip. The closing space is there so that an editor can write YES over NO.
 *
 * @param claims whether tiles have leaders and trailers, and whether each is followed by its tile of the mask
 */
export function ghostArea({ hasLeaders, hasMasks }: { hasLeaders: boolean; hasMasks: boolean }): string {
  const leaders = hasLeaders ? 'BLOCK_LEADER=SIZE_AS_UINT4\nBLOCK_TRAILER=LAST_4_BYTES_REPEATED\n' : '';
  const masks = hasMasks ? 'MASK_INTERLEAVED_WITH_IMAGERY=YES\n' : '';
  const lines = `LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\n${leaders}KNOWN_INCOMPATIBLE_EDITION=NO\n ${masks}`;
  return `GDAL_STRUCTURAL_METADATA_SIZE=${String(lines.length).padStart(6, '0')} bytes\n${lines}`;
}
