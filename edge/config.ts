import * as z from 'zod';

/** Shorter secrets can be guessed. */
const SECRET_CHARACTERS_MIN = 16;

/** Settings of the edge in every runtime, by the names of their environment variables. */
export const edgeSettings = {
  ORIGIN_URL: z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }),
  ORIGIN_SECRET: z.string().min(SECRET_CHARACTERS_MIN, `must have at least ${SECRET_CHARACTERS_MIN} characters`),
};

/** Settings of the Worker besides its bindings. */
export const workerConfigSchema = z.object({
  ...edgeSettings,
  /** `off` does without KV: the guarantee of single flight comes from below it. */
  HINTS: z.enum(['on', 'off'], 'must be on or off').default('on'),
});

/**
 * Reads settings from environment variables.
 * @throws {Error} that names every variable with a fault and never repeats a value.
 */
export function readConfig<T>(schema: z.ZodType<T>, environment: unknown): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration of the edge is not valid. ${faults.join('; ')}`);
}
