import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const PROGRAM = path.join(import.meta.dirname, '../../oracle/vector_clip.py');
const judgement = z.object({
  features: z.number(),
  only_clip: z.number(),
  only_reference: z.number(),
  worst: z.number(),
});

/**
 * Compares a clip with what `ogr2ogr -nlt PROMOTE_TO_MULTI -clipsrc` makes of the same source. Features are matched by
 * all their attributes.
 * @param source a file.
 * @param boundary a valid one, as GeoJSON.
 * @returns number of features, those that only one of both has, and the worst relative difference in size.
 */
export function judgeByOgr2ogr(source: string, clip: Uint8Array, boundary: string): z.infer<typeof judgement> {
  const mine = source.replace(/\.fgb$/, '.clip.fgb');
  const reference = source.replace(/\.fgb$/, '.reference.fgb');
  writeFileSync(mine, clip);
  execFileSync('ogr2ogr', ['-nlt', 'PROMOTE_TO_MULTI', '-clipsrc', boundary, reference, source], { stdio: 'pipe' });
  const output = execFileSync('/usr/bin/python3', [PROGRAM, mine, reference, boundary]);
  return judgement.parse(JSON.parse(output.toString()));
}
