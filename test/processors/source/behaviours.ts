import { type Behaviour, type TestServer, answer, numbered, serve } from './server.ts';

export const FILE = numbered(200_000);

/** Starts servers that are closed together. */
export function serverPool(): { start(behaviour: Behaviour): Promise<TestServer>; close(): Promise<void> } {
  const servers: TestServer[] = [];
  return {
    start: async (behaviour) => {
      const server = await serve(behaviour);
      servers.push(server);
      return server;
    },
    close: async () => {
      for (const server of servers.splice(0)) await server.close();
    },
  };
}

/** Behaves on opening and does something else from the second request on. */
export function afterOpening(later: Behaviour): Behaviour {
  return (request, response, count) => {
    if (count === 1) answer(FILE, request, response);
    else later(request, response, count);
  };
}

/** Answers with an error a number of times and behaves after that. */
export function failing(times: number, status: number, headers: Record<string, string> = {}): Behaviour {
  return (request, response, count) => {
    if (count > times) answer(FILE, request, response);
    else response.writeHead(status, headers).end('busy');
  };
}

/** Ignores `Range`. */
export const whole: Behaviour = (_, response) => response.writeHead(200, { etag: '"v1"' }).end(FILE);

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Gives at most 400 bytes a reply, as some servers do. */
export const shorter: Behaviour = (request, response) => {
  const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  request.headers.range = `bytes=${first}-${Math.min(Number(last), Number(first) + 399)}`;
  answer(FILE, request, response);
};
