import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Problem } from '../../cache/problem.ts';
import type { EngineParameters } from '../../processors/engine.ts';
import { sourceContext } from '../../processors/source/context.ts';
import { readBoundaryFile } from './boundary.file.ts';
import { explain as explained } from './explain.ts';
import { clipToFile } from './run.ts';

const USAGE = `Usage: npm run -s clip -- --source HREF --boundary FILE.geojson --out FILE [options]

  --source    COG or FlatGeobuf: https:, http: or file: URL, or the path of a file
  --boundary  GeoJSON Polygon or MultiPolygon, or features of these, in longitude and latitude
  --out       file to write
  --explain   print what the plan does

For rasters (docs/rasters.md):
  --mask RULE       centre (default), touched or bbox: which pixels are kept
  --layout LAYOUT   aligned (default: whole tiles, copied) or exact (smallest extent)
  --nodata=VALUE    in place of what the file says, such as --nodata=-9999
  --empty KIND      sparse or full: whether tiles without data are left out
  --overview-resampling METHOD
                    average, nearest or mode: how the file's overviews were made

For vectors (docs/vectors.md):
  --mode MODE       clip (default: features are cut), intersects or within (whole features)
  --multipart WAY   split (default) or promote: several features or one Multi feature of several pieces`;

/**
 * Does what the arguments of the command line ask for.
 * @throws {Problem} that says what is wrong with them, or with what they name.
 */
export async function clipCommand(args: readonly string[]): Promise<void> {
  const { source, boundary, out, explain, help, ...options } = readArguments(args);
  if (help === true) {
    console.log(USAGE);
    return;
  }
  if (!source || !boundary || !out) {
    throw new Problem('invalid-request', `--source, --boundary and --out are needed.\n\n${USAGE}`);
  }
  const href = URL.canParse(source) ? source : pathToFileURL(source).href;
  const context = sourceContext({ schemes: ['https', 'http', 'file'], fileRoots: ['/'] });
  const parameters = engineParameters(options);
  const given = await readBoundaryFile(boundary);
  if (given.repair !== null) console.error(`clip: ${given.repair}`);
  const done = await clipToFile({ href, boundary: given.boundary, out, context, parameters });
  if (explain === true) console.log(explained(done.recipe, done.planning, done.writing));
}

/** Options as engines name them: `--overview-resampling` is `overviewResampling`. */
function engineParameters(options: Readonly<Record<string, string | undefined>>): EngineParameters {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    const parameter = name.replace(/-[a-z]/g, (letter) => letter.slice(1).toUpperCase());
    if (value !== undefined) parameters[parameter] = value;
  }
  return parameters;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        source: { type: 'string' },
        boundary: { type: 'string' },
        out: { type: 'string' },
        explain: { type: 'boolean' },
        mask: { type: 'string' },
        layout: { type: 'string' },
        nodata: { type: 'string' },
        empty: { type: 'string' },
        'overview-resampling': { type: 'string' },
        mode: { type: 'string' },
        multipart: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Problem('invalid-request', `${message}\n\n${USAGE}`, { cause });
  }
}
