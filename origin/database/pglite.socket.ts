import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { type ClientMessage, MessageReader, startupKind } from './pglite.messages.ts';
import { type SessionClient, SharedSession } from './pglite.session.ts';

export interface SocketOptions {
  host: string;
  port: number;
  connectionsMax: number;
  /** Told when PGlite itself failed, after which it answers nobody. */
  onFatal: (error: unknown) => void;
}

/** PGlite as a server that PostgreSQL's clients can talk to. */
export interface SocketServer {
  stop(): Promise<void>;
}

/** Types of message that belong to an extended query, which Sync ends. */
const EXTENDED = new Set(['P', 'B', 'D', 'E', 'C']);
/** Query, Function call, Sync, Flush and the three of COPY. Any other would end PGlite, which has no process to spare. */
const RUN = new Set(['Q', 'F', 'S', 'H', 'd', 'c', 'f']);
const FLUSH = 'H';
const TERMINATE = 'X';
/** "No", to whoever asks for encryption; it listens on this machine only. */
const NOT_ENCRYPTED = 'N';

/**
 * Lets clients speak PostgreSQL's protocol to PGlite. An extended query is passed on once it is complete, so that a
 * client which dies in the middle of one leaves nothing behind that would keep the next one from being answered.
 */
export async function serveSocket(database: PGlite, options: SocketOptions): Promise<SocketServer> {
  const session = new SharedSession(database, options.onFatal);
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    serveClient(session, socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = options.connectionsMax;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    async stop() {
      session.stop();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function serveClient(session: SharedSession, socket: Socket): void {
  const client: SessionClient = {
    isOpen: true,
    answer: (bytes) => {
      // A copy: the database uses its memory again.
      if (socket.writable) socket.write(Buffer.from(bytes));
    },
    close: () => socket.destroy(),
  };
  const reader = new MessageReader();
  let extended: Buffer[] = [];

  function take(message: ClientMessage): void {
    if (!reader.isStarted) return takeFirst(message);
    const { type, bytes } = message;
    if (type === TERMINATE) return void socket.end();
    if (EXTENDED.has(type)) return void extended.push(bytes);
    if (!RUN.has(type)) return void socket.destroy();
    session.run({ client, messages: [...extended, bytes], isComplete: type !== FLUSH });
    extended = [];
  }

  function takeFirst(message: ClientMessage): void {
    const kind = startupKind(message);
    if (kind === 'encryption') return void socket.write(NOT_ENCRYPTED);
    // PGlite cannot be interrupted; no answer is expected.
    if (kind === 'cancel') return void socket.end();
    reader.isStarted = true;
    session.run({ client, messages: [message.bytes], isComplete: true });
  }

  socket.on('data', (piece) => {
    try {
      reader.add(piece);
      for (let message = reader.next(); message !== null; message = reader.next()) take(message);
    } catch {
      // Not PostgreSQL's protocol.
      socket.destroy();
    }
  });
  // A close follows.
  socket.on('error', () => undefined);
  socket.on('close', () => session.leave(client));
}
