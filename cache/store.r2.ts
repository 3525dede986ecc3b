import type { GetOptions, ObjectBody, ObjectHead, ObjectStore, PutOptions, StoredObject } from './store.ts';
import { discardBody } from './store.body.ts';
import { requireKey } from './store.key.ts';
import { emptyBody, requestedBytes } from './store.range.ts';

/** The part of an R2 object's description that is used. */
export interface R2ObjectFacts {
  readonly key: string;
  readonly size: number;
  readonly httpEtag: string;
  readonly uploaded: Date;
}

/**
 * The part of Workers R2 that the store uses; an `R2Bucket` binding fits. Written out here so that this file
 * compiles without Cloudflare's types, whose globals clash with Node's.
 */
export interface R2BucketBinding {
  head(key: string): Promise<R2ObjectFacts | null>;
  get(
    key: string,
    options?: { range?: { offset: number; length?: number } },
  ): Promise<(R2ObjectFacts & { readonly body: ReadableStream<Uint8Array> }) | null>;
  put(
    key: string,
    value: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string,
    options?: { onlyIf?: { etagDoesNotMatch: string }; httpMetadata?: { contentType: string } },
  ): Promise<R2ObjectFacts | null>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<{
    objects: R2ObjectFacts[];
    truncated: boolean;
    cursor?: string;
  }>;
}

/** Makes a stream of a length that is known beforehand: in workerd `(n) => new FixedLengthStream(n)`. */
export type FixedLength = (sizeBytes: number) => {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
};

/** A store in an R2 bucket, through a Worker's binding. */
export function r2Store(bucket: R2BucketBinding, fixedLength: FixedLength): ObjectStore {
  return {
    async head(key) {
      const object = await bucket.head(requireKey(key));
      return object === null ? null : describe(object);
    },
    get: async (key, options) => get(bucket, requireKey(key), options),
    put: async (key, body, options) => put(bucket, fixedLength, requireKey(key), body, options),
    delete: async (key) => bucket.delete(requireKey(key)),
    list: (prefix) => list(bucket, prefix),
  };
}

function describe(object: R2ObjectFacts): ObjectHead {
  return { key: object.key, sizeBytes: object.size, etag: object.httpEtag, lastModified: object.uploaded };
}

async function get(bucket: R2BucketBinding, key: string, options: GetOptions = {}): Promise<StoredObject | null> {
  const { offset, length } = options;
  if (length === 0) return getNothing(bucket, key, options);
  const range = offset === undefined && length === undefined ? undefined : rangeOf(offset ?? 0, length);
  const object = await bucket.get(key, range === undefined ? {} : { range });
  if (object === null) return null;
  const head = describe(object);
  try {
    requestedBytes(key, head.sizeBytes, options);
  } catch (error) {
    // R2 has clamped the range.
    await object.body.cancel();
    throw error;
  }
  return { head, body: object.body };
}

function rangeOf(offset: number, length: number | undefined): { offset: number; length?: number } {
  return length === undefined ? { offset } : { offset, length };
}

async function getNothing(bucket: R2BucketBinding, key: string, options: GetOptions): Promise<StoredObject | null> {
  const object = await bucket.head(key);
  if (object === null) return null;
  requestedBytes(key, object.size, options);
  return { head: describe(object), body: emptyBody() };
}

async function put(
  bucket: R2BucketBinding,
  fixedLength: FixedLength,
  key: string,
  body: ObjectBody,
  { mediaType, ifAbsent = false }: PutOptions = {},
): Promise<boolean> {
  const options = {
    ...(mediaType === undefined ? {} : { httpMetadata: { contentType: mediaType } }),
    ...(ifAbsent ? { onlyIf: { etagDoesNotMatch: '*' } } : {}),
  };
  if (ifAbsent && (await bucket.head(key)) !== null) {
    await discardBody(body);
    return false;
  }
  try {
    // R2 answers null when the condition does not hold.
    return (await write(body, fixedLength, (value) => bucket.put(key, value, options))) !== null;
  } catch (error) {
    // One write a second is allowed to a key, so the losers of a race may be refused before the condition is looked at.
    if (ifAbsent && (await bucket.head(key)) !== null) return false;
    throw error;
  }
}

async function write<T>(
  body: ObjectBody,
  fixedLength: FixedLength,
  putValue: (value: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string) => Promise<T>,
): Promise<T> {
  if (typeof body === 'string' || body instanceof Uint8Array) return putValue(body);
  const { readable, writable } = fixedLength(body.sizeBytes);
  const stop = new AbortController();
  const piping = body.stream.pipeTo(writable, { signal: stop.signal });
  // A wrong length fails here; it fails the put as well, which is where it is reported.
  const piped = piping.catch(() => {});
  try {
    return await putValue(readable);
  } finally {
    stop.abort();
    await piped;
  }
}

async function* list(bucket: R2BucketBinding, prefix: string): AsyncGenerator<ObjectHead, void> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list(cursor === undefined ? { prefix } : { prefix, cursor });
    for (const object of page.objects) yield describe(object);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
