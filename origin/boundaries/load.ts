import type { Repair } from '../../cache/catalogue.ts';
import type { Database, Queryable } from '../database/database.ts';
import { type BoundaryFields, type GivenBoundary, readFeatures } from './feature.read.ts';
import { readBoundaryFile } from './file.read.ts';
import { storeGeometries } from './geometry.store.ts';
import { prepareDirectly } from './prepare.ts';
import { makeValid } from './valid.ts';

export interface LoadRequest {
  file: string;
  fields: BoundaryFields;
  /** 0 for countries, 1 for their first division, and so on. */
  level: number;
  /** Names where the boundaries come from; a later load of the same source updates them. */
  source: string;
}

/** What a load did. */
export interface LoadReport {
  added: number;
  /** Shape or names are new. */
  updated: number;
  unchanged: number;
  /** Boundaries whose geometry was not valid and was repaired. */
  repaired: RepairedBoundary[];
}

export interface RepairedBoundary extends Repair {
  id: string;
}

/** A file that was not loaded, with everything that is wrong in it. */
export class LoadRefused extends Error {
  readonly faults: readonly string[];

  constructor(file: string, faults: readonly string[]) {
    super(
      `${file} was not loaded, for ${faults.length} reason${faults.length === 1 ? '' : 's'}:\n  ${faults.join('\n  ')}`,
    );
    this.name = 'LoadRefused';
    this.faults = faults;
  }
}

/**
 * Loads named boundaries of a GeoJSON or FlatGeobuf file: all of them or, when anything is wrong, none. Ids become
 * lower case. Invalid geometry is repaired. Loading the same file again changes nothing; boundaries that the file no
 * longer has stay.
 * @throws {LoadRefused} for ids that are invalid, stand twice or belong to another level or source, and for geometry
 *   that cannot be repaired.
 * @throws {Error} when the file cannot be read.
 */
export async function loadBoundaries(database: Database, request: LoadRequest): Promise<LoadReport> {
  const features = await readBoundaryFile(request.file);
  if (features.length === 0) throw new LoadRefused(request.file, ['it holds no features']);
  const { given, faults } = readFeatures(features, request.fields);
  const taken = await takenIds(database, given, request);
  const valid = await makeValid(
    database,
    given.map(({ polygons }) => polygons),
  );
  const empty = given.filter((_, index) => valid[index]?.polygons.length === 0).map(({ id }) => id);
  refuseFaults(request, [
    ...faults,
    ...taken,
    ...empty.map((id) => `the geometry of ${id} has no area, even when repaired`),
  ]);

  // Before anything is locked, since preparing takes its time; a geometry that nothing names yet does no harm.
  const digests = await storeGeometries(
    database,
    valid.map(({ polygons }) => polygons),
    prepareDirectly,
  );
  const repairs = valid.map(({ repaired }) => repaired);
  return database.transaction(async (transaction) => {
    // One load at a time: a second one sees what the first has made of the ids.
    await transaction.query('LOCK TABLE boundaries IN SHARE ROW EXCLUSIVE MODE');
    refuseFaults(request, await takenIds(transaction, given, request));
    const counts = await upsert(transaction, given, digests, repairs, request);
    const repaired = given.flatMap(({ id }, index) => {
      const repair = repairs[index] ?? null;
      return repair === null ? [] : [{ id, ...repair }];
    });
    return { ...counts, unchanged: given.length - counts.added - counts.updated, repaired };
  });
}

function refuseFaults({ file }: LoadRequest, faults: readonly string[]): void {
  if (faults.length > 0) throw new LoadRefused(file, faults);
}

async function takenIds(
  database: Queryable,
  given: readonly GivenBoundary[],
  { level, source }: LoadRequest,
): Promise<string[]> {
  const others = await database.query<{ id: string; level: number; source: string }>(
    `SELECT id, level, source FROM boundaries
     WHERE id = ANY($1) AND (level <> $2 OR source <> $3 OR ad_hoc) ORDER BY id`,
    [given.map(({ id }) => id), level, source],
  );
  return others.map(
    (other) =>
      `the id ${other.id} belongs to a boundary of level ${other.level} from ${other.source}; ` +
      `this is level ${level} from ${source}`,
  );
}

async function upsert(
  database: Queryable,
  given: readonly GivenBoundary[],
  digests: readonly string[],
  repairs: readonly (Repair | null)[],
  { level, source }: LoadRequest,
): Promise<{ added: number; updated: number }> {
  const changed = await database.query<{ added: boolean }>(
    `INSERT INTO boundaries AS b (id, name, long_name, level, source, digest, report)
     SELECT id, name, long_name, $6, $7, digest,
       CASE WHEN repaired IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('repaired', repaired::jsonb) END
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
       AS given (id, name, long_name, digest, repaired)
     ON CONFLICT (id) DO UPDATE
       SET name = excluded.name, long_name = excluded.long_name, digest = excluded.digest,
         report = excluded.report, loaded = now()
       WHERE (b.name, b.long_name, b.digest) IS DISTINCT FROM (excluded.name, excluded.long_name, excluded.digest)
     RETURNING xmax = 0 AS added`,
    [
      given.map(({ id }) => id),
      given.map(({ name }) => name),
      given.map(({ longName }) => longName),
      digests,
      repairs.map((repair) => (repair === null ? null : JSON.stringify(repair))),
      level,
      source,
    ],
  );
  const added = changed.filter((row) => row.added).length;
  return { added, updated: changed.length - added };
}
