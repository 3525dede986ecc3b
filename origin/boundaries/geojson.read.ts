import * as z from 'zod';
import { Problem } from '../../cache/problem.ts';
import { requireLongitudeLatitude } from '../../processors/boundary/geojson.crs.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { coordinateFault, polygonalSchema, toMultiPolygon } from './polygons.ts';

const featureSchema = z.object({ type: z.literal('Feature'), geometry: z.unknown() });
const featuresSchema = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) });
const geometriesSchema = z.object({ type: z.literal('GeometryCollection'), geometries: z.array(z.unknown()) });

/** A member of the document and where it stands, such as `features[2].geometry`; empty for the document. */
interface Member {
  place: string;
  value: unknown;
}

/**
 * All polygons of a GeoJSON document (RFC 7946) in longitude and latitude: of a Polygon, a MultiPolygon, a
 * GeometryCollection, a Feature or a FeatureCollection of such. They may overlap and share lines.
 * @param document parsed JSON.
 * @throws {Problem} `invalid-boundary` that says what of the document is no polygon, or what is wrong with one.
 */
export function readPolygons(document: unknown): MultiPolygonCoordinates {
  requireLongitudeLatitude(document);
  const polygons = featuresOf(document).flatMap(geometriesOf).flatMap(polygonsOf);
  if (polygons.length === 0) throw unusable('The GeoJSON holds no polygon.');
  const fault = coordinateFault(polygons);
  if (fault !== null) throw unusable(`The geometry cannot be used: ${fault}.`);
  return polygons;
}

function featuresOf(document: unknown): Member[] {
  const collection = featuresSchema.safeParse(document);
  if (!collection.success) return [{ place: '', value: document }];
  return collection.data.features.map((value, index) => {
    const place = `features[${index}]`;
    if (featureSchema.safeParse(value).success) return { place, value };
    throw unusable(`${place} is ${kindOf(value)}, not a Feature.`);
  });
}

function geometriesOf({ place, value }: Member): Member[] {
  const feature = featureSchema.safeParse(value);
  const outer = feature.success
    ? { place: place === '' ? 'geometry' : `${place}.geometry`, value: feature.data.geometry }
    : { place, value };
  const collection = geometriesSchema.safeParse(outer.value);
  if (!collection.success) return [outer];
  const prefix = outer.place === '' ? '' : `${outer.place}.`;
  return collection.data.geometries.map((inner, index) => ({ place: `${prefix}geometries[${index}]`, value: inner }));
}

function polygonsOf({ place, value }: Member): MultiPolygonCoordinates {
  const polygonal = polygonalSchema.safeParse(value);
  if (polygonal.success) return toMultiPolygon(polygonal.data);
  const subject = place === '' ? 'The document' : place;
  throw unusable(
    `${subject} is ${kindOf(value)}. A boundary is made of Polygons and MultiPolygons with positions of numbers, ` +
      'alone or in Features and collections; leave anything else out.',
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  const type = typeof value === 'object' && 'type' in value ? value.type : undefined;
  if (type === 'Polygon' || type === 'MultiPolygon') return `a ${type} with coordinates that are none`;
  return typeof type === 'string' ? `of the type ${JSON.stringify(type.slice(0, 40))}` : 'not GeoJSON';
}

function unusable(detail: string): Problem {
  return new Problem('invalid-boundary', detail);
}
