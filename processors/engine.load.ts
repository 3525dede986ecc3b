import type { EngineName } from '../cache/engines.ts';
import type { Engine } from './engine.ts';

/** Loads one engine: the modules of the other would be a tenth of the start of a process or thread that has no use for it. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'cog':
      return (await import('./cog/engine.ts')).cogEngine;
    case 'flatgeobuf':
      return (await import('./flatgeobuf/engine.ts')).flatgeobufEngine;
  }
}
