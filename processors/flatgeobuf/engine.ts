import { ENGINES } from '../../cache/engines.ts';
import { finishRecipe, type Recipe } from '../../cache/recipe.ts';
import type { Engine, PlanInput } from '../engine.ts';
import { boundaryInCrsOf } from './boundary.projected.ts';
import { withoutCrossings } from '../boundary/without.crossings.ts';
import { ClipWriter } from './clip.writer.ts';
import { multiOf } from './geometry.type.ts';
import { HeadReader } from './head.reader.ts';
import { readHeader, type FgbHeader } from './header.ts';
import { withGeometryType } from './header.rewrite.ts';
import { type LeafRun, walkIndex } from './index.walk.ts';
import { requireWhole } from './leaves.ts';
import { type Options, readOptions, checkOptions } from './options.ts';
import { type Counts, FeaturePlanner, type PromotedType } from './plan.ts';

const OUTPUT_VERSION = 1;
/** Share of the work that reading the index takes, for progress. */
const INDEX_SHARE = 0.1;

/**
 * Clips FlatGeobuf files with an index. Features inside the boundary are copied byte for byte, features that its line
 * crosses are cut, or kept or left out whole, as the mode says; features that only touch it are left out. A boundary
 * that meets no feature gives an empty file.
 */
export const flatgeobufEngine: Engine = {
  name: 'flatgeobuf',
  outputVersion: OUTPUT_VERSION,
  parameters: checkOptions,
  plan,
};

async function plan({ source, boundary, parameters, sink, onProgress, signal }: PlanInput): Promise<Recipe> {
  const head = await HeadReader.open(source, signal);
  const header = await readHeader(head);
  const options = readOptions(parameters);
  const promotedType = promotedTypeOf(header, options);
  const writer = new ClipWriter(sink, promotedType === null ? header : promoted(header, promotedType));
  const projected = await boundaryInCrsOf(header, boundary);
  const cutline = withoutCrossings(projected);
  const featuresEnd = header.featuresCount > 0 ? requireWhole(head, header) : Promise.resolve(head.sizeBytes);
  // It is looked at in the end; a failure until then is not an unhandled one.
  featuresEnd.catch(() => {});
  const planner = new FeaturePlanner({
    head,
    header,
    boundary: cutline,
    writer,
    options: { mode: options.mode, promotedType },
    featuresEnd,
  });
  try {
    await planFeatures(planner, await walkIndex(head, header, cutline), onProgress);
  } finally {
    // A file cut short is told of before whatever else that leads to.
    await featuresEnd;
  }
  const segments = await writer.finish();
  onProgress?.(1);
  return finishRecipe({
    mediaType: ENGINES.flatgeobuf.mediaType,
    blob: await sink.finish(),
    sources: [{ href: source.href, etag: source.etag, bytes: source.sizeBytes }],
    segments,
    report: {
      engine: flatgeobufEngine.name,
      outputVersion: OUTPUT_VERSION,
      counts: countsOf(header.featuresCount, writer.count, planner.counts),
      notes: [...crsNote(header), ...(cutline === projected ? [] : [CROSSINGS_NOTE]), ...planner.notes.list()],
    },
  });
}

async function planFeatures(
  planner: FeaturePlanner,
  runs: readonly LeafRun[],
  onProgress: PlanInput['onProgress'],
): Promise<void> {
  const total = runs.reduce((sum, { first, end }) => sum + end - first, 0);
  onProgress?.(INDEX_SHARE);
  let done = 0;
  await planner.add(runs, (count) => {
    done += count;
    onProgress?.(INDEX_SHARE + (1 - INDEX_SHARE) * (done / Math.max(total, 1)));
  });
}

/** Every feature of the source stands in one of: copied, cut, promoted, dropped, empty, outside. */
function countsOf(source: number, written: number, counts: Counts): Record<string, number> {
  const { copied, cut, promoted: wrapped, dropped, empty } = counts;
  return { source, written, ...counts, outside: source - copied - cut - wrapped - dropped - empty };
}

/** The type that all features get when several pieces are to stay one feature; null when they keep theirs. */
function promotedTypeOf({ geometryType }: FgbHeader, { mode, multipart }: Options): PromotedType | null {
  return mode === 'clip' && multipart === 'promote' ? multiOf(geometryType) : null;
}

function promoted(header: FgbHeader, type: PromotedType): FgbHeader {
  return { ...header, bytes: withGeometryType(header.bytes, type) };
}

const CROSSINGS_NOTE = 'Edges of the boundary crossed one another; its polygons were united before the cut.';

function crsNote(header: FgbHeader): string[] {
  return header.crs === null ? ['The source names no CRS; its coordinates were taken as longitude and latitude.'] : [];
}
