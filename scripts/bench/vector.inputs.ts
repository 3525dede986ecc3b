import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { boxRing } from '../../cache/bbox.ts';
import { readBoundaryFile } from '../../origin/boundaries/file.read.ts';
import { countVertices, polygonalSchema, toMultiPolygon } from '../../origin/boundaries/polygons.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { FlatGeometry, MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import { serialisePrepared } from '../../processors/boundary/serialise.ts';
import { withoutCrossings } from '../../processors/boundary/without.crossings.ts';
import { exists } from './file.exists.ts';
import { type BoundaryFiles, PYTHON } from './raster.inputs.ts';
import { DetailedBoundaries, type DetailedBoundary } from './vector.package.ts';

const SAMPLE_COUNTRIES = path.join(import.meta.dirname, '../../data/boundaries/countries.fgb');
const run = promisify(execFile);

/** Boxes that the features are spread over, in degrees. */
const REGIONS = {
  /** France in Europe. */
  france: { west: -5.2, south: 41.3, east: 9.6, north: 51.2 },
  norway: { west: 4.5, south: 57.9, east: 31.2, north: 71.2 },
  canada: { west: -141.1, south: 41.6, east: -52.6, north: 83.2 },
} as const;
const SEEDS = { buildings: 1, lines: 2, cells: 3 } as const;
const COUNTS = { common: 100_000, million: 1_000_000 } as const;
/** With `--quick`, so many times fewer features. */
const QUICK_DIVISOR = 10;

export type Region = keyof typeof REGIONS;
export type Kind = keyof typeof SEEDS;

/** Generated features. */
export interface Dataset {
  file: string;
  kind: Kind;
  count: number;
  /** As in tables: `100k buildings`. */
  name: string;
}

/** Boundaries of the vector benchmark. */
export type VectorBoundary = 'FRA' | 'paris' | 'france-box' | DetailedBoundary;

export interface Boundary extends BoundaryFiles {
  vertices: number;
}

/** A ring around Paris that is no box, some 20 km across. */
const PARIS = { x: 2.35, y: 48.86, radiusX: 0.14, radiusY: 0.09, vertices: 40 };

const UNUSED_DIGEST = '0'.repeat(64);

const featureSchema = z.object({ geometry: polygonalSchema });

/** Features and boundaries of the benchmark; made or fetched when they are first needed, kept in one folder. */
export class VectorInputs {
  readonly #folder: string;
  readonly #quick: boolean;
  readonly #detailed: DetailedBoundaries;

  constructor(folder: string, quick: boolean) {
    this.#folder = folder;
    this.#quick = quick;
    this.#detailed = new DetailedBoundaries(folder);
  }

  async dataset(kind: Kind, region: Region, size: keyof typeof COUNTS = 'common'): Promise<Dataset> {
    const count = COUNTS[size] / (this.#quick ? QUICK_DIVISOR : 1);
    const file = path.join(this.#folder, `${kind}_${region}_${count}.fgb`);
    const name = `${count >= 1e6 ? `${count / 1e6}M` : `${count / 1000}k`} ${kind}`;
    if (!(await exists(file))) {
      await mkdir(this.#folder, { recursive: true });
      console.error(`bench: making ${file} …`);
      const seed = SEEDS[kind] + (size === 'million' ? 3 : 0);
      const job = { out: file, kind, count, seed, ...REGIONS[region] };
      await run(PYTHON, [path.join(import.meta.dirname, 'vector.data.py'), JSON.stringify(job)]);
    }
    return { file, kind, count, name };
  }

  /** Why a boundary cannot be had; null when it can. Those that npm has are fetched now. */
  async boundaryFault(name: VectorBoundary): Promise<string | null> {
    return isDetailed(name) ? this.#detailed.fault(name) : null;
  }

  /**
   * Made valid, as the service makes what it is given, and kept so: the repair of Canada takes a quarter of a minute.
   * @throws {Error} when it comes from npm and cannot be had, see {@link boundaryFault}.
   */
  async boundary(name: VectorBoundary): Promise<Boundary> {
    await mkdir(this.#folder, { recursive: true });
    const geojson = path.join(this.#folder, `${name}.valid.geojson`);
    const prepared = path.join(this.#folder, `${name}.valid.boundary`);
    if (!(await exists(geojson))) await writeFile(geojson, featureText(repaired(await this.#polygons(name))));
    const polygons = await readFeature(geojson);
    const boundary = prepareBoundary(polygons, await boundaryDigest(polygons));
    await writeFile(prepared, serialisePrepared(boundary));
    return { geojson, prepared, envelope: boundary.geometry.envelope, vertices: countVertices(polygons) };
  }

  async #polygons(name: VectorBoundary): Promise<MultiPolygonCoordinates> {
    if (name === 'paris') return [[ellipse(PARIS)]];
    if (name === 'france-box') {
      const { west, south, east, north } = REGIONS.france;
      return [[boxRing([west, south, east, north])]];
    }
    if (name === 'FRA') {
      const features = await readBoundaryFile(SAMPLE_COUNTRIES);
      const found = features.find(({ properties }) => properties['code'] === name);
      return toMultiPolygon(polygonalSchema.parse(found?.geometry));
    }
    const fault = await this.#detailed.fault(name);
    if (fault !== null) throw new Error(fault);
    return readFeature(this.#detailed.file(name));
  }
}

async function readFeature(file: string): Promise<MultiPolygonCoordinates> {
  return toMultiPolygon(featureSchema.parse(JSON.parse(await readFile(file, 'utf8'))).geometry);
}

function featureText(coordinates: MultiPolygonCoordinates): string {
  return JSON.stringify({ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } });
}

/** Valid polygons come back as they are. */
function repaired(polygons: MultiPolygonCoordinates): MultiPolygonCoordinates {
  const given = prepareBoundary(polygons, UNUSED_DIGEST);
  const valid = withoutCrossings(given);
  return valid === given ? polygons : nested(valid.geometry);
}

function nested({ coordinates, ringStarts, polygonStarts }: FlatGeometry): MultiPolygonCoordinates {
  const position = (vertex: number): number[] => [...coordinates.subarray(vertex * 2, vertex * 2 + 2)];
  const ring = (index: number): number[][] => between(ringStarts, index).map(position);
  return Array.from({ length: polygonStarts.length - 1 }, (_, index) => between(polygonStarts, index).map(ring));
}

/** The numbers from one start to the next. */
function between(starts: Uint32Array, index: number): number[] {
  const [start = 0, end = 0] = starts.subarray(index, index + 2);
  return Array.from({ length: end - start }, (_, step) => start + step);
}

function isDetailed(name: VectorBoundary): name is DetailedBoundary {
  return name.includes('-10m') || name.includes('-5k');
}

function ellipse({ x, y, radiusX, radiusY, vertices }: typeof PARIS): [number, number][] {
  return Array.from({ length: vertices + 1 }, (_, index) => {
    const angle = ((index % vertices) * 2 * Math.PI) / vertices;
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)];
  });
}
