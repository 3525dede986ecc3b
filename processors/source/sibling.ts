import { Problem } from '../../cache/problem.ts';
import type { SourceContext } from './context.ts';
import { openSource } from './open.ts';

/**
 * Gives the first bytes of a file that lies beside a source, under its name with a suffix, such as `.ovr` for the
 * overviews that GDAL keeps in a file of their own. Null when there is none, or none that can be read: many stores
 * answer 403 where nothing lies.
 */
export async function readSiblingStart(
  href: string,
  suffix: string,
  lengthBytes: number,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const sibling = new URL(href);
  sibling.pathname += suffix;
  try {
    const reader = await openSource(sibling.href, context, undefined, signal);
    try {
      return await reader.read(0, Math.min(lengthBytes, reader.sizeBytes), signal);
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
