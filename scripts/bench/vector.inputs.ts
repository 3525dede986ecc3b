import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readBoundaryFile } from '../../origin/boundaries/file.read.ts';
import { countVertices, polygonalSchema, toMultiPolygon } from '../../origin/boundaries/polygons.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import { serialisePrepared } from '../../processors/boundary/serialise.ts';
import { exists } from './file.exists.ts';
import { type BoundaryFiles, PYTHON } from './raster.inputs.ts';
import { DETAILED_CODES, fetchDetailed } from './vector.package.ts';

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

/** Boundaries of the vector benchmark; those that end in `-10m` and `-5k` come from npm. */
export type VectorBoundary = 'FRA' | 'FRA-10m' | 'NOR-10m' | 'CAN-10m' | 'CAN-5k' | 'paris' | 'france-box';

export interface Boundary extends BoundaryFiles {
  vertices: number;
}

/** A ring around Paris that is no box, some 20 km across. */
const PARIS = { x: 2.35, y: 48.86, radiusX: 0.14, radiusY: 0.09, vertices: 40 };

const featureSchema = z.object({ geometry: polygonalSchema });

/** Features and boundaries of the benchmark; made or fetched when they are first needed, kept in one folder. */
export class VectorInputs {
  readonly #folder: string;
  readonly #quick: boolean;
  #detailed: Promise<string | null> | undefined;

  constructor(folder: string, quick: boolean) {
    this.#folder = folder;
    this.#quick = quick;
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

  /** Why boundaries from npm cannot be had; null when they can. */
  detailedFault(): Promise<string | null> {
    this.#detailed ??= fetchDetailed(this.#folder);
    return this.#detailed;
  }

  /** @throws {Error} when it comes from npm and cannot be had, see {@link detailedFault}. */
  async boundary(name: VectorBoundary): Promise<Boundary> {
    await mkdir(this.#folder, { recursive: true });
    const polygons = await this.#polygons(name);
    const geojson = path.join(this.#folder, `${name}.vector.geojson`);
    const prepared = path.join(this.#folder, `${name}.vector.boundary`);
    const boundary = prepareBoundary(polygons, await boundaryDigest(polygons));
    const geometry = { type: 'MultiPolygon', coordinates: polygons };
    await writeFile(geojson, JSON.stringify({ type: 'Feature', properties: {}, geometry }));
    await writeFile(prepared, serialisePrepared(boundary));
    return { geojson, prepared, envelope: boundary.geometry.envelope, vertices: countVertices(polygons) };
  }

  async #polygons(name: VectorBoundary): Promise<MultiPolygonCoordinates> {
    if (name === 'paris') return [[ellipse(PARIS)]];
    if (name === 'france-box') return [[rectangle(REGIONS.france)]];
    if (name === 'FRA') {
      const features = await readBoundaryFile(SAMPLE_COUNTRIES);
      const found = features.find(({ properties }) => properties['code'] === name);
      return toMultiPolygon(polygonalSchema.parse(found?.geometry));
    }
    const fault = await this.detailedFault();
    if (fault !== null) throw new Error(fault);
    const text = await readFile(path.join(this.#folder, `${name}.geojson`), 'utf8');
    return toMultiPolygon(featureSchema.parse(JSON.parse(text)).geometry);
  }
}

/** Boundaries that need {@link VectorInputs.detailedFault} to be null. */
export function isDetailed(name: VectorBoundary): boolean {
  return DETAILED_CODES.some((code) => name.startsWith(`${code}-`));
}

function ellipse({ x, y, radiusX, radiusY, vertices }: typeof PARIS): [number, number][] {
  return Array.from({ length: vertices + 1 }, (_, index) => {
    const angle = ((index % vertices) * 2 * Math.PI) / vertices;
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)];
  });
}

function rectangle({ west, south, east, north }: (typeof REGIONS)[Region]): [number, number][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
