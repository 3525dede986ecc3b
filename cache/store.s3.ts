import { S3Client, type S3Options } from './s3.client.ts';
import { uploadInParts } from './s3.multipart.ts';
import { xmlElements, xmlText } from './s3.xml.ts';
import { discardBody, withoutText } from './store.body.ts';
import { emptyBody, requestedBytes } from './store.range.ts';
import type { GetOptions, ObjectBody, ObjectHead, ObjectStore, PutOptions, StoredObject } from './store.ts';
import { readExactly } from './stream.ts';

/** Held in memory and written in one request, which is atomic and can be repeated; longer ones go in parts. */
const SINGLE_PUT_BYTES_MAX = 32 * 1024 * 1024;
/** How often a conditional write is tried again when it only met another one, as S3's 409 says. */
const CONFLICT_ATTEMPTS = 5;
const IF_ABSENT = { 'If-None-Match': '*' };

/**
 * A store in an S3 bucket, spoken to over HTTP.
 *
 * `ifAbsent` rests on `If-None-Match: *`. A service that ignores it when completing an upload in parts (the local one
 * of wrangler does) leaves a window between the last look and the completion; objects that long are named by their
 * content here, so a lost race writes the same bytes. After a broken connection `false` may also mean that an
 * earlier try of the same put got through.
 */
export function s3Store(options: S3Options): ObjectStore {
  const client = new S3Client(options);
  return {
    head: (key) => head(client, key),
    get: (key, range) => get(client, key, range),
    put: (key, body, putOptions) => put(client, key, body, putOptions),
    async delete(key) {
      const response = await client.send({ method: 'DELETE', key, expected: [404] });
      await response.body?.cancel();
    },
    list: (prefix) => list(client, prefix),
  };
}

async function head(client: S3Client, key: string): Promise<ObjectHead | null> {
  const response = await client.send({ method: 'HEAD', key, expected: [404] });
  return response.status === 404 ? null : describe(key, response.headers, response.headers.get('Content-Length'));
}

function describe(key: string, headers: Headers, size: string | null): ObjectHead {
  return objectHead(key, size, headers.get('ETag'), headers.get('Last-Modified'));
}

function objectHead(key: string, size: string | null, etag: string | null, modified: string | null): ObjectHead {
  const lastModified = new Date(modified ?? Number.NaN);
  if (size === null || !/^\d+$/.test(size) || etag === null || Number.isNaN(lastModified.getTime())) {
    throw new Error(`S3 described ${key} with size ${size}, ETag ${etag} and modification time ${modified}.`);
  }
  return { key, sizeBytes: Number(size), etag: etag.includes('"') ? etag : `"${etag}"`, lastModified };
}

async function get(client: S3Client, key: string, options: GetOptions = {}): Promise<StoredObject | null> {
  const { offset = 0, length } = options;
  if (length === 0) return getNothing(client, key, options);
  // A range even for all of it: `Content-Length` may be missing from an answer, the total in `Content-Range` may not.
  const headers = { Range: `bytes=${offset}-${length === undefined ? '' : offset + length - 1}` };
  const response = await client.send({ method: 'GET', key, headers, expected: [404, 416] });
  if (response.status === 404 || response.status === 416) {
    await response.body?.cancel();
    return response.status === 404 ? null : getNothing(client, key, options);
  }
  try {
    const found = describe(key, response.headers, totalOf(response));
    requestedBytes(key, found.sizeBytes, options);
    return { head: found, body: response.body ?? emptyBody() };
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
}

/** For what no `Range` header can ask for: the end of an object, or all of an empty one. */
async function getNothing(client: S3Client, key: string, options: GetOptions): Promise<StoredObject | null> {
  const known = await head(client, key);
  if (known === null) return null;
  const { length } = requestedBytes(key, known.sizeBytes, options);
  if (length > 0) throw new Error(`S3 refused a range that lies inside ${key}, or ${key} was replaced meanwhile.`);
  return { head: known, body: emptyBody() };
}

/** Size of the whole object; null when the service has ignored the range. */
function totalOf(response: Response): string | null {
  const contentRange = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '');
  return response.status === 206 ? (contentRange?.[1] ?? null) : null;
}

async function put(client: S3Client, key: string, body: ObjectBody, options: PutOptions = {}): Promise<boolean> {
  const { mediaType, ifAbsent = false } = options;
  const headers = mediaType === undefined ? {} : { 'Content-Type': mediaType };
  const condition = ifAbsent ? IF_ABSENT : {};
  const isTaken = async () => ifAbsent && (await head(client, key)) !== null;
  try {
    if (await isTaken()) return false;
    const bytes = withoutText(body);
    if (!(bytes instanceof Uint8Array) && bytes.sizeBytes > SINGLE_PUT_BYTES_MAX) {
      const mayComplete = async () => !(await isTaken());
      const status = await uploadInParts(client, { key, ...bytes, headers, mayComplete, completeHeaders: condition });
      if (status !== 409 || (await isTaken())) return status === 200;
      throw new Error(`Writing ${key} met another write of it that did not come to pass.`);
    }
    const whole = bytes instanceof Uint8Array ? bytes : await readExactly(bytes.stream, bytes.sizeBytes);
    return await putWhole(client, key, whole, { ...headers, ...condition }, isTaken);
  } finally {
    await discardBody(body);
  }
}

async function putWhole(
  client: S3Client,
  key: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
  isTaken: () => Promise<boolean>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await client.send({ method: 'PUT', key, headers, body, expected: [409, 412] });
    await response.body?.cancel();
    if (response.ok) return true;
    // 412: it exists. 409: a write of the same key was under way; it may have come to nothing.
    if (response.status === 412 || (await isTaken())) return false;
    if (attempt === CONFLICT_ATTEMPTS) throw new Error(`S3 refused to write ${key}: it met other writes each time.`);
  }
}

async function* list(client: S3Client, prefix: string): AsyncGenerator<ObjectHead, void> {
  let token: string | null = null;
  do {
    const query = { 'list-type': '2', prefix, ...(token === null ? {} : { 'continuation-token': token }) };
    const response = await client.send({ method: 'GET', key: null, query });
    const xml = await response.text();
    for (const item of xmlElements(xml, 'Contents')) {
      const key = xmlText(item, 'Key') ?? '';
      yield objectHead(key, xmlText(item, 'Size'), xmlText(item, 'ETag'), xmlText(item, 'LastModified'));
    }
    token = xmlText(xml, 'IsTruncated') === 'true' ? xmlText(xml, 'NextContinuationToken') : null;
  } while (token !== null);
}
