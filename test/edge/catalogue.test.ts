import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Edge, startEdge } from './edge.fixture.ts';
import { BOUNDARIES } from './catalogue.fixture.ts';

const boundarySchema = z.object({ id: z.string(), name: z.string(), name_long: z.string(), admin_level: z.number() });

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ originDown: true });
});
afterAll(() => edge.stop());

async function list(target: string): Promise<{ ids: string[]; next: string | null }> {
  const response = await edge.fetch(target);
  expect(response.status).toBe(200);
  const ids = z
    .array(boundarySchema)
    .parse(await response.json())
    .map(({ id }) => id);
  return { ids, next: /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null };
}

describe('/boundaries', () => {
  test('lists all by long name', async () => {
    expect(await list('/boundaries')).toEqual({ ids: BOUNDARIES.map(({ id }) => id), next: null });
  });

  test('comes in pages that make up the list without repeats', async () => {
    const seen: string[] = [];
    for (let target: string | null = '/boundaries?limit=3'; target !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(target);
      seen.push(...page.ids);
      target = page.next;
    }
    expect(seen).toEqual(BOUNDARIES.map(({ id }) => id));
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'limit=1.5'])('refuses %s', async (query) => {
    const response = await edge.fetch(`/boundaries?${query}`);
    expect(response.status).toBe(400);
  });

  test('gives a boundary as a GeoJSON Feature with its envelope', async () => {
    const response = await edge.fetch('/boundaries/gmb');
    expect(response.headers.get('content-type')).toBe('application/geo+json');
    expect(await response.json()).toMatchObject({
      type: 'Feature',
      id: 'gmb',
      bbox: [-16.84, 13.06, -13.82, 13.83],
      geometry: { type: 'MultiPolygon' },
      properties: {
        name: 'Gambia',
        name_long: 'Republic of the Gambia',
        admin_level: 0,
        envelope: { type: 'Polygon' },
      },
    });
  });

  test('answers 304 to who has it already', async () => {
    const etag = (await edge.fetch('/boundaries/gmb')).headers.get('etag') ?? '';
    expect((await edge.fetch('/boundaries/gmb', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await edge.fetch('/boundaries/gmb', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });
});

describe('/boundaries/search', () => {
  test.each([
    ['mbi', ['gmb', 'zmb']],
    ['Gambya', ['gmb']],
    ['COTE', ['civ']],
    ['zzzz', []],
    ['%', []],
  ])('name=%s', async (name, ids) => {
    expect((await list(`/boundaries/search?name=${encodeURIComponent(name)}`)).ids.slice(0, 2)).toEqual(ids);
  });

  test.each([
    ['nothing to search for', ''],
    ['a latitude alone', 'latitude=1'],
    ['a latitude out of range', 'latitude=128&longitude=3'],
    ['a longitude that is no number', 'latitude=1&longitude=east'],
    ['a longitude in another notation', 'latitude=1&longitude=1e1'],
    ['both a name and a point', 'name=x&latitude=1&longitude=2'],
    ['a name too long', `name=${'x'.repeat(201)}`],
  ])('refuses %s', async (_reason, query) => {
    const response = await edge.fetch(`/boundaries/search?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:invalid-request' });
  });

  test('a point needs the origin', async () => {
    expect((await edge.fetch('/boundaries/search?latitude=13.4&longitude=0')).status).toBe(503);
  });
});

describe('/datasets', () => {
  test('lists each with its versions and all that a user must know', async () => {
    const response = await edge.fetch('/datasets');
    expect(await response.json()).toMatchObject([
      {
        name: 'relief',
        versions: [
          {
            version: '1.0',
            title: 'Relief of the <Earth>',
            summary: 'Heights & depths.',
            citation: 'Surveyor, A. (2020): "Relief".',
            author: 'A. Surveyor',
            licence: { name: 'CC-BY-4.0' },
            origin_url: 'https://example.org/relief',
            formats: [{ format: 'GeoTIFF', extension: 'tif' }],
          },
        ],
      },
      { name: 'rivers', versions: [{ version: '2.0' }, { version: '1.0' }] },
      { name: 'gone' },
    ]);
  });

  test.each([
    ['/datasets/rivers', 200, null],
    ['/datasets/rivers/1.0', 200, null],
    ['/datasets/nothing', 404, 'unknown-dataset'],
    ['/datasets/rivers/9', 404, 'unknown-version'],
    ['/datasets/UPPER', 400, 'invalid-id'],
  ])('%s is %i', async (target, status, kind) => {
    const response = await edge.fetch(target);
    expect(response.status).toBe(status);
    if (kind !== null) expect(await response.json()).toMatchObject({ type: `urn:cutline:problem:${kind}` });
  });
});
