import { utf8 } from './digest.ts';
import type { ObjectBody } from './store.ts';

/** Ends a body that will not be read, so that what it reads from is closed. */
export async function discardBody(body: ObjectBody): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) return;
  if (!body.stream.locked) await body.stream.cancel().catch(() => {});
}

/** A text as bytes, anything else as it is. */
export function withoutText(body: ObjectBody): Exclude<ObjectBody, string> {
  return typeof body === 'string' ? utf8(body) : body;
}
