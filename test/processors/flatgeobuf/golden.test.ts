import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { clipBytes } from './clip.ts';
import { sampleData } from './sources.ts';

/** A ring, a lake and an island in the middle of Europe. */
const boundary: MultiPolygonCoordinates = lakeWithIsland(77).map((polygon) =>
  polygon.map((ring) => ring.map(([x = 0, y = 0]) => [x * 2 + 2, y * 2 + 40])),
);

/** When one of these changes, raise the engine's `outputVersion`: clips made before are then made again. */
const golden: [file: string, sha256: string][] = [
  ['vectors/rivers.fgb', 'c4d8677bcd43b7ec4ef7f1ac8e2463203a4e77f9a4c88631f422ec6be0436e2c'],
  ['vectors/populated_places.fgb', 'ed38c50ef67456b5c1ed9e76ee0c55bd84f929031a16acac0de0e7740b31de72'],
  ['boundaries/countries.fgb', 'd6b2e7943eed984183f62407d14b8f99eb913b32e1a95d80b168e7a12a91b894'],
];

test('the output version is the one of these bytes', () => expect(flatgeobufEngine.outputVersion).toBe(1));

test.each(golden)('a clip of %s has the bytes that it always had', async (name, sha256) => {
  const { file } = await clipBytes(sampleData(name), boundary);
  expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
});
