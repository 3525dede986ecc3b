import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** A private folder for files that are being made. Nothing in it is of use after its process has ended. */
export class Scratch {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder of this process, and removes what processes that are gone left behind. */
  static async open(dataFolder: string): Promise<Scratch> {
    const root = path.join(dataFolder, 'scratch');
    await mkdir(root, { recursive: true });
    for (const name of await readdir(root)) {
      if (!isAlive(Number(name.split('-')[0]))) await rm(path.join(root, name), { recursive: true, force: true });
    }
    const folder = path.join(root, `${process.pid}-${randomUUID()}`);
    await mkdir(folder);
    return new Scratch(folder);
  }

  /** A path that nothing lies at. */
  newPath(): string {
    return path.join(this.#folder, randomUUID());
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
