import { readFileSync } from 'node:fs';
import * as z from 'zod';

const packageSchema = z.object({ scripts: z.object({ clip: z.string() }) });

/** Flags of Node that `npm run clip` sets, so that what is measured is what its users get. */
export function clipFlags(): string[] {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const command = packageSchema.parse(JSON.parse(text)).scripts.clip;
  return command.split(' ').filter((word) => word.startsWith('--'));
}
