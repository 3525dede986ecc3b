import { fileURLToPath } from 'node:url';
import type { DefinitionFolder } from './definition.load.ts';

/** The definitions that come with Cutline, of its sample data. */
export const BUILT_IN_DEFINITIONS: DefinitionFolder = {
  folder: fileURLToPath(new URL('.', import.meta.url)),
  dataFolder: fileURLToPath(new URL('../../data/', import.meta.url)),
};
