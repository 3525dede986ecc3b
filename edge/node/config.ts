import * as z from 'zod';
import { edgeSettings } from '../config.ts';

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);

/** Settings of the Node entry, by the names of their environment variables. */
export const nodeConfigSchema = z
  .object({
    ...edgeSettings,
    HOST: z.string().default('127.0.0.1'),
    /** 0 takes any free port. */
    PORT: port.default(8787),
    /** Where the store lies when it is a folder … */
    STORE_FOLDER: z.string().min(1).optional(),
    /** … or the endpoint of an S3 service, with the settings below. */
    STORE_S3_ENDPOINT: z.url('must be a URL').optional(),
    STORE_S3_BUCKET: z.string().min(1).optional(),
    STORE_S3_REGION: z.string().min(1).default('auto'),
    STORE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    STORE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  })
  .superRefine((config, context) => {
    const refuse = (name: string, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
    const isFolder = config.STORE_FOLDER !== undefined;
    if (isFolder === (config.STORE_S3_ENDPOINT !== undefined)) {
      refuse('STORE_FOLDER', 'give either STORE_FOLDER or STORE_S3_ENDPOINT');
    }
    if (isFolder) return;
    for (const name of ['STORE_S3_BUCKET', 'STORE_S3_ACCESS_KEY_ID', 'STORE_S3_SECRET_ACCESS_KEY'] as const) {
      if (config[name] === undefined) refuse(name, 'is needed with STORE_S3_ENDPOINT');
    }
  });

export type NodeConfig = z.infer<typeof nodeConfigSchema>;
