import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOOPBACK } from '../../scripts/start/ports.ts';
import { run } from './run.ts';
import { root } from './system.ts';

const START_TIMEOUT_MS = 180_000;
const RECOVERY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 40_000;
const ANSWER_TIMEOUT_MS = 30_000;
/** Database, edge and origin, each in a process group of its own. */
const SERVICES = 3;

interface Program {
  child: ChildProcess;
  output: string;
}

let folder: string;
let busy: Server;
let busyPort: number;
let program: Program;

function start(): Program {
  const args = [path.join(root, 'scripts/start.ts'), '--port', String(busyPort), '--data', folder];
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const started: Program = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (started.output += text));
  }
  return started;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-start-'));
  busy = createServer();
  await new Promise<void>((resolve) => {
    busy.listen(0, LOOPBACK, resolve);
  });
  const address = busy.address();
  busyPort = address === null || typeof address === 'string' ? 0 : address.port;
  program = start();
});
afterAll(async () => {
  program.child.kill('SIGKILL');
  await new Promise((resolve) => busy.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Process {
  pid: number;
  parent: number;
  group: number;
  command: string;
}

async function processes(): Promise<Process[]> {
  const lines = (await run('ps', ['-eo', 'pid=,ppid=,pgid=,args='])).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, group, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}

/** The process groups of the services that run now. */
async function groupsNow(): Promise<Set<number>> {
  const children = (await processes()).filter(
    ({ pid, parent, group }) => parent === program.child.pid && pid === group,
  );
  return new Set(children.map(({ group }) => group));
}

async function membersOf(groups: ReadonlySet<number>): Promise<Process[]> {
  return (await processes()).filter(({ group }) => groups.has(group));
}

/** Kills one process of the services by what its command line holds. */
async function kill(part: string): Promise<void> {
  const groups = await groupsNow();
  const found = (await processes()).filter(({ group, command }) => groups.has(group) && command.includes(part));
  expect(found, part).toHaveLength(1);
  process.kill(found[0]?.pid ?? Number.NaN, 'SIGKILL');
}

const publicUrl = (): string => /running at (\S+)/.exec(program.output)?.[1] ?? '';
const riversOf = (boundary: string): string =>
  `${publicUrl()}/packages/${boundary}/ne_rivers/3.0.0/ne_rivers-3.0.0-${boundary}.fgb`;

/** Asks, as people do, until the answer is 200. */
async function expectServed(url: string): Promise<void> {
  const status = (): Promise<number> =>
    fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
  await expect.poll(status, { timeout: RECOVERY_TIMEOUT_MS, interval: 500 }).toBe(200);
}

describe('npm start on its embedded defaults', () => {
  test('takes another port when the one asked for is taken, and its curl lines download clips', async () => {
    await expect
      .poll(() => program.output, { timeout: START_TIMEOUT_MS, interval: 500 })
      .toContain('Cutline is running at');
    expect(program.output).toMatch(/port \d+ is taken, using \d+/);
    const urls = [...program.output.matchAll(/curl -O (\S+)/g)].map(([, url = '']) => url);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      expect([url, response.status]).toEqual([url, 200]);
      expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get('content-length')));
    }
  });

  test('a second start in the same folder is refused and leaves the files of the first as they are', async () => {
    const contents = async () => ({
      names: (await readdir(folder)).toSorted(),
      vars: await readFile(path.join(folder, 'edge.vars'), 'utf8'),
      logStart: (await readFile(path.join(folder, 'cutline.log'), 'utf8')).slice(0, 200),
    });
    const before = await contents();
    const second = start();
    expect(await once(second.child, 'close')).toEqual([1, null]);
    expect(second.output).toBe(
      `cutline: Cutline is already running in ${folder}, process ${program.child.pid}, at ${publicUrl()}\n`,
    );
    expect(await contents()).toEqual(before);
    await expectServed(`${publicUrl()}/healthz`);
  });

  test.each([
    [
      'workerd, whose replacement by wrangler never answers',
      () => `socket-addr=entry=${LOOPBACK}:${new URL(publicUrl()).port}`,
      'gmb',
    ],
    ['wrangler, whose workerd would keep the port', () => 'wrangler-dist/cli.js', 'lso'],
    ['the database', () => 'pglite.server.ts', 'swz'],
  ])('serves new clips again after kill -9 of %s', async (_, part, boundary) => {
    await kill(part());
    await expectServed(riversOf(boundary));
  });

  test('kill -9 of itself leaves nothing running, and the next start takes the folder over', async () => {
    const groups = await groupsNow();
    program.child.kill('SIGKILL');
    await expect.poll(() => membersOf(groups), { timeout: STOP_TIMEOUT_MS }).toEqual([]);
    program = start();
    await expect.poll(() => program.output, { timeout: START_TIMEOUT_MS, interval: 500 }).toContain('is running at');
    await expectServed(riversOf('gmb'));
  });

  test('SIGTERM ends it and everything it started, so that the folder can be used again', async () => {
    const groups = await groupsNow();
    expect(groups.size).toBe(SERVICES);
    const exited = once(program.child, 'exit');
    program.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await expect.poll(() => membersOf(groups), { timeout: STOP_TIMEOUT_MS }).toEqual([]);
    expect((await processes()).filter(({ command }) => command.includes(folder))).toEqual([]);
    expect(await readdir(folder)).not.toContain('service.lock');
  });
});
