import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOOPBACK } from '../../scripts/start/ports.ts';
import { run } from './run.ts';
import { root } from './system.ts';

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 40_000;

let folder: string;
let busy: Server;
let program: ChildProcess;
let output = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-start-'));
  busy = createServer();
  await new Promise<void>((resolve) => {
    busy.listen(0, LOOPBACK, resolve);
  });
  const address = busy.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const args = [path.join(root, 'scripts/start.ts'), '--port', String(port), '--data', folder];
  const { DATABASE_URL: _, ...env } = process.env;
  program = spawn(process.execPath, args, { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [program.stdout, program.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
});
afterAll(async () => {
  program.kill('SIGKILL');
  await new Promise((resolve) => busy.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** Processes whose command line names the data folder or that listen for it. */
async function leftOver(): Promise<string[]> {
  const lines = (await run('ps', ['-eo', 'pid,args'])).split('\n');
  return lines.filter((line) => line.includes(folder) && !line.includes(' ps '));
}

describe('npm start on its embedded defaults', () => {
  test('takes another port when the one asked for is taken, and its curl lines download clips', async () => {
    await expect.poll(() => output, { timeout: START_TIMEOUT_MS, interval: 500 }).toContain('Cutline is running at');
    expect(output).toMatch(/port \d+ is taken, using \d+/);
    const urls = [...output.matchAll(/curl -O (\S+)/g)].map(([, url = '']) => url);
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      expect([url, response.status]).toEqual([url, 200]);
      expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get('content-length')));
    }
  });

  test('SIGTERM ends it and everything it started', async () => {
    expect((await leftOver()).length).toBeGreaterThan(1);
    const exited = new Promise((resolve) => program.once('exit', resolve));
    program.kill('SIGTERM');
    expect(await exited).toBe(0);
    await expect.poll(leftOver, { timeout: STOP_TIMEOUT_MS }).toEqual([]);
  });
});
