import type { EngineName } from '../cache/engines.ts';
import { cogEngine } from './cog/engine.ts';
import type { Engine } from './engine.ts';
import { flatgeobufEngine } from './flatgeobuf/engine.ts';

/** All engines by name. */
export const engines: Readonly<Record<EngineName, Engine>> = { cog: cogEngine, flatgeobuf: flatgeobufEngine };
