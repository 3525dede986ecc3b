import type { CrsMeta, HeaderMeta } from 'flatgeobuf';
import { magicbytes } from 'flatgeobuf/lib/mjs/constants.js';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import * as z from 'zod';
import { requireLongitudeLatitude, requireLongitudeLatitudeName } from '../../processors/boundary/geojson.crs.ts';
import { parsePositions, readBytes, requireRoomForFlatGeobuf } from './file.bytes.ts';

/** One feature of a boundary file, its values not yet looked at. */
export interface BoundaryFeature {
  properties: Readonly<Record<string, unknown>>;
  geometry: unknown;
}

/** The first bytes of a FlatGeobuf, up to the major version. */
const MAGIC_BYTES = 4;

const featureSchema = z.object({
  type: z.literal('Feature'),
  properties: z.record(z.string(), z.unknown()).nullable(),
  geometry: z.unknown(),
});
const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(featureSchema),
});

/**
 * Reads all features of a GeoJSON FeatureCollection (RFC 7946) or a FlatGeobuf file, told apart by their content.
 * @throws {Error} that names the file and says why it cannot be read; coordinates must be EPSG:4326.
 */
export async function readBoundaryFile(file: string): Promise<BoundaryFeature[]> {
  try {
    const bytes = await readBytes(file);
    const isFlatGeobuf = magicbytes.subarray(0, MAGIC_BYTES).every((byte, index) => bytes[index] === byte);
    return isFlatGeobuf ? await readFlatGeobuf(bytes) : readGeoJson(parsePositions(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read as GeoJSON or FlatGeobuf: ${reason}`, { cause: error });
  }
}

async function readFlatGeobuf(bytes: Uint8Array): Promise<BoundaryFeature[]> {
  requireRoomForFlatGeobuf(bytes);
  const features: BoundaryFeature[] = [];
  const headers: HeaderMeta[] = [];
  for await (const { properties, geometry } of deserialize(bytes, {
    headerMetaFn: (meta: HeaderMeta) => headers.push(meta),
  })) {
    features.push({ properties: properties ?? {}, geometry });
  }
  const [header] = headers;
  if (header === undefined) throw new Error('it has no header');
  if (header.crs !== null) requireLongitudeLatitudeName(nameOf(header.crs));
  if (header.featuresCount > 0 && header.featuresCount !== features.length) {
    throw new Error(`it holds ${features.length} of the ${header.featuresCount} features that its header promises`);
  }
  return features;
}

/** What a header calls its CRS: by its register if it can, else by its name. */
function nameOf({ org, code, code_string: text, name }: CrsMeta): string {
  const registered = code === 0 ? text : String(code);
  return registered === null ? (name ?? 'of no name') : `${org ?? 'EPSG'}:${registered}`;
}

function readGeoJson(document: unknown): BoundaryFeature[] {
  requireLongitudeLatitude(document);
  const collection = collectionSchema.safeParse(document);
  if (!collection.success) {
    const [issue] = collection.error.issues;
    throw new Error(`it is no FeatureCollection: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  return collection.data.features.map(({ properties, geometry }) => ({ properties: properties ?? {}, geometry }));
}
