// Loads the modules of this project in less time, which is longer than many a clip takes: node --import, before all
// others. JavaScript, since its own types would have to be stripped before there is a cache of what has been.
import { readFileSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import path from 'node:path';

const format = 'module-typescript';

// A folder that cannot be written leaves the cache off.
enableCompileCache(path.join(import.meta.dirname, '../../.cutline/compiled'));

// A module here is imported by its file's name: its address and kind are known without what Node asks the file system for.
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.ts')) return nextResolve(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true };
  },
  load(url, context, nextLoad) {
    if (context.format !== format) return nextLoad(url, context);
    return { source: readFileSync(new URL(url), 'utf8'), format, shortCircuit: true };
  },
});
