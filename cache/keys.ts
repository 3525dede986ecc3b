import { type ClipPath, formatClipPath } from './clip-path.ts';

/** Where things lie in the store. Keys are built of validated parts only. */
export const SNAPSHOT_CATALOGUE_KEY = 'snapshot/catalogue.json';
export const SNAPSHOT_BOUNDARIES_KEY = 'snapshot/boundaries.json';

/** Made bytes of a clip. */
export const blobKey = (fingerprint: string): string => `blobs/${fingerprint}`;
/** The plan of a clip. */
export const recipeKey = (fingerprint: string): string => `recipes/${fingerprint}.json`;
/** The whole clip, once materialised. */
export const clipKey = (fingerprint: string): string => `clips/${fingerprint}`;
/** What is known of a clip, by fingerprint (see `record.ts`). */
export const recordKey = (fingerprint: string): string => `records/${fingerprint}.json`;
/** The same record under the clip's name: what a named URL means now. */
export const pointerKey = (path: ClipPath): string => `current/${formatClipPath(path)}`;
/** Records of all clips made for a boundary. */
export const manifestKey = (boundary: string): string => `manifests/${boundary}.json`;
/** GeoJSON Feature of a boundary; immutable, since it lies under the digest of its geometry. */
export const boundaryKey = (digest: string): string => `boundaries/${digest}.geojson`;
/** Entry of an ad hoc or bbox boundary, which the snapshot does not list. */
export const adHocBoundaryKey = (id: string): string => `boundaries/ad-hoc/${id}.json`;
