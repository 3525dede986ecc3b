import type { BoundaryFiles } from './raster.inputs.ts';

/** What a peer is asked for. */
export interface PeerJob {
  source: string;
  boundary: BoundaryFiles;
  out: string;
  isFloat: boolean;
}

/** The best that GDAL can be told: both cores, enough memory for all of it. */
const FAST = ['--config', 'GDAL_CACHEMAX', '4000', '--config', 'GDAL_PAM_ENABLED', 'NO'];
const WARP = ['gdalwarp', '-q', '-overwrite', '-multi', '-wo', 'NUM_THREADS=ALL_CPUS', '-wm', '1000', ...FAST];
const THREADS = ['-co', 'NUM_THREADS=ALL_CPUS'];
const COG = ['-of', 'COG', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=YES', ...THREADS];

function cut({ boundary }: PeerJob): string[] {
  return ['-cutline', boundary.geojson, '-crop_to_cutline'];
}

/** `gdalwarp` to a tiled GeoTIFF without overviews, empty tiles left out: the least that GDAL can be asked for. */
export function warpToSparseTiff(job: PeerJob): string[] {
  const predictor = `PREDICTOR=${job.isFloat ? 3 : 2}`;
  const layout = ['TILED=YES', 'BLOCKXSIZE=512', 'BLOCKYSIZE=512', 'COMPRESS=DEFLATE', predictor, 'SPARSE_OK=TRUE'];
  const options = layout.flatMap((option) => ['-co', option]);
  return [...WARP, '-of', 'GTiff', ...options, ...THREADS, ...cut(job), job.source, job.out];
}

/** `gdalwarp` to a COG: what a user who wants this clip would type. */
export function warpToCog(job: PeerJob): string[] {
  return [...WARP, ...COG, ...cut(job), job.source, job.out];
}

/** `gdal_translate` of the envelope to a COG: no mask at all. */
export function translateToCog(job: PeerJob): string[] {
  const [west, south, east, north] = job.boundary.envelope.map(String);
  const window = ['-projwin', west, north, east, south].filter((value) => value !== undefined);
  return ['gdal_translate', '-q', ...FAST, ...COG, ...window, job.source, job.out];
}

const RASTERIO = `
import json, sys
import rasterio, rasterio.mask
source, boundary, out = sys.argv[1:]
with open(boundary) as file: shape = json.load(file)["geometry"]
with rasterio.open(source) as dataset:
    pixels, transform = rasterio.mask.mask(dataset, [shape], crop=True)
    profile = dict(dataset.profile, driver="GTiff", height=pixels.shape[1], width=pixels.shape[2], transform=transform,
                   sparse_ok=True, num_threads="all_cpus")
with rasterio.open(out, "w", **profile) as clip: clip.write(pixels)
`;

/** `rasterio.mask` to a tiled GeoTIFF without overviews. */
export function rasterioMask(python: string, { source, boundary, out }: PeerJob): string[] {
  return [python, '-c', RASTERIO, source, boundary.geojson, out];
}
