import { isId } from '../../cache/ids.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import type { BoundaryFeature } from './file.read.ts';
import { coordinateFault, polygonalSchema, toMultiPolygon } from './polygons.ts';

/** Which columns of the file hold what. */
export interface BoundaryFields {
  id: string;
  name: string;
  /** The name is used when there is none. */
  longName: string | null;
}

/** A boundary as a file gives it; its geometry may still be invalid. */
export interface GivenBoundary {
  id: string;
  name: string;
  longName: string;
  polygons: MultiPolygonCoordinates;
}

/** Longest name kept: what fits a page, and more than any real name has. */
const NAME_CHARACTERS_MAX = 200;

/** Takes boundaries out of features; says of each that cannot be used why, by its number in the file. */
export function readFeatures(
  features: readonly BoundaryFeature[],
  fields: BoundaryFields,
): { given: GivenBoundary[]; faults: string[] } {
  const missing = missingFields(features, fields);
  if (missing.length > 0) return { given: [], faults: missing };
  const faults: string[] = [];
  const given: GivenBoundary[] = [];
  features.forEach((feature, index) => {
    const found = readFeature(feature, fields);
    if (typeof found === 'string') faults.push(`feature ${index + 1}: ${found}`);
    else given.push(found);
  });
  return { given, faults: [...faults, ...repeatedIds(given)] };
}

/** A field that no feature has is one mistake and not one for each. */
function missingFields(features: readonly BoundaryFeature[], fields: BoundaryFields): string[] {
  const there = new Set(features.flatMap(({ properties }) => Object.keys(properties)));
  return fieldNames(fields)
    .filter((field) => !there.has(field))
    .map((field) => `there is no field ${JSON.stringify(field)}; there are ${[...there].join(', ') || 'none'}`);
}

function fieldNames({ id, name, longName }: BoundaryFields): string[] {
  return [id, name, ...(longName === null ? [] : [longName])];
}

function readFeature({ properties, geometry }: BoundaryFeature, fields: BoundaryFields): GivenBoundary | string {
  const absent = fieldNames(fields).find((field) => !Object.hasOwn(properties, field));
  if (absent !== undefined) return `it has no field ${JSON.stringify(absent)}`;
  const id = textOf(properties[fields.id]).toLowerCase();
  if (!isId(id)) {
    return `the id ${JSON.stringify(id)} is not valid: 1 to 64 of a-z, 0-9, ".", "_", "-", no route word, no file ending`;
  }
  const name = textOf(properties[fields.name]);
  const longName = (fields.longName === null ? '' : textOf(properties[fields.longName])) || name;
  if (name === '') return `${id} has no name`;
  if (Math.max(name.length, longName.length) > NAME_CHARACTERS_MAX) {
    return `the name of ${id} has more than ${NAME_CHARACTERS_MAX} characters`;
  }
  const polygonal = polygonalSchema.safeParse(geometry);
  if (!polygonal.success) return `the geometry of ${id} is ${typeOf(geometry)}, not a Polygon or MultiPolygon`;
  const polygons = toMultiPolygon(polygonal.data);
  const fault = coordinateFault(polygons);
  return fault === null ? { id, name, longName, polygons } : `the geometry of ${id} cannot be used: ${fault}`;
}

function repeatedIds(given: readonly GivenBoundary[]): string[] {
  const counts = new Map<string, number>();
  for (const { id } of given) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([id, count]) => `the id ${id} stands ${count} times`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function typeOf(geometry: unknown): string {
  if (geometry === null || geometry === undefined) return 'missing';
  const type = typeof geometry === 'object' && 'type' in geometry ? geometry.type : undefined;
  return typeof type === 'string' ? `a ${type} or damaged` : 'damaged';
}
