import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type System } from './system.ts';

const CALLERS = 50;
const URL_PATH = '/packages/deu/admin1_zones/4.1.0/admin1_zones-4.1.0-deu.tif';

describe.each([
  { layers: 'with the KV hint', vars: {} },
  { layers: 'with the KV hint switched off', vars: { HINTS: 'off' } },
])('50 parallel first requests $layers', ({ vars }) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ vars });
  });
  afterAll(() => system?.stop());

  test('all get the same file, and the origin plans once', async () => {
    const answers = await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        const response = await fetch(system.url + URL_PATH, { headers: { 'accept-encoding': 'identity' } });
        const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
        return `${response.status} ${Buffer.from(digest).toString('hex')}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^200 /);
    expect((await system.counters()).planRuns).toBe(1);
  });
});
