import type { ClipPath } from '../../cache/clip-path.ts';
import { formatClipPath } from '../../cache/clip-path.ts';
import type { Recipe } from '../../cache/recipe.ts';
import type { ClipRecord } from '../../cache/record.ts';
import type { Queryable } from '../database/database.ts';

interface ClipRow {
  fingerprint: string;
  path: string;
  /** A bigint, which `pg` gives as text. */
  bytes: string;
  etag: string;
  media_type: string;
  boundary_digest: string;
  created: Date;
  stored: boolean;
  sha256: string | null;
}

const COLUMNS = 'c.fingerprint, c.bytes, c.etag, c.media_type, c.boundary_digest, c.created, c.stored, c.sha256';

/** The record of a clip whose recipe is complete, under the name it was first made for; null when there is none. */
export async function findClip(database: Queryable, fingerprint: string): Promise<ClipRecord | null> {
  const [row] = await database.query<ClipRow>(`SELECT ${COLUMNS}, c.path FROM clips AS c WHERE c.fingerprint = $1`, [
    fingerprint,
  ]);
  return row === undefined ? null : toRecord(row);
}

/** What a clip's name means now; null when it was never made. */
export async function findPointer(database: Queryable, path: ClipPath): Promise<ClipRecord | null> {
  const [row] = await database.query<ClipRow>(
    `SELECT ${COLUMNS}, p.path FROM pointers AS p JOIN clips AS c USING (fingerprint) WHERE p.path = $1`,
    [formatClipPath(path)],
  );
  return row === undefined ? null : toRecord(row);
}

/**
 * Notes a complete recipe. A clip that is known keeps the time it was first made, for `Last-Modified`, and has to be
 * stored anew.
 */
export async function insertClip(
  database: Queryable,
  clip: { fingerprint: string; path: string; boundaryDigest: string; created: Date },
  recipe: Recipe,
): Promise<void> {
  await database.query(
    `INSERT INTO clips (fingerprint, path, bytes, etag, media_type, boundary_digest, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (fingerprint) DO UPDATE SET bytes = excluded.bytes, etag = excluded.etag, stored = false, sha256 = NULL`,
    [clip.fingerprint, clip.path, recipe.bytes, recipe.etag, recipe.mediaType, clip.boundaryDigest, clip.created],
  );
}

/** Takes over a record that the store has and the database lost. */
export async function adoptClip(database: Queryable, record: ClipRecord): Promise<void> {
  await database.query(
    `INSERT INTO clips (fingerprint, path, bytes, etag, media_type, boundary_digest, created, stored, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (fingerprint) DO NOTHING`,
    [
      record.fingerprint,
      record.path,
      record.bytes,
      record.etag,
      record.mediaType,
      record.boundaryDigest,
      record.created,
      record.stored,
      record.sha256,
    ],
  );
}

/** Lets a name mean a clip from now on. */
export async function setPointer(database: Queryable, path: ClipPath, fingerprint: string): Promise<void> {
  await database.query(
    `INSERT INTO pointers (path, boundary, fingerprint) VALUES ($1, $2, $3)
     ON CONFLICT (path) DO UPDATE SET fingerprint = excluded.fingerprint`,
    [formatClipPath(path), path.boundary, fingerprint],
  );
}

export async function markStored(database: Queryable, fingerprint: string, sha256: string): Promise<void> {
  await database.query('UPDATE clips SET stored = true, sha256 = $2 WHERE fingerprint = $1', [fingerprint, sha256]);
}

/** Notes that the store has not, or no longer, the whole file. */
export async function markUnstored(database: Queryable, fingerprint: string): Promise<void> {
  await database.query('UPDATE clips SET stored = false, sha256 = NULL WHERE fingerprint = $1', [fingerprint]);
}

/** A record under a clip's name, and the boundary it belongs to. */
export interface NamedClip {
  boundary: string;
  record: ClipRecord;
}

/** All names that mean a clip, held so that nobody else changes them before the transaction ends. */
export async function holdNamesOf(transaction: Queryable, fingerprint: string): Promise<NamedClip[]> {
  return namedClips(transaction, 'p.fingerprint = $1', fingerprint, 'FOR UPDATE OF p');
}

/** All clips made for a boundary, by name. */
export async function clipsOfBoundary(database: Queryable, boundary: string): Promise<NamedClip[]> {
  return namedClips(database, 'p.boundary = $1', boundary, '');
}

async function namedClips(database: Queryable, where: string, value: string, lock: string): Promise<NamedClip[]> {
  const rows = await database.query<ClipRow & { boundary: string }>(
    `SELECT ${COLUMNS}, p.path, p.boundary FROM pointers AS p JOIN clips AS c USING (fingerprint)
     WHERE ${where} ORDER BY p.path COLLATE "C" ${lock}`,
    [value],
  );
  return rows.map((row) => ({ boundary: row.boundary, record: toRecord(row) }));
}

function toRecord(row: ClipRow): ClipRecord {
  const { fingerprint, path, etag, stored, sha256 } = row;
  return {
    version: 1,
    fingerprint,
    path,
    bytes: Number(row.bytes),
    etag,
    mediaType: row.media_type,
    boundaryDigest: row.boundary_digest,
    created: row.created.toISOString(),
    stored,
    sha256,
  };
}
