import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import type { Recipe } from '../../../cache/recipe.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';
import { box } from '../cog/polygons.ts';
import { buildFile } from './builder.ts';
import { clipBytes } from './clip.ts';
import { makeSource } from './sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 300;
const NODE_BYTES = 40;
const boundary = box(2, 2, 8, 8);
const lines = readFileSync(makeSource(folder, 'lines', { type: 'LineString', count: COUNT, seed: 1 }));
const points = readFileSync(makeSource(folder, 'points', { type: 'Point', count: COUNT, seed: 2 }));

/** A changed copy. */
function patched(source: Uint8Array, change: (view: DataView, places: Places) => void): Uint8Array {
  const copy = new Uint8Array(source);
  const view = new DataView(copy.buffer);
  change(view, placesOf(view));
  return copy;
}

interface Places {
  index: number;
  leaves: number;
  features: number;
  /** A feature that the boundary's line crosses. */
  crossing: number;
}

function placesOf(view: DataView): Places {
  const index = 12 + view.getUint32(8, true);
  // 300 leaves below 19 and 2 nodes and the root.
  const leaves = index + 22 * NODE_BYTES;
  const features = leaves + COUNT * NODE_BYTES;
  const crosses = (leaf: number): boolean => {
    const at = leaves + leaf * NODE_BYTES;
    return view.getFloat64(at, true) < 2 && view.getFloat64(at + 16, true) > 2 && view.getFloat64(at + 8, true) > 3;
  };
  const number = Array.from({ length: COUNT }, (_, leaf) => leaf).find((leaf) => crosses(leaf)) ?? 0;
  const offset = view.getUint32(leaves + number * NODE_BYTES + 32, true);
  return { index, leaves, features, crossing: features + offset };
}

const damaged: [name: string, source: Uint8Array, message: string][] = [
  ['no bytes', new Uint8Array(), 'too short'],
  ['seven bytes', lines.subarray(0, 7), 'too short'],
  ['another magic', patched(lines, (view) => view.setUint8(3, 2)), 'does not begin like a FlatGeobuf'],
  ['a GeoTIFF', patched(lines, (view) => view.setUint32(0, 0x2a004949)), 'does not begin like a FlatGeobuf'],
  ['a header of 4 GB', patched(lines, (view) => view.setUint32(8, 0xffffffff, true)), 'header claims 4294967295'],
  ['a header longer than the file', patched(lines, (view) => view.setUint32(8, lines.length, true)), 'header claims'],
  ['a header without bytes', patched(lines, (view) => view.setUint32(8, 0, true)), 'has only 0 bytes'],
  ['a root outside the header', patched(lines, (view) => view.setUint32(12, 0x7fffffff, true)), 'points to bytes'],
  ['only the header', lines.subarray(0, 12 + new DataView(lines.buffer, lines.byteOffset).getUint32(8, true)), 'takes'],
  ['half the index', lines.subarray(0, 12 + 2000), 'takes'],
  ['a file cut short in the features', lines.subarray(0, lines.length - 5000), 'the file ends at'],
  ['a file cut short by a byte', lines.subarray(0, -1), 'the file ends at'],
  [
    'a root node that points to itself',
    patched(lines, (view, { index }) => view.setUint32(index + 32, 0, true)),
    'node 0',
  ],
  [
    'an inner node that points back to the root',
    patched(lines, (view, { index }) => view.setUint32(index + NODE_BYTES + 32, 0, true)),
    'points to node 0',
  ],
  [
    'a pointer of 2^60',
    patched(lines, (view, { index }) => view.setBigUint64(index + 32, 2n ** 60n, true)),
    'which no file can have',
  ],
  [
    'a leaf past the end',
    patched(lines, (view, { leaves }) => setOffsets(view, leaves, () => 1_000_000_000)),
    'features follow one another',
  ],
  [
    'leaves out of order',
    patched(lines, (view, { leaves }) => setOffsets(view, leaves, (leaf) => 9e4 - leaf * 9)),
    'follow',
  ],
  [
    'a feature that claims 4 GB',
    patched(lines, (view, { crossing }) => view.setUint32(crossing, 0xffffffff, true)),
    'claims 4294967295 bytes',
  ],
  [
    'a feature whose root lies outside it',
    patched(lines, (view, { crossing }) => view.setUint32(crossing + 4, 0xffffff, true)),
    'points to bytes',
  ],
  [
    'a feature whose vtable lies outside it',
    patched(lines, (view, { crossing }) => {
      view.setInt32(crossing + 4 + view.getUint32(crossing + 4, true), -1_000_000, true);
    }),
    'points to bytes',
  ],
];

