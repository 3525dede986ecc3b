import { afterEach, describe, expect, test } from 'vitest';
import { Service } from '../../../scripts/start/service.ts';

const RECOVERY_TIMEOUT_MS = 20_000;

/** Starts a program of its own in its group, and says the id of that one. */
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log('child ' + child.pid);
  setInterval(() => {}, 1000);
`;

const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.stop();
});

/** Runs a script as a service; gives the ids that it says and the reasons it was started again for. */
function serve(script: string, fatalOutput?: RegExp) {
  const said: number[] = [];
  const reasons: string[] = [];
  const service = new Service({
    name: 'sample',
    command: process.execPath,
    args: ['-e', script],
    env: {},
    health: { probe: () => Promise.resolve(), missesMax: 3 },
    ...(fatalOutput === undefined ? {} : { fatalOutput }),
    stopTimeoutMs: 1_000,
    onOutput: (_, line) => said.push(Number(/^child (\d+)$/.exec(line)?.[1])),
    onRestart: (_, reason) => reasons.push(reason),
  });
  started.push(service);
  service.start();
  const count = async (wanted: number) =>
    expect.poll(() => said.length, { timeout: RECOVERY_TIMEOUT_MS }).toBeGreaterThanOrEqual(wanted);
  return { service, said, reasons, count };
}

function isAlive(pid = Number.NaN): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a service', () => {
  test('that ends leaves none of its own processes behind when it is started again', async () => {
    const { said, reasons, count } = serve(`${PARENT} setTimeout(() => process.exit(3), 200);`);
    await count(2);
    expect(reasons[0]).toBe('ended with code 3');
    expect(isAlive(said[0])).toBe(false);
  });

  test('that says it is broken is started again', async () => {
    const { said, reasons, count } = serve(`${PARENT} setTimeout(() => console.log('broken'), 200);`, /^broken$/);
    await count(3);
    expect(reasons[0]).toBe('its runtime crashed');
    expect(isAlive(said[0])).toBe(false);
  });

  test('that ignores SIGTERM is killed with all it started, and not started again', async () => {
    const { service, said, reasons, count } = serve(`process.on('SIGTERM', () => {}); ${PARENT}`);
    await count(1);
    await service.stop();
    await expect.poll(() => isAlive(said[0])).toBe(false);
    expect(reasons).toEqual([]);
  });
});
