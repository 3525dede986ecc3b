import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
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
  /** Ids that both keep, with a number of points, a length or an area that differs by more than 1e-9 of it. */
  differing: number[];
}

const rowsSchema = z.array(
  z.object({
    id: z.number(),
    mine: z.number().nullable(),
    least: z.number().nullable(),
    most: z.number().nullable(),
    is_near: z.boolean(),
  }),
);

/** Number of points, length or area. */
const SIZE = (geometry: string): string =>
  `CASE dimension WHEN 0 THEN ST_NPoints(${geometry}) WHEN 1 THEN ST_Length(${geometry}) ELSE ST_Area(${geometry}) END`;
const RELATIVE_TOLERANCE = 1e-9;
/** In degrees. */
const HAIR = 1e-9;
/** What rounding the vertices of an edge may do to the area beside it, in degrees, at coordinates of 180. */
const ROUNDING = 1e-13;

/** Whether a feature is kept, of a source that lies in `source` and a boundary in `boundary`. */
const KEPT: Record<Mode, string> = {
  clip: 'most > 0',
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
    // Compiling a query takes longer than running it does here.
    await client.query('CREATE EXTENSION postgis; SET jit = off');
    return new PostgisJudge(server, client);
  }

  async stop(): Promise<void> {
    await this.#client.end();
    await this.#server.stop();
  }

  /** Takes the source, of which invalid polygons are made valid by the even-odd rule. */
  async loadSource(file: string): Promise<void> {
    await this.#load(file, 'source');
    await this.#client.query('ALTER TABLE source ADD dimension int');
    await this.#client.query('UPDATE source SET dimension = ST_Dimension(geom)');
    await this.#makeValid('source');
  }

  /**
   * Takes the boundary and cuts the source to it. Lines are cut edge by edge, since PostGIS keeps what lies twice in a
   * place once; what runs along the boundary's line may be kept or not.
   */
  async loadBoundary(polygons: MultiPolygonCoordinates): Promise<void> {
    const json = JSON.stringify({ type: 'MultiPolygon', coordinates: polygons });
    await this.#client.query('DROP TABLE IF EXISTS boundary, expected');
    await this.#client.query('CREATE TABLE boundary AS SELECT ST_SetSRID(ST_GeomFromGeoJSON($1), 0) AS shape', [json]);
    await this.#client.query(`
      CREATE TABLE expected AS
      SELECT id, dimension, geom, sum(least) AS least, sum(most) AS most, ST_Collect(part) AS part
      FROM (
        SELECT id, dimension, geom, part, ${SIZE('part')} AS most,
          CASE WHEN dimension = 1 AND NOT inner_piece
            THEN ST_Length(ST_Difference(part, ST_Boundary(shape))) ELSE ${SIZE('part')} END AS least
        FROM boundary, (
          SELECT id, dimension, source.geom, inner_piece,
            CASE WHEN inner_piece THEN piece
              ELSE ST_CollectionExtract(ST_Intersection(piece, shape), dimension + 1) END AS part
          FROM boundary, source, LATERAL (
            SELECT source.geom AS piece WHERE dimension <> 1 UNION ALL
            SELECT (ST_DumpSegments(source.geom)).geom WHERE dimension = 1
          ) AS pieces, LATERAL (
            SELECT ST_ContainsProperly(shape, piece) AS inner_piece
          ) AS place WHERE ST_Intersects(shape, piece)
        ) AS cut
      ) AS sized GROUP BY id, dimension, geom`);
  }

  /** Judges a clip of the source to the boundary that were loaded. Sizes are compared where features are cut. */
  async judge(clip: Uint8Array, file: string, mode: Mode): Promise<Verdict> {
    await writeFile(file, clip);
    await this.#load(file, 'clip');
    await this.#makeValid('clip');
    const { rows } = await this.#client.query(`
      WITH theirs AS (
        SELECT * FROM expected, boundary WHERE ${KEPT[mode]}
      ), mine AS (
        SELECT id, sum(size) AS size, sum(ST_Length(ST_Boundary(geom))) AS around, ST_Collect(geom) AS geom FROM (
          SELECT clip.id, clip.geom, ${SIZE('clip.geom')} AS size FROM clip JOIN source ON source.id = clip.id
        ) AS sized GROUP BY id
      )
      SELECT id, mine.size AS mine, least - slack AS least, most + slack AS most,
        (mine.id IS NULL OR theirs.id IS NULL) AND (
          SELECT ST_CoveredBy(part, hair) OR ST_CoveredBy(ST_Difference(geom, part), hair)
          FROM expected, (SELECT ST_Buffer(ST_Boundary(shape), ${HAIR}) AS hair FROM boundary) AS line
          WHERE expected.id = coalesce(mine.id, theirs.id)
        ) IS TRUE AS is_near
      FROM mine FULL JOIN theirs USING (id), LATERAL (SELECT coalesce(around, 0) * ${ROUNDING} AS slack) AS allowed
      ORDER BY id`);
    return verdictOf(rowsSchema.parse(rows), mode);
  }

  async #makeValid(table: string): Promise<void> {
    await this.#client.query(`
      UPDATE ${table} SET geom = ST_Force2D(geom);
      UPDATE ${table} SET geom = ST_CollectionExtract(ST_MakeValid(geom), 3)
      WHERE ST_Dimension(geom) = 2 AND NOT ST_IsValid(geom)`);
  }

  async #load(file: string, table: string): Promise<void> {
    await this.#client.query(`DROP TABLE IF EXISTS ${table}`);
    const layer = ['-nln', table, '-nlt', 'GEOMETRY', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'SPATIAL_INDEX=NONE'];
    const url = this.#server.url.replace(/^postgres:/, 'postgresql:');
    await run('ogr2ogr', ['--config', 'PG_USE_COPY', 'YES', '-f', 'PostgreSQL', url, file, ...layer, '-a_srs', 'None']);
  }
}

function verdictOf(rows: z.infer<typeof rowsSchema>, mode: Mode): Verdict {
  const disputed = rows.filter(({ mine, most }) => mine === null || most === null);
  const differs = ({ mine, least, most }: (typeof rows)[number]): boolean =>
    mine !== null &&
    least !== null &&
    most !== null &&
    Math.max(least - mine, mine - most) > RELATIVE_TOLERANCE * Math.abs(most);
  return {
    kept: rows.filter(({ most }) => most !== null).length,
    wrong: disputed.filter(({ is_near }) => !is_near).map(({ id }) => id),
    excepted: disputed.filter(({ is_near }) => is_near).map(({ id }) => id),
    differing: mode === 'clip' ? rows.filter(differs).map(({ id }) => id) : [],
  };
}

/** A judge and a folder for the sources of one file of tests, gone when its tests have ended. */
export function usePostgisJudge(name: string): { folder: string; judge: () => PostgisJudge } {
  const folder = mkdtempSync(path.join(tmpdir(), `flatgeobuf-${name}-`));
  let judge: PostgisJudge | null = null;
  beforeAll(async () => {
    judge = await PostgisJudge.start();
  });
  afterAll(async () => {
    await judge?.stop();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    judge() {
      if (judge === null) throw new Error('The judge is not there before the tests begin.');
      return judge;
    },
  };
}
