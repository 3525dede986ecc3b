import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { areaOf } from '../boundary/shapes.ts';
import { clipBytes } from './clip.ts';
import { readByNpm } from './read.ts';

const polygonCoordinates = z.array(z.array(z.array(z.number())));

/** A temporary folder in which sources of a few features are made. */
export class RuleFolder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-rules-'));
  #sources = 0;

  /** A FlatGeobuf of these geometries, numbered by `id` from 0. */
  sourceOf(type: string, geometries: unknown[], options: string[] = [], layerType = type): Uint8Array {
    const name = path.join(this.path, `rules-${this.#sources++}`);
    const features = geometries.map((coordinates, id) => ({
      type: 'Feature',
      properties: { id, name: `feature ${id}` },
      geometry: { type, coordinates },
    }));
    writeFileSync(`${name}.geojson`, JSON.stringify({ type: 'FeatureCollection', features }));
    const target = ['-f', 'FlatGeobuf', `${name}.fgb`, `${name}.geojson`];
    execFileSync('ogr2ogr', [...target, '-nlt', layerType, ...options], { stdio: 'pipe' });
    return readFileSync(`${name}.fgb`);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The features of a clip in order of id: id, geometry type, coordinates. */
export async function clipped(
  source: Uint8Array,
  boundary: MultiPolygonCoordinates,
): Promise<[unknown, string, unknown][]> {
  const { file } = await clipBytes(source, boundary);
  const features = await readByNpm(file);
  return features
    .map(({ properties, geometry }): [unknown, string, unknown] => [
      properties?.['id'],
      geometry.type,
      'coordinates' in geometry ? geometry.coordinates : null,
    ])
    .sort((a, b) => Number(a[0]) - Number(b[0]));
}

/** Sum of the areas of clipped polygons. */
export function areaOfClipped(features: readonly [unknown, string, unknown][]): number {
  return areaOf(features.map(([, , coordinates]) => polygonCoordinates.parse(coordinates)));
}
