import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BoundaryEntry } from '../../cache/catalogue.ts';
import { adHocBoundaryKey, boundaryKey } from '../../cache/keys.ts';
import { BOUNDARY_BODY_MAX_BYTES } from '../../cache/origin-api.ts';
import { BOUNDARIES, geometryOf } from './catalogue.fixture.ts';
import { type Edge, startEdge } from './edge.fixture.ts';

const BOX = 'bbox:-16.9,13,-13.7,13.9';
const BOX_ENTRY: BoundaryEntry = {
  id: BOX,
  name: BOX,
  longName: BOX,
  level: 0,
  digest: 'digest-of-box',
  bbox: [-16.9, 13, -13.7, 13.9],
  vertices: 5,
};
const TRIANGLE = JSON.stringify({
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
});

let edge: Edge;
beforeEach(async () => {
  edge = await startEdge();
});
afterEach(() => edge.stop());

test('a point is looked up by the origin', async () => {
  edge.origin.answer = () => ({ status: 200, body: BOUNDARIES.slice(2, 3) });
  const response = await edge.fetch('/boundaries/search?latitude=13.4&longitude=-0');
  expect(await response.json()).toMatchObject([{ id: 'gmb' }]);
  expect(edge.origin.calls).toMatchObject([{ target: '/boundaries/at?latitude=13.4&longitude=0' }]);
});

describe('a bounding box', () => {
  test('is made by the origin when it is new', async () => {
    edge.origin.answer = () => ({ status: 200, body: BOX_ENTRY });
    await edge.store.put(boundaryKey(BOX_ENTRY.digest), JSON.stringify(geometryOf(BOX_ENTRY)));
    const response = await edge.fetch(`/boundaries/${BOX}`);
    expect(await response.json()).toMatchObject({ id: BOX, geometry: { type: 'MultiPolygon' } });
    expect(edge.origin.calls).toMatchObject([{ method: 'PUT', target: `/boundaries/${BOX}` }]);
  });

  test('is found in the store when it is known', async () => {
    await edge.store.put(adHocBoundaryKey(BOX), JSON.stringify(BOX_ENTRY));
    expect((await edge.fetch(`/packages/${BOX}`)).status).toBe(200);
    expect(edge.origin.calls).toEqual([]);
  });

  test('is not made for a file that does not exist', async () => {
    expect((await edge.fetch(`/packages/${BOX}/relief/1.0/other.tif`)).status).toBe(404);
    expect(edge.origin.calls).toEqual([]);
  });

  test.each([
    ['/boundaries/bbox:-16.90,13.0,-13.7,13.9', `/boundaries/${BOX}`],
    ['/packages/bbox:-16.9,+13,-13.7,13.9', `/packages/${BOX}`],
    ['/packages/bbox:-16.9,13,-13.70,13.9/datapackage.json?f=json', `/packages/${BOX}/datapackage.json?f=json`],
    [
      '/packages/bbox:-16.90,13,-13.7,13.9/relief/1.0/relief-1.0-bbox:-16.90,13,-13.7,13.9.tif',
      `/packages/${BOX}/relief/1.0/relief-1.0-${BOX}.tif`,
    ],
    ['/boundaries/bbox%3A-16.900,13,-13.7,13.9', `/boundaries/${BOX}`],
  ])('has one spelling: %s', async (target, location) => {
    const response = await edge.fetch(target);
    expect([response.status, response.headers.get('location')]).toEqual([308, location]);
  });

  test.each(['bbox:1,2,3', 'bbox:1,2,1,3', 'bbox:1,3,2,2', 'bbox:1,2,3,91', 'bbox:a,b,c,d', 'bbox:1e0,2,3,4'])(
    '%s is none',
    async (id) => {
      const response = await edge.fetch(`/packages/${id}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:invalid-id' });
    },
  );
});

describe('POST /boundaries', () => {
  test('passes GeoJSON on and answers with the address', async () => {
    const id = `geo-${'a'.repeat(40)}`;
    edge.origin.answer = () => ({ status: 200, body: { ...BOX_ENTRY, id } });
    const response = await edge.fetch('/boundaries', { method: 'POST', body: TRIANGLE });
    expect([response.status, response.headers.get('location')]).toEqual([201, `/boundaries/${id}`]);
    expect(edge.origin.calls).toMatchObject([{ method: 'POST', target: '/boundaries', body: TRIANGLE }]);
  });

  test.each([
    ['what was repaired', { reason: 'Self-intersection[1 1]', areaBefore: 0, areaAfter: 2 }, 2],
    ['that nothing was', null, undefined],
  ])('says %s', async (_reason, repaired, areaAfter) => {
    edge.origin.answer = () => ({ status: 200, body: { ...BOX_ENTRY, id: `geo-${'a'.repeat(40)}`, repaired } });
    const response = await edge.fetch('/boundaries', { method: 'POST', body: TRIANGLE });
    const expected =
      repaired === null ? null : { reason: 'Self-intersection[1 1]', area_before: 0, area_after: areaAfter };
    expect(await response.json()).toMatchObject({ repaired: expected });
  });

  test('is refused without a body and with one too large', async () => {
    expect((await edge.fetch('/boundaries', { method: 'POST' })).status).toBe(400);
    const body = new Uint8Array(BOUNDARY_BODY_MAX_BYTES + 1);
    const response = await edge.fetch('/boundaries', { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ maxBytes: BOUNDARY_BODY_MAX_BYTES });
    expect(edge.origin.calls).toEqual([]);
  });

  test('takes as much as the origin does', async () => {
    edge.origin.answer = () => ({ status: 200, body: { ...BOX_ENTRY, id: `geo-${'a'.repeat(40)}` } });
    const body = new Uint8Array(BOUNDARY_BODY_MAX_BYTES).fill(0x20);
    expect((await edge.fetch('/boundaries', { method: 'POST', body })).status).toBe(201);
  });

  test('passes on why the origin refuses', async () => {
    const problem = { type: 'urn:cutline:problem:invalid-boundary', title: '', status: 422, detail: 'A ring is open.' };
    edge.origin.answer = () => ({ status: 422, body: problem });
    const response = await edge.fetch('/boundaries', { method: 'POST', body: '{}' });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: 'A ring is open.' });
  });
});
