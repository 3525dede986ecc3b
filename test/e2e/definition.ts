import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes the definition of a one-file raster dataset `{name}` in version `1` and gives the folder it lies in. */
export async function writeDefinition(folder: string, name: string, href: string): Promise<string> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(
    path.join(folder, name, '1.yaml'),
    `name: ${name}
version: "1"
title: Test raster
summary: A raster behind a server that misbehaves.
author: Nobody
citation: Nobody (2026). Test raster.
licence:
  name: CC0-1.0
  title: CC0 1.0
  path: https://creativecommons.org/publicdomain/zero/1.0/
origin_url: https://example.org/
engine: cog
href: ${href}
`,
  );
  return folder;
}
