import { access } from 'node:fs/promises';

/** Whether anything lies there. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
