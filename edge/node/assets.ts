import { readdir, readFile } from 'node:fs/promises';
import type { ReadAsset } from '../services.ts';

const FOLDER = new URL('../browser/', import.meta.url);
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads the files of the web page once and gives them from memory. */
export async function readAssets(): Promise<ReadAsset> {
  const names = await readdir(FOLDER);
  const files = new Map(
    await Promise.all(
      names.map(async (name) => [name, new Uint8Array(await readFile(new URL(name, FOLDER)))] as const),
    ),
  );
  return (name) => {
    const bytes = files.get(name);
    const mediaType = MEDIA_TYPES[name.split('.').at(-1) ?? ''];
    if (bytes === undefined || mediaType === undefined) return Promise.resolve(null);
    const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
    return Promise.resolve(new Response(bytes, { headers }));
  };
}
