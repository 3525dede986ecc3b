import type { Engine } from '../engine.ts';
import { checkOptions } from './options.ts';
import { planClip } from './plan.ts';

/** Raised only when the golden-bytes test changes. */
const OUTPUT_VERSION = 3;

/**
 * Clips Cloud Optimized GeoTIFFs. Interior tiles are copied byte for byte; only tiles that the boundary crosses are
 * decoded, masked with nodata and encoded again.
 */
export const cogEngine: Engine = {
  name: 'cog',
  outputVersion: OUTPUT_VERSION,
  parameters: checkOptions,
  plan: (input) => planClip(input, { engine: 'cog', outputVersion: OUTPUT_VERSION }),
};
