import { prepareGeometry } from '../../processors/boundary/prepare.ts';
import { serialisePrepared } from '../../processors/boundary/serialise.ts';
import { decodeFlat } from './wkb.ts';

/**
 * Makes the serialised prepared boundary of a valid multipolygon.
 * @param wkb as `encodeMultiPolygon` writes it.
 * @param digest SHA-256 of the geometry, see `boundaryDigest`.
 */
export type PrepareBoundary = (wkb: Uint8Array, digest: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Prepares in this thread, which takes some seconds per million vertices: for scripts. */
export const prepareDirectly: PrepareBoundary = (wkb, digest) => Promise.resolve(prepareWkb(wkb, digest));

/** As {@link PrepareBoundary} says. @throws {Problem} `invalid-boundary` when it has too many vertices. */
export function prepareWkb(wkb: Uint8Array, digest: string): Uint8Array<ArrayBuffer> {
  return serialisePrepared(prepareGeometry(decodeFlat(wkb), digest));
}
