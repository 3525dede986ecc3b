import { s3Store } from '../../cache/store.s3.ts';
import { startLocalS3 } from './local.s3.ts';
import { describeStore } from './store.contract.ts';

async function openS3Store() {
  const { options, close } = await startLocalS3();
  return { store: s3Store(options), close };
}

describeStore('S3 store', openS3Store, { largeBytes: 40 * 1024 * 1024 + 7, isLargeIfAbsentExact: false });
