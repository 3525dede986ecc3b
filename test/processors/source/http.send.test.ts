import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { FILE, serverPool } from './behaviours.ts';
import { hastyClock, hastyContext } from './hasty.ts';
import { answer } from './server.ts';

const servers = serverPool();
afterEach(servers.close);
afterEach(() => vi.unstubAllEnvs());

describe('requests', () => {
  it('name the program, ask for the bytes as they are, and share a connection one after another', async () => {
    const seen: unknown[] = [];
    const server = await servers.start((request, response) => {
      seen.push([request.headers['user-agent'], request.headers['accept-encoding']]);
      answer(FILE, request, response);
    });
    const source = await openSource(server.url, hastyContext());
    for (const offset of [70_000, 100_000]) await source.read(offset, 10);
    expect(seen).toEqual(Array.from({ length: 3 }, () => ['cutline', 'identity']));
    expect(server.connections()).toBe(1);
    await source.close();
  });

  it('that are sent on a connection which the server closes just then are sent on another one', async () => {
    const server = await servers.start((request, response, count) => {
      if (count % 2 === 0) request.socket.resetAndDestroy();
      else answer(FILE, request, response);
    });
    const context = hastyContext({ clock: { ...hastyClock(), sleep: () => Promise.reject(new Error('It waited.')) } });
    const source = await openSource(server.url, context);
    expect(await source.read(100_000, 10)).toEqual(FILE.slice(100_000, 100_010));
    expect(server.connections()).toBe(2);
    await source.close();
  });

  it('go through a proxy where Node is told to take it from the environment', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = await servers.start((request, response) => {
      asked.push(request.url);
      answer(FILE, request, response);
    });
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    vi.stubEnv('http_proxy', new URL(proxy.url).origin);
    const source = await openSource('http://data.invalid/file.bin', hastyContext());
    expect(await source.read(100_000, 10)).toEqual(FILE.slice(100_000, 100_010));
    expect(asked).toEqual(Array.from({ length: 2 }, () => 'http://data.invalid/file.bin'));
    await source.close();
  });

  it('end with a problem when the server changes to another protocol', async () => {
    const server = await servers.start((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n');
    });
    await expect(openSource(server.url, hastyContext())).rejects.toMatchObject({ kind: 'source-unavailable' });
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cutline-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const trusted = getCACertificates('default');
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => setDefaultCACertificates(trusted));
  beforeAll(() => {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...name], { stdio: 'ignore' });
  });

  async function readOverTls(): Promise<Uint8Array> {
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      answer(FILE, request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const source = await openSource(`https://127.0.0.1:${port}/data.bin`, hastyContext());
      return await source.read(100_000, 1000);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('the bytes are those of the file when the certificate is trusted', async () => {
    setDefaultCACertificates([...trusted, readFileSync(cert, 'utf8')]);
    expect(Buffer.compare(await readOverTls(), FILE.subarray(100_000, 101_000))).toBe(0);
  });

  it('nothing is read when it is not', async () => {
    await expect(readOverTls()).rejects.toMatchObject({
      kind: 'source-unavailable',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
  });
});
