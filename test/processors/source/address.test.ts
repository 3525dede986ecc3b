import { describe, expect, test } from 'vitest';
import { isPublicAddress, isPublicHost } from '../../../processors/source/address.ts';
import { openSource } from '../../../processors/source/open.ts';
import { hastyContext } from './hasty.ts';
import { answer, numbered, serve } from './server.ts';

describe('isPublicAddress', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

test('a host is public when all of its addresses are', async () => {
  const url = new URL('http://[::1]:80/');
  expect(await isPublicHost(url, async (host) => [host])).toBe(false);
  expect(await isPublicHost(url, async () => ['8.8.8.8', '10.0.0.1'])).toBe(false);
  expect(await isPublicHost(url, async () => ['8.8.8.8'])).toBe(true);
});

describe('a redirect', () => {
  // `localhost` is another name of the loopback address that servers of tests listen at.
  test.each<[string, Record<string, string>, 'refused' | 'followed']>([
    ['from a public to a private address', { '127.0.0.1': '8.8.8.8', localhost: '127.0.0.1' }, 'refused'],
    ['from a private to a private address', { '127.0.0.1': '127.0.0.1', localhost: '127.0.0.1' }, 'followed'],
    ['from a public to a public address', { '127.0.0.1': '8.8.8.8', localhost: '8.8.4.4' }, 'followed'],
  ])('%s is %s', async (_, addresses, outcome) => {
    const file = numbered(1000);
    const server = await serve((request, response) => {
      if (request.headers.host?.startsWith('localhost') === true) answer(file, request, response);
      else response.writeHead(302, { location: `http://localhost:${request.socket.localPort}/` }).end();
    });
    const lookup = async (host: string): Promise<string[]> => [addresses[host] ?? '0.0.0.0'];
    const opened = openSource(server.url, hastyContext({ lookup }));
    if (outcome === 'followed') await expect(opened).resolves.toMatchObject({ sizeBytes: 1000 });
    else await expect(opened).rejects.toMatchObject({ message: expect.stringMatching(/to a private address/) });
    expect(server.ranges).toHaveLength(outcome === 'followed' ? 2 : 1);
    await server.close();
  });
});
