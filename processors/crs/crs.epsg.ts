import * as z from 'zod';
import type { Crs } from './crs.ts';
import { crsFromProj4, unsupported } from './crs.proj4.ts';

const entrySchema = z.object({
  default: z.object({ kind: z.string(), name: z.string(), proj4: z.string().nullable() }),
});

/**
 * The CRS of an EPSG or ESRI code, from the EPSG register as the package epsg-index holds it.
 * @throws {Problem} `unsupported-source` when the code is unknown or cannot be projected exactly.
 */
export async function crsFromCode(code: number): Promise<Crs> {
  const { kind, name, proj4 } = await lookUp(code);
  const fullName = `EPSG:${code} (${name})`;
  if (proj4 === null) throw unsupported(fullName, 'it has no definition that can be projected here');
  if (kind === 'CRS-GCENCRS' || kind === 'CRS-VERTCRS' || kind === 'CRS-ENGCRS') {
    throw unsupported(fullName, 'it is not a geographic or projected system');
  }
  return crsFromProj4(proj4, fullName);
}

async function lookUp(code: number): Promise<z.infer<typeof entrySchema>['default']> {
  if (!Number.isInteger(code) || code <= 0) throw unsupported(`EPSG:${code}`, 'the code is not a positive integer');
  const entry: unknown = await import(`epsg-index/s/${code}.json`, { with: { type: 'json' } }).catch(
    (cause: unknown) => {
      throw unsupported(`EPSG:${code}`, 'the code is not in the register', cause);
    },
  );
  return entrySchema.parse(entry).default;
}
