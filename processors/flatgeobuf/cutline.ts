import { type Geos, loadGeos } from '../boundary/geos.ts';
import { PolygonOverlay } from '../boundary/overlay.polygons.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { LineCutter } from './cut.line.ts';

/** A boundary with the engines that cut lines and polygons at it. */
export class Cutline {
  readonly boundary: PreparedBoundary;
  readonly lines: LineCutter;
  readonly overlay: PolygonOverlay;
  #geos: Promise<Geos> | null = null;

  /** @param boundary has no edges that cross. */
  constructor(boundary: PreparedBoundary) {
    this.boundary = boundary;
    this.lines = new LineCutter(boundary);
    this.overlay = new PolygonOverlay(boundary);
  }

  /** The engine for what the overlay cannot cut, loaded when it is asked for first: most clips never need it. */
  geos(): Promise<Geos> {
    return (this.#geos ??= loadGeos());
  }
}
