import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';

const run = promisify(execFile);

export const MODES = ['clip', 'intersects', 'within'] as const;
type Mode = (typeof MODES)[number];

/** What PostGIS says of a clip. */
export interface Verdict {
  /** Ids that PostGIS keeps. */
  kept: number;
  /** Ids that only one of both keeps, and not just a hair's breadth of the boundary's line. */
  wrong: number[];
  /** Ids that only one of both keeps, all of whose disputed part lies within a hair's breadth of the line. */
  excepted: number[];
  /** Largest relative difference of a number of points, a length or an area, where both keep the id. */
  worst: number;
}

const rowsSchema = z.array(
  z.object({ id: z.number(), mine: z.number().nullable(), theirs: z.number().nullable(), is_near: z.boolean() }),
);

const SIZE = (geometry: string): string =>
  `CASE dimension WHEN 0 THEN ST_NPoints(${geometry}) WHEN 1 THEN ST_Length(${geometry}) ELSE ST_Area(${geometry}) END`;
/** In degrees. */
const HAIR = 1e-9;

/** Whether a feature is kept, of a source that lies in `source` and a boundary in `boundary`. */
const KEPT: Record<Mode, string> = {
  clip: 'part_size > 0',
  intersects: `ST_Relate(geom, shape, 'T********')`,
  within: `ST_Relate(geom, shape, 'T********') AND ST_CoveredBy(geom, shape)`,
};

/** A PostGIS server that judges clips. Features are numbered by their attribute `id`. */
export class PostgisJudge {
  readonly #server: TestPostgres;
  readonly #client: Client;

  private constructor(server: TestPostgres, client: Client) {
    this.#server = server;
    this.#client = client;
  }

  static async start(): Promise<PostgisJudge> {
    const server = await startPostgres();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query('CREATE EXTENSION postgis');
    return new PostgisJudge(server, client);
  }

  async stop(): Promise<void> {
    await this.#client.end();
    await this.#server.stop();
  }

  /** Takes the source, of which invalid polygons are made valid by the even-odd rule. */
  async loadSource(file: string): Promise<void> {
    await this.#load(file, 'source');
    await this.#client.query(`
      ALTER TABLE source ADD dimension int;
      UPDATE source SET dimension = ST_Dimension(geom), geom = ST_Force2D(geom);
      UPDATE source SET geom = ST_CollectionExtract(ST_MakeValid(geom), 3) WHERE dimension = 2 AND NOT ST_IsValid(geom);
    `);
  }

  /** Takes the boundary and cuts the source to it. */
  async loadBoundary(polygons: MultiPolygonCoordinates): Promise<void> {
    const json = JSON.stringify({ type: 'MultiPolygon', coordinates: polygons });
    await this.#client.query('DROP TABLE IF EXISTS boundary, expected');
    await this.#client.query('CREATE TABLE boundary AS SELECT ST_SetSRID(ST_GeomFromGeoJSON($1), 0) AS shape', [json]);
    await this.#client.query(`
      CREATE TABLE expected AS
      SELECT *, coalesce(${SIZE('part')}, 0) AS part_size, ${SIZE('geom')} AS whole_size FROM (
        SELECT id, dimension, geom, ST_CollectionExtract(ST_Intersection(geom, shape), dimension + 1) AS part
        FROM source, boundary WHERE NOT ST_IsEmpty(geom)
      ) AS cut`);
  }

  /** Judges a clip of the source to the boundary that were loaded. */
  async judge(clip: Uint8Array, file: string, mode: Mode): Promise<Verdict> {
    await writeFile(file, clip);
    await this.#load(file, 'clip');
    const { rows } = await this.#client.query(`
      WITH theirs AS (
        SELECT id, dimension, geom, part, ${mode === 'clip' ? 'part_size' : 'whole_size'} AS size
        FROM expected, boundary WHERE ${KEPT[mode]}
      ), mine AS (
        SELECT id, sum(size) AS size, ST_Collect(geom) AS geom FROM (
          SELECT clip.id, clip.geom, ${SIZE('clip.geom')} AS size FROM clip JOIN source ON source.id = clip.id
        ) AS sized GROUP BY id
      )
      SELECT id, mine.size AS mine, theirs.size AS theirs, (mine.id IS NULL OR theirs.id IS NULL) AND (
        SELECT ST_CoveredBy(coalesce(part, mine.geom), ST_Buffer(ST_Boundary(shape), ${HAIR})) FROM boundary
      ) AS is_near FROM mine FULL JOIN theirs USING (id) ORDER BY id`);
    return verdictOf(rowsSchema.parse(rows));
  }

  async #load(file: string, table: string): Promise<void> {
    await this.#client.query(`DROP TABLE IF EXISTS ${table}`);
    const layer = ['-nln', table, '-nlt', 'GEOMETRY', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'SPATIAL_INDEX=NONE'];
    const url = this.#server.url.replace(/^postgres:/, 'postgresql:');
    await run('ogr2ogr', ['-f', 'PostgreSQL', url, file, ...layer, '-a_srs', 'None']);
  }
}

function verdictOf(rows: z.infer<typeof rowsSchema>): Verdict {
  const disputed = rows.filter(({ mine, theirs }) => mine === null || theirs === null);
  const differences = rows.map(({ mine, theirs }) =>
    mine === null || theirs === null || mine === theirs ? 0 : Math.abs(mine - theirs) / Math.abs(theirs),
  );
  return {
    kept: rows.filter(({ theirs }) => theirs !== null).length,
    wrong: disputed.filter(({ is_near }) => !is_near).map(({ id }) => id),
    excepted: disputed.filter(({ is_near }) => is_near).map(({ id }) => id),
    worst: Math.max(0, ...differences),
  };
}
