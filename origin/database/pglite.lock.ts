import { link, readFile, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';

const holderSchema = z.object({ pid: z.int().positive(), url: z.string() });
/** The process that has a PGlite data folder open, and where it can be reached. */
export type FolderHolder = z.infer<typeof holderSchema>;

const lockFile = (folder: string): string => `${folder}.lock`;
/** The lock of a dead holder is removed once; should another process be faster, it has the folder. */
const TAKE_ATTEMPTS_MAX = 2;

/** Who has the folder open now; null when nobody does, also when a holder was killed. */
export async function folderHolder(folder: string): Promise<FolderHolder | null> {
  const text = await readFile(lockFile(folder), 'utf8').catch(() => null);
  if (text === null) return null;
  const holder = holderSchema.safeParse(parsed(text));
  return holder.success && isAlive(holder.data.pid) ? holder.data : null;
}

/**
 * Takes a data folder for one process, since two would destroy it.
 * @throws {Error} naming the process that has it.
 */
export async function takeFolder(folder: string, holder: FolderHolder): Promise<void> {
  const draft = `${lockFile(folder)}.${holder.pid}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    for (let attempt = 1; ; attempt++) {
      // A link appears complete or not at all, and only for one process.
      const linked = await link(draft, lockFile(folder)).then(
        () => true,
        () => false,
      );
      if (linked) return;
      const other = await folderHolder(folder);
      if (other !== null || attempt === TAKE_ATTEMPTS_MAX) {
        throw new Error(`The database folder ${folder} is in use by process ${other?.pid ?? 'unknown'}.`);
      }
      await rm(lockFile(folder), { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

export async function releaseFolder(folder: string): Promise<void> {
  await rm(lockFile(folder), { force: true });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
