import type { Part } from './geometry.ts';

/** What a boundary leaves of points, lines or polygons. */
export type Cut =
  | { readonly kind: 'all' }
  | ({ readonly kind: 'none' } & CutOff)
  | ({
      readonly kind: 'part';
      /** Points, lines or polygons, one each. Where there are very many, they are made one by one and only once. */
      readonly pieces: Iterable<Part>;
      /** A sentence for the report when the usual method could not decide. */
      readonly note?: string;
    } & CutOff);

interface CutOff {
  /** What is cut off runs along the boundary's line: nothing of the geometry lies outside. */
  readonly isCovered?: boolean;
}