/** Of all leaves but the last, which is looked at first of all. */
function setOffsets(view: DataView, leaves: number, offset: (leaf: number) => number): void {
  for (let leaf = 0; leaf < COUNT - 1; leaf++) {
    view.setBigUint64(leaves + leaf * NODE_BYTES + 32, BigInt(offset(leaf)), true);
  }
}

describe('a damaged source is refused as invalid-source:', () => {
  test.each(damaged)('%s', async (_, source, message) => {
    const error: unknown = await clipBytes(source, boundary).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ kind: 'invalid-source', message: expect.stringContaining(message) });
  });

  test('coordinates that are not numbers, in a feature that has to be cut', async () => {
    const source = patched(lines, (view, { crossing }) => {
      const end = crossing + 4 + view.getUint32(crossing, true);
      // Whatever double of the feature lies between 2 and 8 is a coordinate.
      for (let at = crossing + 8; at + 8 <= end; at += 4) {
        if (Math.abs(view.getFloat64(at, true) - 5) < 3) view.setFloat64(at, Number.NaN, true);
      }
    });
    await expect(clipBytes(source, boundary)).rejects.toThrow('a coordinate that is not a finite number');
  });
});

test('a feature of more bytes than planning may hold is refused before it is read, and copied where it lies inside', async () => {
  const LARGE_BYTES = 161 * 1024 * 1024;
  const small = buildFile({ type: 'LineString', features: [{ id: 0, geometry: { xy: [1, 5, 9, 5] } }] });
  const sizeAt = 12 + new DataView(small.buffer).getUint32(8, true) + 2 * NODE_BYTES;
  const source = new Uint8Array(sizeAt + LARGE_BYTES);
  source.set(small);
  new DataView(source.buffer).setUint32(sizeAt, LARGE_BYTES - 4, true);
  const sink = new MemoryBlob();
  const plan = (polygons: MultiPolygonCoordinates): Promise<Recipe> =>
    flatgeobufEngine.plan({
      source: memoryReader(source),
      boundary: prepareBoundary(polygons, 'f'.repeat(64)),
      parameters: flatgeobufEngine.parameters({}),
      sink,
    });
  await expect(plan(boundary)).rejects.toMatchObject({
    kind: 'unsupported-source',
    message: expect.stringContaining(`Feature 0 has ${LARGE_BYTES} bytes and would have to be cut`),
  });
  await expect(plan(box(-50, -50, 50, 50))).resolves.toMatchObject({ report: { counts: { copied: 1 } } });
});

test('an empty point, whose box is no box, is dropped and counted', async () => {
  const source = patched(points, (view, { leaves, features }) => {
    const xy = [view.getFloat64(leaves, true), view.getFloat64(leaves + 8, true)];
    for (let at = leaves; at < leaves + 32; at += 8) view.setFloat64(at, Number.NaN, true);
    const end = features + 4 + view.getUint32(features, true);
    for (let at = features; at + 16 <= end; at++) {
      if (view.getFloat64(at, true) !== xy[0]) continue;
      view.setFloat64(at, Number.NaN, true);
      view.setFloat64(at + 8, Number.NaN, true);
    }
  });
  const { recipe } = await clipBytes(source, box(-50, -50, 50, 50));
  // The levels above still lie inside, but the leaf itself is looked at.
  expect(recipe.report.counts).toMatchObject({ copied: COUNT - 1, empty: 1 });
});
