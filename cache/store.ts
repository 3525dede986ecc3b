/** What a store knows of an object without reading it. */
export interface ObjectHead {
  key: string;
  sizeBytes: number;
  /** The store's own validator, with quotes. Not the clip's ETag, not a content hash. */
  etag: string;
  lastModified: Date;
}

/** A body to write. A stream needs its exact length, since R2 refuses one without. */
export type ObjectBody = Uint8Array<ArrayBuffer> | string | { stream: ReadableStream<Uint8Array>; sizeBytes: number };

export interface PutOptions {
  mediaType?: string;
  /** Write only when there is no such object yet (`If-None-Match: *`). */
  ifAbsent?: boolean;
}

export interface GetOptions {
  offset?: number;
  length?: number;
}

export interface StoredObject {
  head: ObjectHead;
  /** The range asked for, or all. */
  body: ReadableStream<Uint8Array>;
}

/**
 * Where recipes, clips and manifests lie: R2, S3 or a folder. Strongly consistent: what was put is read at once.
 * A fault of the store throws; an absent object is null. A put is atomic: no reader sees half an object.
 */
export interface ObjectStore {
  head(key: string): Promise<ObjectHead | null>;
  /** The caller gives ranges inside the object; see `delivery.ts` for reading a `Range` header. */
  get(key: string, options?: GetOptions): Promise<StoredObject | null>;
  /** False when `ifAbsent` was asked for and the object exists. */
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Keys below a prefix in ascending order. */
  list(prefix: string): AsyncIterable<ObjectHead>;
}
