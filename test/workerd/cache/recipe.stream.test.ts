import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { finishRecipe, type RecipeSegment } from '../../../cache/recipe.ts';
import { sha256Hex } from '../../../cache/digest.ts';
import { streamRecipe } from '../../../cache/recipe.stream.ts';
import { r2Store } from '../../../cache/store.r2.ts';
import { openStoreReader } from '../../../cache/store.reader.ts';

test('a clip is streamed out of R2 by its recipe, with its length', async () => {
  const store = r2Store(env.TEST_BUCKET, (sizeBytes) => new FixedLengthStream(sizeBytes));
  const blob = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  const source = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 241);
  await store.put('blob', blob);
  await store.put('source', source);
  const reader = await openStoreReader(store, 'source');
  const segments: RecipeSegment[] = [
    [0, 0, 1000],
    [1, 5, 2_000_000],
    [0, 1000, 99_000],
    [1, 10, 10],
    [0, 7, 3],
  ];
  const recipe = await finishRecipe({
    mediaType: 'application/octet-stream',
    blob: { sha256: await sha256Hex(blob), bytes: blob.length },
    sources: [{ href: 'store:source', etag: reader.etag, bytes: source.length }],
    segments,
    report: { engine: 'test', outputVersion: 1, counts: {}, notes: [] },
  });
  const clip = streamRecipe(recipe, ({ id }) => openStoreReader(store, id === 0 ? 'blob' : 'source'));
  const response = new Response(clip.pipeThrough(new FixedLengthStream(recipe.bytes)));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const files = [blob, source];
  const pieces = segments.map(([id, offset, length]) => files[id]?.subarray(offset, offset + length) ?? '');
  const expected = new Uint8Array(await new Blob(pieces).arrayBuffer());
  expect(await sha256Hex(bytes)).toBe(await sha256Hex(expected));
});
