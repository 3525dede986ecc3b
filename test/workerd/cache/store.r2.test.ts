import { env } from 'cloudflare:workers';
import { r2Store } from '../../../cache/store.r2.ts';
import { describeStore } from '../../cache/store.contract.ts';

async function openR2Store() {
  return { store: r2Store(env.TEST_BUCKET, (sizeBytes) => new FixedLengthStream(sizeBytes)) };
}

describeStore('R2 store', openR2Store, { largeBytes: 8_000_000, isLargeIfAbsentExact: true });
