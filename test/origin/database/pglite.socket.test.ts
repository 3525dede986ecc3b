import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryMessage } from '../../../origin/database/pglite.messages.ts';
import { type PGliteProcess, usePGlite } from '../../../origin/database/pglite.start.ts';
import { freePort, LOOPBACK } from '../../../scripts/start/ports.ts';

const QUERY_TIMEOUT_MS = 20_000;
/** More than the connections the server takes. */
const REPEATS = 20;

let folder: string;
let database: PGliteProcess;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-socket-'));
  database = await usePGlite(path.join(folder, 'database'), await freePort());
});
afterAll(async () => {
  await database?.stop();
  await rm(folder, { recursive: true, force: true });
});

function startup(): Buffer {
  const fields = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + fields.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, fields]);
}

function message(type: string, text: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Sends bytes on a connection of its own and breaks it, gently or not, after a while. */
async function sendAndBreak(bytes: Buffer, afterMs: number, breaksHard: boolean): Promise<void> {
  const socket = connect(Number(new URL(database.url).port), LOOPBACK);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  await sleep(afterMs);
  if (breaksHard) socket.resetAndDestroy();
  else socket.destroy();
}

async function firstRow(): Promise<unknown> {
  const client = new Client({ connectionString: database.url, query_timeout: QUERY_TIMEOUT_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query('SELECT $1::int AS n, pg_current_xact_id_if_assigned() AS id', [7])).rows[0];
  } finally {
    await client.end();
  }
}

const wrongParse = message('P', '\0selec nonsense\0\0\0');
const wrongType = message('Z', 'a');
const CASES: [string, Buffer[]][] = [
  ['in a transaction', [queryMessage('BEGIN')]],
  ['in a transaction that failed', [queryMessage('BEGIN'), queryMessage('SELECT 1/0')]],
  [
    'in a transaction that works',
    [queryMessage('BEGIN'), queryMessage('SELECT count(*) FROM generate_series(1, 1e5)')],
  ],
  ['after a wrong Parse without Sync', [wrongParse]],
  ['after a wrong Parse and Flush', [wrongParse, message('H', '')]],
  ['after a wrong Parse and Flush in a transaction', [queryMessage('BEGIN'), wrongParse, message('H', '')]],
  ['in the middle of a message', [queryMessage('SELECT 1').subarray(0, 7)]],
  ['after a message of no known type', [wrongType]],
  ['after a length that no message has', [Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff])]],
];

describe('PGlite answers others when a client dies', () => {
  test.each(CASES)('%s', async (_, messages) => {
    for (const afterMs of [0, 20]) {
      await sendAndBreak(Buffer.concat([startup(), ...messages]), afterMs, false);
      expect(await firstRow()).toEqual({ n: 7, id: null });
    }
  });

  test('hard, more often than there are connections', async () => {
    for (let count = 0; count < REPEATS; count++) {
      await sendAndBreak(Buffer.concat([startup(), queryMessage('BEGIN')]), 0, true);
    }
    expect(await firstRow()).toEqual({ n: 7, id: null });
  });
});
