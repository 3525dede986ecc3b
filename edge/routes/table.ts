import type { Route } from '../call.ts';
import { ClipRefresher } from '../clip.make.ts';
import { getAsset } from './asset.get.ts';
import { createBoundary } from './boundary.create.ts';
import { getBoundary } from './boundary.get.ts';
import { listBoundaries } from './boundary.list.ts';
import { findBoundaries } from './boundary.search.ts';
import { clipRoute } from './clip.get.ts';
import { getDataset } from './dataset.get.ts';
import { listDatasets } from './dataset.list.ts';
import { getDatasetVersion } from './dataset.version.ts';
import { getFolder } from './folder.get.ts';
import { getHealth } from './health.get.ts';
import { getHome } from './home.get.ts';
import { getJob } from './job.get.ts';
import { getDataPackage } from './package.datapackage.ts';
import { getPackage } from './package.get.ts';
import { listPackages } from './package.list.ts';
import { refuseZip } from './zip.get.ts';

/** What a path answers to each method. `HEAD` is answered as `GET` is. */
export interface RouteMethods {
  GET: Route;
  POST?: Route;
}

/** All paths; the first that fits counts. */
export function routeTable(): readonly (readonly [path: string, methods: RouteMethods])[] {
  return [
    ['/', { GET: getHome }],
    ['/assets/:name', { GET: getAsset }],
    ['/healthz', { GET: getHealth }],
    ['/boundaries', { GET: listBoundaries, POST: createBoundary }],
    ['/boundaries/search', { GET: findBoundaries }],
    ['/boundaries/:boundary', { GET: getBoundary }],
    ['/datasets', { GET: listDatasets }],
    ['/datasets/:dataset', { GET: getDataset }],
    ['/datasets/:dataset/:version', { GET: getDatasetVersion }],
    ['/packages', { GET: listPackages }],
    ['/packages/:boundary.zip', { GET: refuseZip }],
    ['/packages/:boundary/:dataset/:version.zip', { GET: refuseZip }],
    ['/packages/:boundary', { GET: getPackage }],
    ['/packages/:boundary/datapackage.json', { GET: getDataPackage }],
    ['/packages/:boundary/:dataset/:version', { GET: getFolder }],
    ['/packages/:boundary/:dataset/:version/:file', { GET: clipRoute(new ClipRefresher()) }],
    ['/jobs/:id', { GET: getJob }],
  ];
}
