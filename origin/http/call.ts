import type * as z from 'zod';
import { Problem } from '../../cache/problem.ts';

/** One request, its body read and its signature checked. */
export interface Call {
  method: string;
  url: URL;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  /** Parts of the path that the route names. */
  params: Readonly<Record<string, string>>;
  /** Aborts when the caller is gone. */
  signal: AbortSignal;
}

/** @throws {Problem} `invalid-request` naming every fault of the body. */
export function readJsonBody<T>({ body }: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(readText(body)));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Problem('invalid-request', `The body is not as agreed: ${faults.join('; ')}.`);
}

/** The body as text. @throws {Problem} `invalid-request` when it is not UTF-8. */
export function readText(body: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new Problem('invalid-request', 'The body is not UTF-8.', { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('invalid-request', 'The body is not JSON.', { cause });
  }
}

export function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { 'Cache-Control': 'no-store' } });
}
