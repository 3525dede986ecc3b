/** How one axis of an overview relates to the next finer level. */
export interface Axis {
  /** Pixels of the finer level and of the overview. */
  readonly finerSize: number;
  readonly size: number;
  /** Finer pixels that one overview pixel stands for, as laid out in the clip. */
  readonly factor: number;
}

/** Finer pixels `[start, end)` that an overview pixel stands for in the clip. The last one takes the remainder. */
export function children({ finerSize, size, factor }: Axis, pixel: number): [start: number, end: number] {
  const start = Math.min(pixel * factor, finerSize - 1);
  return [start, pixel === size - 1 ? finerSize : Math.min((pixel + 1) * factor, finerSize)];
}

/**
 * First of the finer pixels that may have entered the source's value of an overview pixel: its children, its share of
 * the whole extent (which differs when the sizes are no multiples of each other) and what the kernel reaches.
 */
export function footprintStart(axis: Axis, pixel: number, reachPixels: number): number {
  const start = Math.floor((pixel - reachPixels) * (axis.finerSize / axis.size) + ROUNDING);
  return Math.max(0, Math.min(children(axis, pixel)[0], start));
}

/** The finer pixel after the last that may have entered it. */
export function footprintEnd(axis: Axis, pixel: number, reachPixels: number): number {
  const end = Math.ceil((pixel + 1 + reachPixels) * (axis.finerSize / axis.size) - ROUNDING);
  return Math.min(axis.finerSize, Math.max(children(axis, pixel)[1], end));
}

/** Products of a pixel number and a ratio that is meant to be whole are off by less than this. */
const ROUNDING = 1e-6;
