import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { folderHolder, releaseFolder, takeFolder } from '../../origin/database/pglite.lock.ts';

/**
 * Takes a data folder for this process, also from one that was killed.
 * @param url where the service of this process will be.
 * @returns gives it free.
 * @throws {Error} naming the service that has it.
 */
export async function holdDataFolder(dataFolder: string, url: string): Promise<() => Promise<void>> {
  await mkdir(dataFolder, { recursive: true });
  const service = path.join(dataFolder, 'service');
  const other = await folderHolder(service);
  if (other !== null) {
    throw new Error(`Cutline is already running in ${dataFolder}, process ${other.pid}, at ${other.url}`);
  }
  await takeFolder(service, { pid: process.pid, url });
  return () => releaseFolder(service);
}
