import { createTestHarness } from 'wrangler';
import type { S3Options } from '../../cache/s3.client.ts';

const BUCKET = 'contract';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'secret-of-the-test' };

export interface LocalS3 {
  options: S3Options;
  close: () => Promise<void>;
}

/** Starts wrangler's local S3 endpoint over an empty R2 bucket in memory, on a free port of 127.0.0.1. */
export async function startLocalS3(): Promise<LocalS3> {
  const configPath = new URL('s3/wrangler.toml', import.meta.url);
  const harness = createTestHarness({ workers: [{ configPath }] });
  const { url } = await harness.listen();
  const endpoint = new URL('/cdn-cgi/local/r2/s3', url).href;
  return { options: { endpoint, bucket: BUCKET, ...CREDENTIALS }, close: () => harness.close() };
}
