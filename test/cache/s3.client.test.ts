import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { S3Client, S3Error } from '../../cache/s3.client.ts';
import { s3Store } from '../../cache/store.s3.ts';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

const BUSY: Answer = { status: 503, body: '<Error><Code>SlowDown</Code><Message>Reduce &amp; wait</Message></Error>' };
const FOUND: Answer = {
  status: 200,
  headers: { 'Content-Length': '3', ETag: '"e"', 'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT' },
};

let close: (() => Promise<void>) | null = null;
afterEach(async () => {
  await close?.();
  close = null;
});

/** A server that gives answers in their order; null breaks the connection. */
async function serve(answers: (Answer | null)[]) {
  const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift();
      if (answer === null || answer === undefined) return request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(request.method === 'HEAD' ? undefined : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const options = {
    endpoint: `http://127.0.0.1:${address.port}/base/`,
    bucket: 'bucket',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  };
  return { seen, client: new S3Client(options), store: s3Store(options) };
}

describe('S3Client', () => {
  test('tries again when the service is busy or the connection breaks', async () => {
    const { client, seen } = await serve([BUSY, null, { status: 429 }, { status: 200, body: 'done' }]);
    const response = await client.send({ method: 'PUT', key: 'a', body: 'body' });
    expect(await response.text()).toBe('done');
    expect(seen.map(({ body }) => body)).toEqual(['body', 'body', 'body', 'body']);
  });

  test('gives up in the end and says what the service said', async () => {
    const { client, seen } = await serve([BUSY, BUSY, BUSY, BUSY, BUSY, BUSY]);
    const sending = client.send({ method: 'GET', key: 'a' });
    await expect(sending).rejects.toThrow('S3 answered GET a with 503 SlowDown: Reduce & wait');
    expect(seen).toHaveLength(5);
  });

  test('does not repeat what the service refused', async () => {
    const { client, seen } = await serve([{ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }]);
    const sending = client.send({ method: 'GET', key: 'a' });
    await expect(sending).rejects.toThrow(S3Error);
    await expect(sending).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(seen).toHaveLength(1);
  });

  test('does not send what is no key', async () => {
    const { client, seen } = await serve([]);
    await expect(client.send({ method: 'GET', key: '../other-bucket/a' })).rejects.toThrow(RangeError);
    expect(seen).toEqual([]);
  });

  test('encodes keys and queries, signs them with the body, and asks for no compression', async () => {
    const { client, seen } = await serve([{ status: 200 }]);
    await client.send({ method: 'PUT', key: "a:b,c/d e+f'(*)", query: { x: 'y/z' }, body: 'abc' });
    expect(seen[0]?.url).toBe('/base/bucket/a%3Ab%2Cc/d%20e%2Bf%27%28%2A%29?x=y%2Fz');
    expect(seen[0]?.headers).toMatchObject({
      'accept-encoding': 'identity',
      'content-length': '3',
      'x-amz-content-sha256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    expect(seen[0]?.headers.authorization).toContain('AWS4-HMAC-SHA256 Credential=id/');
  });
});

describe('s3Store', () => {
  const CONFLICT: Answer = { status: 409, body: '<Error><Code>ConditionalRequestConflict</Code></Error>' };
  const ABSENT: Answer = { status: 404 };

  test.each<[string, Answer[], boolean]>([
    ['nothing there: won', [ABSENT, { status: 200 }], true],
    ['there already: lost without sending the body', [FOUND], false],
    ['412: lost', [ABSENT, { status: 412 }], false],
    ['409 and it is there then: lost', [ABSENT, CONFLICT, FOUND], false],
    ['409 and it is not: tried again', [ABSENT, CONFLICT, ABSENT, { status: 200 }], true],
  ])('ifAbsent, %s', async (_, answers, expected) => {
    const { store, seen } = await serve(answers);
    expect(await store.put('a', 'body', { ifAbsent: true })).toBe(expected);
    for (const request of seen.filter(({ method }) => method === 'PUT')) {
      expect(request.headers['if-none-match']).toBe('*');
    }
    expect(answers).toEqual([]);
  });

  test('a service that ignores the range is not believed', async () => {
    const { store } = await serve([{ ...FOUND, body: 'abc' }]);
    await expect(store.get('a', { offset: 1, length: 1 })).rejects.toThrow('size null');
  });

  test('a failure in the body of a 200 is a failure, and the upload is given up', async () => {
    const uploads: Answer = { status: 200, body: '<R><UploadId>up&lt;1</UploadId></R>' };
    const part: Answer = { status: 200, headers: { ETag: '"p"' } };
    const failed: Answer = { status: 200, body: '<Error><Code>InternalError</Code></Error>' };
    const { store, seen } = await serve([uploads, part, part, part, failed, { status: 204 }]);
    const sizeBytes = 33 * 1024 * 1024;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(sizeBytes));
        controller.close();
      },
    });
    await expect(store.put('a', { stream, sizeBytes })).rejects.toThrow('InternalError');
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', url: '/base/bucket/a?uploadId=up%3C1' });
    expect(seen.slice(1, 4).map(({ body }) => body.length)).toEqual([16, 16, 1].map((mib) => mib * 1024 * 1024));
  });
});
