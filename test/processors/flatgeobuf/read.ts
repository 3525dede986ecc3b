import type { IGeoJsonFeature } from 'flatgeobuf/lib/mjs/geojson/feature.js';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';

const NODE_BYTES = 40;

/** The features of a FlatGeobuf, size prefixes included, found by the sizes that stand before each. */
export function featuresOf(file: Uint8Array, featuresCount: number, nodeSize = 16): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 12 + view.getUint32(8, true) + indexNodes(featuresCount, nodeSize) * NODE_BYTES;
  const features: Uint8Array[] = [];
  while (at < file.length) {
    const end = at + 4 + view.getUint32(at, true);
    features.push(file.subarray(at, end));
    at = end;
  }
  return features;
}

function indexNodes(featuresCount: number, nodeSize: number): number {
  if (featuresCount === 0) return 0;
  let level = featuresCount;
  let nodes = level;
  do {
    level = Math.ceil(level / nodeSize);
    nodes += level;
  } while (level > 1);
  return nodes;
}

/** All features as npm flatgeobuf reads them. */
export async function readByNpm(file: Uint8Array): Promise<IGeoJsonFeature[]> {
  const features: IGeoJsonFeature[] = [];
  for await (const feature of deserialize(file)) features.push(feature);
  return features;
}
