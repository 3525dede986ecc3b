import type { Agent, AgentOptions, IncomingMessage, request, RequestOptions } from 'node:http';

/** The reply to a request: its head, and its body as it comes. */
export interface HttpReply {
  status: number;
  headers: ReplyHeaders;
  body: AsyncIterable<Uint8Array>;
}

/** Fields of a reply by their name in lower case. */
export interface ReplyHeaders {
  get(name: string): string | null;
}

/**
 * Sends a GET and gives its reply once the head is there; redirects are not followed. The signal ends the body too.
 * Throws the system's error when the connection fails.
 */
export type HttpSend = (url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<HttpReply>;

/** Names the program to servers, some of which refuse a request without. */
const USER_AGENT = 'cutline';

/** Networks between forget connections that say nothing for a minute or so, and lose what is sent on them afterwards. */
const IDLE_TIMEOUT_MS = 4_000;

/** What one protocol needs: its module is loaded with the first request, since most processes need one or none. */
interface Protocol {
  send: typeof request;
  /** Keeps connections. */
  agent: Agent;
  /** Has a new connection for each request. */
  freshAgent: Agent;
}

/**
 * Sends requests over connections that are kept for a moment. Fetch would do the same, but takes 25 MB and, for each of
 * thousands of ranges, several objects that live until garbage is collected.
 */
export function httpSend(): HttpSend {
  const protocols = new Map<string, Protocol>();
  return async (url, headers, signal) => {
    const protocol = protocols.get(url.protocol) ?? loadProtocol(url.protocol);
    protocols.set(url.protocol, protocol);
    const fields = { 'accept-encoding': 'identity', 'user-agent': USER_AGENT, ...headers };
    const message = await headOf(protocol, url, { headers: fields, signal });
    return { status: message.statusCode ?? 0, headers: headersOf(message), body: message };
  };
}

function loadProtocol(protocol: string): Protocol {
  // Imported, node:http would load fetch with all that belongs to it, which some of its exports are.
  const { request: send, Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const proxy = proxySettings();
  return {
    send,
    agent: new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT_MS, ...proxy }),
    freshAgent: new Agent({ keepAlive: false, ...proxy }),
  };
}

/** Node takes proxies from the environment where it is told to, but not for agents of one's own. */
function proxySettings(): Pick<AgentOptions, 'proxyEnv'> {
  return process.env['NODE_USE_ENV_PROXY'] === '1' ? { proxyEnv: process.env } : {};
}

function headOf({ send, agent, freshAgent }: Protocol, url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const sent = send(url, { ...options, agent }, (message) => {
      isAnswered = true;
      resolve(message);
    });
    sent.on('error', (error) => {
      if (isAnswered) return;
      // The server may have closed a kept connection just now: nothing is wrong with it, nor with the others.
      const isStale = sent.reusedSocket && options.signal?.aborted !== true;
      if (isStale) resolve(headOf({ send, agent: freshAgent, freshAgent }, url, options));
      else reject(error);
    });
    // Where the server changes to another protocol there is neither a reply nor an error.
    sent.on('close', () => {
      if (!isAnswered && sent.errored === null) reject(new Error('The connection was closed without a reply.'));
    });
    sent.end();
  });
}

function headersOf({ headers }: IncomingMessage): ReplyHeaders {
  return {
    get(name) {
      const value = headers[name];
      return (Array.isArray(value) ? value.join(', ') : value) ?? null;
    },
  };
}
