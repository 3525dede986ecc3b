import { describe, expect, test } from 'vitest';
import { SNAPSHOT_BOUNDARIES_KEY, SNAPSHOT_CATALOGUE_KEY } from '../../cache/keys.ts';
import { startEdge } from './edge.fixture.ts';
import { BOUNDARIES, CATALOGUE } from './catalogue.fixture.ts';
import { handlerOn } from './handler.fixture.ts';
import { publishSnapshot, RELIEF_URL } from './store.fixture.ts';

describe('the snapshot', () => {
  test('is read again after some seconds', async () => {
    const edge = await startEdge();
    let nowMs = 0;
    const get = await handlerOn(edge, { now: () => nowMs });
    expect((await get('/packages/zmb')).status).toBe(200);
    await publishSnapshot(edge.store, CATALOGUE, BOUNDARIES.slice(0, 3));
    nowMs = 10_000;
    expect((await get('/packages/zmb')).status).toBe(404);
    await edge.stop();
  });

  test('that is not published yet is 503, not an unknown boundary', async () => {
    const edge = await startEdge();
    await edge.store.delete(SNAPSHOT_BOUNDARIES_KEY);
    const response = await edge.fetch('/packages/gmb');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    await edge.stop();
  });

  test.each(['/', '/packages/gmb', '/packages'])('that is not published yet is a page at %s', async (target) => {
    const edge = await startEdge();
    await edge.store.delete(SNAPSHOT_CATALOGUE_KEY);
    const response = await edge.fetch(target, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('The service is starting');
    expect(page).toMatch(/<meta http-equiv="refresh" content="5" \/>(?!\s*<\/noscript>)/);
    await publishSnapshot(edge.store);
    expect((await edge.fetch(target, { headers: { accept: 'text/html' } })).status).toBe(200);
    await edge.stop();
  });

  test.each(['/packages/gmb', '/boundaries/gmb', RELIEF_URL, '/datasets/relief'])(
    'on a store that fails makes %s a 500 with an id and no inner detail',
    async (target) => {
      const edge = await startEdge();
      const fail = () => Promise.reject(new Error('disk 7 is on fire'));
      const broken = { ...edge.store, head: fail, get: fail };
      const response = await (await handlerOn(edge, { store: broken }))(target);
      expect(response.status).toBe(500);
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ type: 'urn:cutline:problem:internal', id: expect.any(String) });
      expect(body).not.toContain('fire');
      await edge.stop();
    },
  );
});
