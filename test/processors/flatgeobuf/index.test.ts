import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rewriteHeader } from '../../../processors/flatgeobuf/header.rewrite.ts';
import { IndexBuilder } from '../../../processors/flatgeobuf/index.build.ts';
import { indexLevels, indexSizeBytes, NODE_BYTES } from '../../../processors/flatgeobuf/index.layout.ts';
import { boxAt } from '../../../processors/flatgeobuf/node.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { readByNpm } from './read.ts';
import { makeSource } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-index-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 500;
const source = readFileSync(makeSource(folder, 'cells', { type: 'MultiPolygon', count: COUNT, seed: 12 }));

/** The same features with an index of another node size. */
function withNodeSize(nodeSize: number): Uint8Array {
  const indexAt = 12 + new DataView(source.buffer, source.byteOffset).getUint32(8, true);
  const leavesAt = indexAt + indexSizeBytes(COUNT, 16) - COUNT * NODE_BYTES;
  const view = new DataView(source.buffer, source.byteOffset);
  const leaves = new DataView(new ArrayBuffer(COUNT * NODE_BYTES));
  const builder = new IndexBuilder(nodeSize);
  for (let leaf = 0; leaf < COUNT; leaf++) {
    const at = leavesAt + leaf * NODE_BYTES;
    builder.add(boxAt(view, at), view.getUint32(at + 32, true), leaves, leaf * NODE_BYTES);
  }
  const { chunks, envelope } = builder.finish();
  const header = rewriteHeader(source.subarray(0, indexAt), {
    featuresCount: COUNT,
    indexNodeSize: nodeSize,
    envelope,
  });
  const features = source.subarray(leavesAt + COUNT * NODE_BYTES);
  return new Uint8Array(Buffer.concat([header, ...chunks, new Uint8Array(leaves.buffer), features]));
}

describe.each([2, 3, 16, 499, 500, 65_535])('a source with %i children a node', (nodeSize) => {
  const bytes = withNodeSize(nodeSize);

  test('gives the features that every other gives, in a file with the same node size', async () => {
    const boundary = lakeWithIsland(6);
    const clip = await clipBytes(bytes, boundary);
    const usual = await clipBytes(source, boundary);
    expect(await readByNpm(clip.file)).toEqual(await readByNpm(usual.file));
    expect(clip.recipe.report).toEqual(usual.recipe.report);
  });

  test('is itself when all lies inside', async () => {
    expect(Buffer.compare((await clipBytes(bytes, box(-90, -80, 90, 80))).file, bytes)).toBe(0);
  });
});

test('levels are counted as the format says', () => {
  expect(indexLevels(1, 16)).toEqual([
    { first: 0, count: 1 },
    { first: 1, count: 1 },
  ]);
  expect(indexLevels(17, 16).map(({ count }) => count)).toEqual([1, 2, 17]);
  expect(indexSizeBytes(257, 16)).toBe((1 + 2 + 17 + 257) * NODE_BYTES);
});

test('planning reads neither features inside nor leaves outside', async () => {
  const inside = await clipBytes(source, box(-90, -80, 90, 80));
  expect(inside.bytesRead).toBeLessThan(indexSizeBytes(COUNT, 16) + 33 * 1024 + NODE_BYTES + 4);
  expect(inside.blob.length).toBeLessThan(indexSizeBytes(COUNT, 16) + 2048);
});
