import type { Agent, IncomingMessage, request } from 'node:http';

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

/** What one protocol needs: its module is loaded with the first request, since most processes need one or none. */
interface Protocol {
  send: typeof request;
  agent: Agent;
}

/**
 * Sends requests over connections that are kept. Fetch would do the same, but takes 25 MB and, for each of thousands of
 * ranges, several objects that live until garbage is collected.
 */
export function httpSend(): HttpSend {
  const protocols = new Map<string, Protocol>();
  return async (url, headers, signal) => {
    const known = protocols.get(url.protocol) ?? loadProtocol(url.protocol);
    protocols.set(url.protocol, known);
    const { send, agent } = known;
    const fields = { 'accept-encoding': 'identity', 'user-agent': USER_AGENT, ...headers };
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      send(url, { agent, headers: fields, signal }, resolve).on('error', reject).end();
    });
    return { status: message.statusCode ?? 0, headers: headersOf(message), body: message };
  };
}

function loadProtocol(protocol: string): Protocol {
  // Imported, node:http would load fetch with all that belongs to it, which some of its exports are.
  const { request, Agent } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  return { send: request, agent: new Agent({ keepAlive: true }) };
}

function headersOf({ headers }: IncomingMessage): ReplyHeaders {
  return {
    get(name) {
      const value = headers[name];
      return (Array.isArray(value) ? value.join(', ') : value) ?? null;
    },
  };
}
