import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../scripts/start/ports.ts';

const run = promisify(execFile);
const BINARIES = '/usr/lib/postgresql/15/bin';
/** PostgreSQL refuses to run as root; Debian's package makes this user. */
const AS_POSTGRES = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
const READY_ATTEMPTS_MAX = 200;

/** A PostgreSQL server with PostGIS for one test file. */
export interface TestPostgres {
  /** URL of a database that is there from the start. */
  url: string;
  /** URL of a new, empty database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a throw-away cluster on a free port of 127.0.0.1, without durability. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-postgres-'));
  // Made by root, used by postgres.
  await chmod(folder, 0o777);
  const data = path.join(folder, 'data');
  await runAs(`${BINARIES}/initdb`, ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'full_page_writes=off',
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const [program = '', ...rest] = [...AS_POSTGRES, `${BINARIES}/postgres`, ...args];
  const server = spawn(program, rest, { stdio: 'ignore' });
  const exited = once(server, 'exit');
  const urlOf = (name: string): string => `postgres://postgres@127.0.0.1:${port}/${name}`;
  await waitUntilReady(urlOf('postgres'));
  let databases = 0;
  return {
    url: urlOf('postgres'),
    async createDatabase() {
      const name = `test_${++databases}`;
      await execute(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async stop() {
      await runAs(`${BINARIES}/pg_ctl`, ['-D', data, '-m', 'immediate', 'stop']);
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runAs(command: string, args: readonly string[]): Promise<void> {
  const [program = '', ...rest] = [...AS_POSTGRES, command, ...args];
  await run(program, rest, { cwd: '/' });
}

async function waitUntilReady(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await execute(url, 'SELECT 1');
    } catch (error) {
      if (attempt === READY_ATTEMPTS_MAX) throw error;
      await sleep(50);
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
