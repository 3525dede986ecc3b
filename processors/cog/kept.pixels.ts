import { Problem } from '../../cache/problem.ts';
import { doubledArea } from '../boundary/rings.ts';
import type { FlatGeometry } from '../boundary/geometry.ts';
import type { Crs } from '../crs/crs.ts';
import type { GridTransform } from './georeference.ts';
import { boxRings } from './mask.box.ts';
import { pixelRings } from './mask.ts';
import type { MaskRule } from './options.ts';
import { rasterise } from './rows.ts';
import type { Spans } from './spans.ts';
import { rasteriseTouched } from './touched.ts';

/** The grid that pixels are chosen on. */
export interface PixelGrid {
  readonly transform: GridTransform;
  readonly width: number;
  readonly height: number;
  readonly crs: Crs;
}

/** What no pixel did, for messages. */
const MISSED: Readonly<Record<MaskRule, string>> = {
  centre: 'has its centre inside the boundary',
  touched: 'is touched by the boundary',
  bbox: "has its centre inside the boundary's envelope",
};

/**
 * The pixels of a grid that a clip keeps.
 * @throws {Problem} `no-coverage` when there is none.
 */
export function keptPixels(boundary: FlatGeometry, grid: PixelGrid, rule: MaskRule): Spans {
  if (!hasArea(boundary)) throw new Problem('no-coverage', 'The boundary has no area.');
  const { transform, width, height, crs } = grid;
  const makeRings = rule === 'bbox' ? boxRings : pixelRings;
  const rings = makeRings(boundary, crs, transform, width, height);
  const kept = rule === 'touched' ? rasteriseTouched(rings, width, height) : rasterise(rings, width, height);
  if (kept.bounds() === null) throw new Problem('no-coverage', `No pixel of the dataset ${MISSED[rule]}.`);
  return kept;
}

function hasArea({ coordinates, ringStarts }: FlatGeometry): boolean {
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    if (doubledArea(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0) !== 0) return true;
  }
  return false;
}
