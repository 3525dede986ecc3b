import { hex, sha256Hex, utf8 } from './digest.ts';

/** Header of a signed call: `{milliseconds since 1970}.{HMAC-SHA-256 in hexadecimal}`. */
export const SIGNATURE_HEADER = 'x-cutline-signature';
/** How far the clocks of edge and origin may differ. */
const CLOCK_SKEW_MAX_MS = 300_000;

export interface SignedCall {
  method: string;
  /** Path with query, as sent. */
  target: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Signs a call of the edge to the origin: HMAC over method, path with query, SHA-256 of the body, time. */
export async function signCall(secret: string, call: SignedCall, nowMs: number = Date.now()): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await importKey(secret), await message(call, nowMs));
  return `${nowMs}.${hex(new Uint8Array(mac))}`;
}

/** Whether a signature is right and fresh. Compares in constant time. */
export async function verifyCall(
  secret: string,
  call: SignedCall,
  signature: string | null,
  nowMs: number = Date.now(),
): Promise<boolean> {
  const match = /^(\d{1,16})\.([0-9a-f]{64})$/.exec(signature ?? '');
  const [, time, mac] = match ?? [];
  if (time === undefined || mac === undefined || Math.abs(nowMs - Number(time)) > CLOCK_SKEW_MAX_MS) return false;
  const macBytes = new Uint8Array((mac.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  return crypto.subtle.verify('HMAC', await importKey(secret), macBytes, await message(call, Number(time)));
}

async function message(call: SignedCall, timeMs: number): Promise<Uint8Array<ArrayBuffer>> {
  return utf8([call.method, call.target, await sha256Hex(call.body), timeMs].join('\n'));
}

function importKey(secret: string): ReturnType<typeof crypto.subtle.importKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', utf8(secret), algorithm, false, ['sign', 'verify']);
}
