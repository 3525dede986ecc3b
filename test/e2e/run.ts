import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const TIMEOUT_MS = 120_000;
const OUTPUT_MAX_BYTES = 64 * 1_048_576;

/** Runs a program and gives its standard output; a failure throws with what it said. */
export async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { timeout: TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES, env: { ...process.env, ...env } };
  const { stdout } = await execute(command, args, options);
  return stdout;
}

/** Debian's Python: another one may come first on the path and lack GDAL. */
export const PYTHON = '/usr/bin/python3';

export const COG_VALIDATOR = '/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_cloud_optimized_geotiff.py';
