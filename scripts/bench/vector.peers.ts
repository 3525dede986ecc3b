import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '../../test/postgres.ts';
import type { Boundary, Dataset } from './vector.inputs.ts';
import type { Measures } from './vector.measures.ts';

const run = promisify(execFile);

/** What PostGIS's manual gives as a good size of a piece. */
const PIECE_VERTICES_MAX = 256;
const FLATGEOBUF = ['-f', 'FlatGeobuf', '-nlt', 'PROMOTE_TO_MULTI', '-lco', 'SPATIAL_INDEX=YES'];

/** `ogr2ogr -clipsrc` to an indexed FlatGeobuf: the same file that is made here. */
export function clipWithOgr(source: string, { geojson }: Boundary, out: string): string[] {
  return ['ogr2ogr', '-q', ...FLATGEOBUF, '-clipsrc', geojson, out, source];
}

/** Writes the features whose `id` is below `count`: their place does not depend on it. */
export async function writeSample({ file }: Dataset, count: number, out: string): Promise<void> {
  await rm(out, { force: true });
  await run('ogr2ogr', ['-q', '-f', 'FlatGeobuf', '-where', `id < ${count}`, out, file]);
}

/** What a query took and gave. */
export interface Queried {
  wallSeconds: number;
  measures: Measures;
}

/** A PostgreSQL with PostGIS that holds features and boundaries of the benchmark. */
export interface PostgisPeer {
  /** Clips features to a boundary; both are loaded, indexed and analysed when they first come, which is not timed. */
  clip(dataset: Dataset, name: string, boundary: Boundary): Promise<Queried>;
  stop(): Promise<void>;
}

/** Starts it; only its queries are meant to be timed. */
export async function startPostgis(): Promise<PostgisPeer> {
  const server = await startPostgres();
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query('CREATE EXTENSION postgis');
  // What fits two cores and the memory of a desktop machine; without a durable file there is nothing else to wait for.
  await client.query("SET work_mem = '256MB'");
  await client.query('SET max_parallel_workers_per_gather = 2');
  const { hostname, port, username, pathname } = new URL(server.url);
  const connection = `PG:host=${hostname} port=${port} user=${username} dbname=${pathname.slice(1)}`;
  const loaded = new Set<string>();

  async function load(table: string, file: string, geometryType: string): Promise<void> {
    if (loaded.has(table)) return;
    loaded.add(table);
    const shape = ['-nln', table, '-nlt', geometryType, '-lco', 'GEOMETRY_NAME=geom', '-a_srs', 'EPSG:4326'];
    await run('ogr2ogr', ['-q', '-f', 'PostgreSQL', '--config', 'PG_USE_COPY', 'YES', ...shape, connection, file]);
    await client.query(`ANALYZE ${table}`);
  }

  async function loadPieces(table: string, file: string): Promise<void> {
    if (loaded.has(table)) return;
    await load(`${table}_whole`, file, 'MULTIPOLYGON');
    loaded.add(table);
    const pieces = `SELECT ST_Subdivide(geom, ${PIECE_VERTICES_MAX}) AS geom FROM ${table}_whole`;
    await client.query(`CREATE TABLE ${table} AS ${pieces}`);
    await client.query(`CREATE INDEX ON ${table} USING gist (geom)`);
    await client.query(`ANALYZE ${table}`);
  }

  return {
    async clip({ file, kind }, name, { geojson }) {
      const [features, pieces] = [path.basename(file, '.fgb'), `pieces_${name.toLowerCase().replace('-', '_')}`];
      await load(features, file, kind === 'lines' ? 'LINESTRING' : 'POLYGON');
      await loadPieces(pieces, geojson);
      const start = performance.now();
      const { rows } = await client.query<{ id: string; size: number }>(
        clipQuery(features, pieces, kind === 'lines' ? 'ST_Length' : 'ST_Area'),
      );
      const wallSeconds = (performance.now() - start) / 1000;
      return { wallSeconds, measures: new Map(rows.map(({ id, size }) => [Number(id), size])) };
    },
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

/**
 * Cuts by pieces of the boundary and measures what is inside. A clip would have to unite the pieces of a feature again
 * and write them; that is left out, in favour of the peer.
 */
function clipQuery(features: string, pieces: string, measure: string): string {
  return `
    SELECT id, size FROM (
      SELECT f.id, sum(${measure}(
        CASE WHEN ST_CoveredBy(f.geom, p.geom) THEN f.geom ELSE ST_Intersection(f.geom, p.geom) END)) AS size
      FROM ${pieces} p JOIN ${features} f ON ST_Intersects(f.geom, p.geom)
      GROUP BY f.id) AS clipped
    WHERE size > 0`;
}
