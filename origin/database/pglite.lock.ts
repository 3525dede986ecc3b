import { link, readFile, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';

const holderSchema = z.object({ pid: z.int().positive(), url: z.string() });
/** A process that has a data folder to itself, and where it can be reached. */
export type FolderHolder = z.infer<typeof holderSchema>;
/** `birth` tells a process from a later one of the same id, which is likely after a restart of a container. */
const lockSchema = holderSchema.extend({ birth: z.string().nullable().default(null) });

const lockFile = (folder: string): string => `${folder}.lock`;
/** The lock of a dead holder is removed once; should another process be faster, it has the folder. */
const TAKE_ATTEMPTS_MAX = 2;

/** Who has the folder open now; null when nobody does, also when a holder was killed. */
export async function folderHolder(folder: string): Promise<FolderHolder | null> {
  const text = await readFile(lockFile(folder), 'utf8').catch(() => null);
  if (text === null) return null;
  const lock = lockSchema.safeParse(parsed(text));
  if (!lock.success) return null;
  const { birth, ...holder } = lock.data;
  const isSame = birth === null || birth === (await birthOf(holder.pid));
  return isSame && isAlive(holder.pid) ? holder : null;
}

/**
 * Takes a data folder for one process, since two would destroy it.
 * @throws {Error} naming the process that has it.
 */
export async function takeFolder(folder: string, holder: FolderHolder): Promise<void> {
  const draft = `${lockFile(folder)}.${holder.pid}`;
  await writeFile(draft, JSON.stringify({ ...holder, birth: await birthOf(holder.pid) }));
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
        throw new Error(`The folder ${folder} is in use by process ${other?.pid ?? 'unknown'}.`);
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

/** When a process began, in the kernel's ticks since boot; null where there is no `/proc` to tell. */
async function birthOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold anything; the fields count from its end.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields[STARTTIME_FIELD] ?? null;
}

/** `starttime` is field 22 of proc(5); the third is the first after the name. */
const STARTTIME_FIELD = 22 - 3;
