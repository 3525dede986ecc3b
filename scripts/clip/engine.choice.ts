import { ENGINES, type EngineName } from '../../cache/engines.ts';
import { Problem } from '../../cache/problem.ts';
import type { RangeReader } from '../../cache/range.ts';

const MAGIC_BYTES = 8;
const EXTENSIONS: ReadonlyMap<string, EngineName> = new Map([
  [ENGINES.cog.extension, 'cog'],
  ['tiff', 'cog'],
  [ENGINES.flatgeobuf.extension, 'flatgeobuf'],
]);

/**
 * Which engine clips a source: by the first bytes of the file, else by its extension, so that a damaged file is
 * reported by the engine that knows its format.
 * @throws {Problem} `unsupported-source` when neither is known.
 */
export async function chooseEngine(source: RangeReader): Promise<EngineName> {
  const magic = source.sizeBytes < MAGIC_BYTES ? '' : Buffer.from(await source.read(0, MAGIC_BYTES)).toString('latin1');
  if (/^(II[*+]\0|MM\0[*+])/.test(magic)) return 'cog';
  if (magic.startsWith('fgb')) return 'flatgeobuf';
  const extension = /\.([a-z]+)$/i.exec(new URL(source.href).pathname)?.[1]?.toLowerCase();
  const engine = EXTENSIONS.get(extension ?? '');
  if (engine !== undefined) return engine;
  throw new Problem('unsupported-source', 'The source is neither a TIFF nor a FlatGeobuf file.');
}
