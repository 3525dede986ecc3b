import type { S3Client } from './s3.client.ts';
import { escapeXml, xmlText } from './s3.xml.ts';
import { chunksOf, exactly, piecesOf } from './stream.ts';

const MIB = 1024 * 1024;
/** Parts are held in memory, one for each upload. All but the last must be equal for R2, and 5 MiB or more. */
const PART_BYTES_MIN = 16 * MIB;
const PARTS_MAX = 10_000;

export interface MultipartUpload {
  key: string;
  stream: ReadableStream<Uint8Array>;
  sizeBytes: number;
  headers: Readonly<Record<string, string>>;
  /** Asked before the object becomes visible; false gives the upload up. */
  mayComplete: () => Promise<boolean>;
  /** Headers of the completing request, such as `If-None-Match`. */
  completeHeaders: Readonly<Record<string, string>>;
}

/**
 * Writes a long object in parts. A failed upload is aborted, so that it takes no room.
 * @returns the status that completing was answered with: 200, 409 or 412; or 412 when `mayComplete` says no.
 */
export async function uploadInParts(client: S3Client, upload: MultipartUpload): Promise<number> {
  const { key } = upload;
  const started = await client.send({ method: 'POST', key, query: { uploads: '' }, headers: upload.headers });
  const uploadId = xmlText(await started.text(), 'UploadId');
  if (uploadId === null) throw new Error(`S3 started an upload of ${key} without an id.`);
  let status = 0;
  try {
    const etags = await sendParts(client, uploadId, upload);
    status = (await upload.mayComplete()) ? await complete(client, uploadId, etags, upload) : 412;
    return status;
  } finally {
    if (status !== 200) await abort(client, key, uploadId);
  }
}

async function sendParts(client: S3Client, uploadId: string, upload: MultipartUpload): Promise<string[]> {
  const partBytes = Math.max(PART_BYTES_MIN, Math.ceil(upload.sizeBytes / PARTS_MAX / MIB) * MIB);
  const etags: string[] = [];
  for await (const body of piecesOf(exactly(chunksOf(upload.stream), upload.sizeBytes), partBytes)) {
    const query = { partNumber: String(etags.length + 1), uploadId };
    const response = await client.send({ method: 'PUT', key: upload.key, query, body });
    await response.body?.cancel();
    const etag = response.headers.get('ETag');
    if (etag === null) throw new Error(`S3 took part ${query.partNumber} of ${upload.key} without giving an ETag.`);
    etags.push(etag);
  }
  return etags;
}

async function complete(
  client: S3Client,
  uploadId: string,
  etags: readonly string[],
  { key, completeHeaders }: MultipartUpload,
): Promise<number> {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const response = await client.send({
    method: 'POST',
    key,
    query: { uploadId },
    headers: { ...completeHeaders, 'Content-Type': 'application/xml' },
    body: `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
    expected: [409, 412],
  });
  const text = await response.text();
  // S3 sends the head of the answer early, so a failure may come in the body of a 200.
  const code = response.ok && text.includes('<Error>') ? xmlText(text, 'Code') : null;
  if (code !== null) throw new Error(`S3 could not complete the upload of ${key}: ${code}.`);
  return response.status;
}

/** Best effort: what stays is removed by the bucket's rule for incomplete uploads. */
async function abort(client: S3Client, key: string, uploadId: string): Promise<void> {
  const aborting = client.send({ method: 'DELETE', key, query: { uploadId }, expected: [404] });
  await aborting.then((response) => response.body?.cancel()).catch(() => {});
}
