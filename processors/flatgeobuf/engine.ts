import { ENGINES } from '../../cache/catalogue.ts';
import { quoted } from '../../cache/ids.ts';
import { finishRecipe, type Recipe } from '../../cache/recipe.ts';
import type { Engine, EngineParameters, PlanInput } from '../engine.ts';
import { boundaryInCrsOf } from './boundary.projected.ts';
import { withoutCrossings } from '../boundary/without.crossings.ts';
import { ClipWriter } from './clip.writer.ts';
import { HeadReader } from './head.reader.ts';
import { readHeader, type FgbHeader } from './header.ts';
import { walkIndex } from './index.walk.ts';
import { readLeaves, requireWhole } from './leaves.ts';
import { FeaturePlanner } from './plan.ts';

const OUTPUT_VERSION = 1;
/** Share of the work that reading the index takes, for progress. */
const INDEX_SHARE = 0.1;

/**
 * Clips FlatGeobuf files with an index. Features inside the boundary are copied byte for byte, features that its line
 * crosses are cut, features that only touch it are left out. A boundary that meets no feature gives an empty file.
 */
export const flatgeobufEngine: Engine = { name: 'flatgeobuf', outputVersion: OUTPUT_VERSION, parameters, plan };

/** `mode`: `clip` cuts features at the boundary. */
function parameters(given: EngineParameters): EngineParameters {
  for (const name of Object.keys(given)) {
    if (name !== 'mode') throw new Error(`${quoted(name)} is not an option of the flatgeobuf engine. It knows: mode.`);
  }
  const mode = given['mode'] ?? 'clip';
  if (mode === 'intersects' || mode === 'within') {
    throw new Error(`The mode ${quoted(mode)} is not supported yet. Use "clip".`);
  }
  if (mode !== 'clip') throw new Error(`The mode ${quoted(String(mode))} does not exist. Use "clip".`);
  return { mode };
}

async function plan({ source, boundary, sink, onProgress, signal }: PlanInput): Promise<Recipe> {
  const head = await HeadReader.open(source, signal);
  const header = await readHeader(head);
  const writer = new ClipWriter(sink, header);
  const projected = await boundaryInCrsOf(header, boundary);
  const cutline = withoutCrossings(projected);
  const planner = new FeaturePlanner(head, header, cutline, writer);
  if (header.featuresCount > 0) {
    const [runs] = await Promise.all([walkIndex(head, header, cutline), requireWhole(head, header)]);
    const total = runs.reduce((sum, { first, end }) => sum + end - first, 0);
    onProgress?.(INDEX_SHARE);
    let done = 0;
    for await (const leaves of readLeaves(head, header, runs)) {
      await planner.add(leaves);
      done += leaves.length;
      onProgress?.(INDEX_SHARE + (1 - INDEX_SHARE) * (done / total));
    }
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
      counts: { source: header.featuresCount, written: writer.count, ...planner.counts },
      notes: [...crsNote(header), ...(cutline === projected ? [] : [CROSSINGS_NOTE]), ...planner.notes],
    },
  });
}

const CROSSINGS_NOTE = 'Edges of the boundary crossed one another; its polygons were united before the cut.';

function crsNote(header: FgbHeader): string[] {
  return header.crs === null ? ['The source names no CRS; its coordinates were taken as longitude and latitude.'] : [];
}
