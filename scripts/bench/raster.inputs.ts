import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readBoundaryFile } from '../../origin/boundaries/file.read.ts';
import { polygonalSchema, toMultiPolygon } from '../../origin/boundaries/polygons.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import { serialisePrepared } from '../../processors/boundary/serialise.ts';
import { exists } from './file.exists.ts';

const DATA = path.join(import.meta.dirname, '../../data');
/** Debian's Python, which has GDAL's bindings; another one may come first on the path. */
export const PYTHON = '/usr/bin/python3';

interface Grid {
  west: number;
  north: number;
  /** Degrees. */
  cell: number;
  width: number;
  height: number;
  type: 'Int16' | 'Float32';
  seed: number;
}

const GLOBE = { west: -180, north: 90 };
/** Holds all of Brazil with its islands. */
const BRAZIL = { west: -75, north: 7 };
const FULL = {
  int16: { ...GLOBE, cell: 30 / 3600, width: 43_200, height: 21_600, type: 'Int16', seed: 1 },
  float32: { ...GLOBE, cell: 30 / 3600, width: 43_200, height: 21_600, type: 'Float32', seed: 2 },
  fine: { ...BRAZIL, cell: 6 / 3600, width: 28_800, height: 25_200, type: 'Int16', seed: 3 },
} as const satisfies Record<string, Grid>;
/** The same with a quarter of the pixels each way. */
const QUICK = {
  int16: { ...FULL.int16, cell: 120 / 3600, width: 10_800, height: 5400 },
  float32: { ...FULL.float32, cell: 120 / 3600, width: 10_800, height: 5400 },
  fine: { ...FULL.fine, cell: 24 / 3600, width: 7200, height: 6300 },
} as const satisfies Record<string, Grid>;

export type RasterName = keyof typeof FULL;

/** A boundary in the two forms that the engines take. */
export interface BoundaryFiles {
  /** GeoJSON, for GDAL. */
  geojson: string;
  /** Made ready and serialised, as the origin stores it. */
  prepared: string;
  envelope: readonly [minX: number, minY: number, maxX: number, maxY: number];
}

/** Rasters and boundaries of the benchmark; made when they are first needed, kept in one folder. */
export class RasterInputs {
  readonly #folder: string;
  readonly #quick: boolean;

  constructor(folder: string, quick: boolean) {
    this.#folder = folder;
    this.#quick = quick;
  }

  /** Side of a pixel in seconds of arc. */
  cellSeconds(name: RasterName): number {
    return Math.round(this.#grid(name).cell * 3600);
  }

  async raster(name: RasterName): Promise<string> {
    const grid = this.#grid(name);
    const file = path.join(this.#folder, `relief_${this.cellSeconds(name)}s_${grid.type.toLowerCase()}.tif`);
    if (await exists(file)) return file;
    await mkdir(this.#folder, { recursive: true });
    console.error(`bench: making ${file} …`);
    const job = { ...grid, base: path.join(DATA, 'rasters/etopo5_relief_15min.tif'), out: file };
    await promisify(execFile)(PYTHON, [path.join(import.meta.dirname, 'raster.data.py'), JSON.stringify(job)]);
    return file;
  }

  #grid(name: RasterName): Grid {
    return (this.#quick ? QUICK : FULL)[name];
  }

  /** @param code of a country of the sample boundaries, as `BRA`. */
  async boundary(code: string): Promise<BoundaryFiles> {
    await mkdir(this.#folder, { recursive: true });
    const features = await readBoundaryFile(path.join(DATA, 'boundaries/countries.fgb'));
    const feature = features.find(({ properties }) => properties['code'] === code);
    const geometry = polygonalSchema.parse(feature?.geometry);
    const polygons = toMultiPolygon(geometry);
    const boundary = prepareBoundary(polygons, await boundaryDigest(polygons));
    const geojson = path.join(this.#folder, `${code}.geojson`);
    const prepared = path.join(this.#folder, `${code}.boundary`);
    await writeFile(geojson, JSON.stringify({ type: 'Feature', properties: {}, geometry }));
    await writeFile(prepared, serialisePrepared(boundary));
    return { geojson, prepared, envelope: boundary.geometry.envelope };
  }
}
