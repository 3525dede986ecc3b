// Clips one source to one boundary, without a service: npm run -s clip -- --help
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Problem } from '../cache/problem.ts';
import { sourceContext } from '../processors/source/context.ts';
import { readBoundaryFile } from './clip/boundary.file.ts';
import { explain as explained } from './clip/explain.ts';
import { clipToFile } from './clip/run.ts';

const USAGE = `Usage: npm run -s clip -- --source HREF --boundary FILE.geojson --out FILE [--explain]

  --source    COG or FlatGeobuf: https:, http: or file: URL, or the path of a file
  --boundary  GeoJSON Polygon or MultiPolygon, or features of these, in longitude and latitude
  --out       file to write
  --explain   print what the plan does`;

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`clip: ${error.message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { source, boundary, out, explain, help } = readArguments();
  if (help === true) {
    console.log(USAGE);
    return;
  }
  if (source === undefined || boundary === undefined || out === undefined) {
    throw new Problem('invalid-request', `--source, --boundary and --out are needed.\n\n${USAGE}`);
  }
  const href = URL.canParse(source) ? source : pathToFileURL(source).href;
  const context = sourceContext({ schemes: ['https', 'http', 'file'], fileRoots: ['/'] });
  const done = await clipToFile({ href, boundary: await readBoundaryFile(boundary), out, context });
  if (explain === true) console.log(explained(done.recipe, done.planning, done.writing));
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        source: { type: 'string' },
        boundary: { type: 'string' },
        out: { type: 'string' },
        explain: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Problem('invalid-request', `${message}\n\n${USAGE}`, { cause });
  }
}
