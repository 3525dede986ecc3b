import { isBboxId } from '../../cache/bbox.ts';
import type { BoundaryEntry } from '../../cache/catalogue.ts';
import type { ClipPath } from '../../cache/clip-path.ts';
import { requireBoundaryId } from '../../cache/clip-path.ts';
import { fingerprint } from '../../cache/fingerprint.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { ensureBbox } from '../boundaries/ad.hoc.ts';
import { publishAdHoc } from '../boundaries/boundary.publish.ts';
import { findBoundary } from '../boundaries/boundary.query.ts';
import { type DatasetRelease, findFile } from '../catalogue/catalogue.ts';
import type { CataloguePublisher } from '../catalogue/catalogue.publish.ts';
import type { SourceWatch } from '../catalogue/source.watch.ts';
import type { Database } from '../database/database.ts';
import type { PlanTask } from './clip.task.ts';

export interface ClipResolver {
  database: Database;
  store: ObjectStore;
  releases: readonly DatasetRelease[];
  watch: SourceWatch;
  publisher: CataloguePublisher;
}

/**
 * Finds out what a clip's path means now: boundary, source and its present state, and with them the fingerprint.
 * A change of the source that is noticed here is published.
 * @throws {Problem} `invalid-id`, `unknown-…`, or that the source cannot be read.
 */
export async function resolveClip(resolver: ClipResolver, path: ClipPath): Promise<PlanTask> {
  const id = requireBoundaryId(path.boundary);
  const named = isBboxId(id) ? null : await requireBoundary(resolver, id);
  const { part, engine, parameters } = findFile(resolver.releases, path);
  const boundary = named ?? (await requireBbox(resolver, id));
  const before = resolver.watch.states.get(part.href);
  const state = await resolver.watch.look(part.href);
  if (before?.etag !== state.etag || before.bytes !== state.bytes) await resolver.publisher.publish();
  const decisive = {
    boundaryDigest: boundary.digest,
    engine: engine.name,
    outputVersion: engine.outputVersion,
    parameters: { ...parameters },
  };
  const source = { href: part.href, ...state };
  return { fingerprint: await fingerprint({ ...decisive, sources: [source] }), path, ...decisive, source };
}

async function requireBoundary({ database }: ClipResolver, id: string): Promise<BoundaryEntry> {
  const boundary = await findBoundary(database, id);
  if (boundary !== null) return boundary;
  throw new Problem('unknown-boundary', `There is no boundary ${quoted(id)}.`);
}

async function requireBbox({ database, store }: ClipResolver, id: string): Promise<BoundaryEntry> {
  const entry = await ensureBbox(database, id);
  await publishAdHoc(database, store, entry);
  if (entry.id === id) return entry;
  throw new Problem('unknown-boundary', `A bounding box has one spelling; this one is ${entry.id}.`);
}
