import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../cache/digest.ts';
import { type SignedCall, signCall, verifyCall } from '../../cache/signature.ts';

const SECRET = 'correct horse battery staple';
const NOW_MS = 1_800_000_000_000;
const CALL: SignedCall = { method: 'POST', target: '/clips?a=1', body: utf8('{"boundary":"ken"}') };

describe('signCall', () => {
  test('is the HMAC over method, target, digest of the body and time that node:crypto gives', async () => {
    const digest = createHash('sha256').update(CALL.body).digest('hex');
    const mac = createHmac('sha256', SECRET).update(`POST\n/clips?a=1\n${digest}\n${NOW_MS}`).digest('hex');
    expect(await signCall(SECRET, CALL, NOW_MS)).toBe(`${NOW_MS}.${mac}`);
  });
});

describe('verifyCall', () => {
  test('takes what signCall gives', async () => {
    expect(await verifyCall(SECRET, CALL, await signCall(SECRET, CALL))).toBe(true);
  });

  test.each<[string, string, Partial<SignedCall>, number]>([
    ['another secret', 'wrong', {}, 0],
    ['another method', SECRET, { method: 'PUT' }, 0],
    ['another path', SECRET, { target: '/clips' }, 0],
    ['another query', SECRET, { target: '/clips?a=2' }, 0],
    ['another body', SECRET, { body: utf8('{"boundary":"uga"}') }, 0],
    ['no body', SECRET, { body: new Uint8Array() }, 0],
    ['a call that is more than 5 minutes old', SECRET, {}, 300_001],
    ['a clock that is more than 5 minutes behind', SECRET, {}, -300_001],
  ])('refuses %s', async (_, secret, change, elapsedMs) => {
    const signature = await signCall(SECRET, CALL, NOW_MS);
    expect(await verifyCall(secret, { ...CALL, ...change }, signature, NOW_MS + elapsedMs)).toBe(false);
  });

  test.each([300_000, -300_000, 0])('allows clocks to differ by %s ms', async (elapsedMs) => {
    const signature = await signCall(SECRET, CALL, NOW_MS);
    expect(await verifyCall(SECRET, CALL, signature, NOW_MS + elapsedMs)).toBe(true);
  });

  test.each<[string, (signature: string) => string | null]>([
    ['none', () => null],
    ['an empty one', () => ''],
    ['one without time', (signature) => signature.replace(/^\d+/, '')],
    ['one with another time', (signature) => signature.replace(/^\d+/, String(NOW_MS + 1))],
    ['one that is cut short', (signature) => signature.slice(0, -1)],
    ['one in capitals', (signature) => signature.toUpperCase()],
    ['one with a digit changed', (signature) => signature.slice(0, -1) + (signature.endsWith('0') ? '1' : '0')],
    ['one with text after it', (signature) => `${signature}\n`],
    ['one with a fraction of time', (signature) => signature.replace('.', '.5.')],
  ])('refuses %s', async (_, change) => {
    const signature = change(await signCall(SECRET, CALL, NOW_MS));
    expect(await verifyCall(SECRET, CALL, signature, NOW_MS)).toBe(false);
  });
});
