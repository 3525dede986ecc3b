import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { createTestHarness } from 'wrangler';
import { s3ObjectUrl } from '../../../processors/source/s3.url.ts';
import type { S3Settings } from '../../../processors/source/context.ts';

const CREDENTIALS = { accessKeyId: 'local-key', secretAccessKey: 'local-secret' };
const BUCKET = 'sources';

export interface TestBucket {
  s3: S3Settings;
  bucket: string;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** Starts the S3 endpoint of wrangler's local R2, which checks signatures, with one empty bucket. */
export async function startBucket(): Promise<TestBucket> {
  const root = await mkdtemp(join(tmpdir(), 'cutline-s3-'));
  await writeFile(join(root, 'worker.mjs'), 'export default { fetch: () => new Response("no") };');
  const harness = createTestHarness({
    root,
    workers: [
      {
        config: {
          name: 'bucket',
          main: './worker.mjs',
          compatibility_date: '2026-10-01',
          r2_buckets: [
            {
              binding: 'BUCKET',
              bucket_name: BUCKET,
              local_dev: { experimental_s3_credentials: CREDENTIALS },
            },
          ],
        },
      },
    ],
  });
  const { url } = await harness.listen();
  const endpoint = new URL('/cdn-cgi/local/r2/s3', url).href;
  const client = new AwsClient({ ...CREDENTIALS, service: 's3', region: 'auto', retries: 0 });
  return {
    s3: { endpoint, region: 'auto', credentials: CREDENTIALS },
    bucket: BUCKET,
    put: async (key, body) => {
      const response = await client.fetch(s3ObjectUrl(endpoint, BUCKET, key), { method: 'PUT', body });
      if (!response.ok) throw new Error(`PUT answered ${response.status}: ${await response.text()}`);
    },
    close: async () => {
      await harness.close();
      await rm(root, { recursive: true });
    },
  };
}
