import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { manifestKey } from '../../cache/keys.ts';
import type { ClipRecord } from '../../cache/record.ts';
import { type Edge, startEdge } from './edge.fixture.ts';
import { CREATED, noise, pointTo, reliefFingerprint, writeClip } from './store.fixture.ts';

/** What the data package profile, version 1, demands of the members used. */
const namePattern = /^[-a-z0-9._/]+$/;
const linked = z.strictObject({ title: z.string(), path: z.url() });
const licences = z
  .array(z.strictObject({ name: z.string().regex(/^[-a-zA-Z0-9._]+$/), title: z.string(), path: z.url() }))
  .min(1);
const resourceSchema = z.looseObject({
  profile: z.literal('data-resource'),
  name: z.string().regex(namePattern),
  path: z.string().regex(/^[^/~.][^\\]*$/),
  format: z.string(),
  mediatype: z.string().regex(/^(.+)\/(.+)$/),
  bytes: z.int().optional(),
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  licenses: licences,
  sources: z.array(linked).min(1),
});
const dataPackageSchema = z.looseObject({
  profile: z.literal('data-package'),
  name: z.string().regex(namePattern),
  created: z.iso.datetime().optional(),
  licenses: licences,
  sources: z.array(linked).min(1),
  resources: z.array(resourceSchema).min(1),
});

let edge: Edge;
let record: ClipRecord;
beforeAll(async () => {
  edge = await startEdge({ originDown: true });
  record = await writeClip(edge.store, { fingerprint: await reliefFingerprint(), stored: noise(1234) });
  await pointTo(edge.store, record);
});
afterAll(() => edge.stop());

describe('datapackage.json', () => {
  const load = async (boundary: string) => {
    const response = await edge.fetch(`/packages/${boundary}/datapackage.json`);
    expect(response.headers.get('content-type')).toBe('application/json');
    return dataPackageSchema.parse(await response.json());
  };

  test('lists each file once, with figures only for what was made', async () => {
    const { resources, created } = await load('gmb');
    expect(created).toBe(CREATED);
    expect(resources.map(({ path }) => path)).toEqual([
      'relief/1.0/relief-1.0-gmb.tif',
      'rivers/2.0/rivers-2.0-large-gmb.fgb',
      'rivers/2.0/rivers-2.0-small-gmb.fgb',
      'rivers/1.0/rivers-1.0-gmb.fgb',
      'gone/1.0/gone-1.0-gmb.tif',
    ]);
    expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length);
    expect(resources[0]).toMatchObject({ bytes: 1234, hash: `sha256:${record.sha256}`, format: 'geotiff' });
    for (const resource of resources.slice(1)) {
      expect(resource).not.toHaveProperty('bytes');
      expect(resource).not.toHaveProperty('hash');
      expect(resource['status']).toBe('made-on-request');
    }
  });

  test('names each licence and source once', async () => {
    const { licenses, sources } = await load('gmb');
    expect(licenses).toHaveLength(1);
    expect(sources.map(({ title }) => title)).toEqual(['Relief of the <Earth> 1.0', 'Rivers 2.0', 'Rivers 1.0']);
  });

  test('has no time of making before anything was made', async () => {
    expect(await load('zmb')).not.toHaveProperty('created');
  });
});

describe('a package', () => {
  test.each([
    ['curl', '*/*', 'application/json'],
    ['a script', 'application/json', 'application/json'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['one that likes JSON better', 'text/html;q=0.5, application/json', 'application/json'],
  ])('is for %s what it wants', async (_who, accept, mediaType) => {
    const response = await edge.fetch('/packages/gmb', { headers: { accept } });
    expect(response.headers.get('content-type')).toBe(mediaType);
    expect(response.headers.get('vary')).toContain('Accept');
    await response.text();
  });

  test('as JSON has a link to each file, with its size once it is made', async () => {
    const response = await edge.fetch('/packages/gmb?f=json', { headers: { accept: 'text/html' } });
    expect(await response.json()).toMatchObject({
      boundary: { id: 'gmb', name_long: 'Republic of the Gambia' },
      datapackage: '/packages/gmb/datapackage.json',
      datasets: [
        {
          dataset: 'relief',
          files: [{ href: '/packages/gmb/relief/1.0/relief-1.0-gmb.tif', made: true, bytes: 1234 }],
        },
        { dataset: 'rivers', version: '2.0', files: [{ made: false }, { made: false }] },
        { dataset: 'rivers', version: '1.0' },
        { dataset: 'gone' },
      ],
    });
  });

  test('as a page escapes what datasets say, and runs no script of its own', async () => {
    const response = await edge.fetch('/packages/gmb?f=html');
    const page = await response.text();
    expect(page).toContain('Relief of the &lt;Earth&gt;');
    expect(page).not.toContain('<Earth>');
    expect(page).toContain('Heights &amp; depths.');
    expect(page).toContain('1.23 kB');
    expect(page).toContain(`curl -O ${edge.url}/packages/gmb/relief/1.0/relief-1.0-gmb.tif`);
    expect(page).toContain('href="/packages/gmb/rivers/2.0/rivers-2.0-large-gmb.fgb"');
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|javascript:/);
  });

  test('refuses an unknown form', async () => {
    expect((await edge.fetch('/packages/gmb?f=xml')).status).toBe(400);
  });
});

describe('the pages', () => {
  test('list packages as plain links, and find them without scripts', async () => {
    const all = await (await edge.fetch('/packages?f=html')).text();
    expect(all).toContain('<a href="/packages/civ">Côte d&#39;Ivoire</a>');
    const found = await (await edge.fetch('/packages?f=html&name=%22%3E%3Cb%3Ezam')).text();
    expect(found).toContain('value="&quot;&gt;&lt;b&gt;zam"');
    expect(await (await edge.fetch('/packages?f=html&name=zam')).text()).toContain('href="/packages/zmb"');
  });

  test('start with a finder, styles and scripts of their own', async () => {
    const response = await edge.fetch('/');
    const page = await response.text();
    expect(page).toContain('role="combobox"');
    const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) expect((await edge.fetch(file)).status).toBe(200);
  });
});

describe('a dataset that is known not to cover the boundary', () => {
  const FILE_PATH = 'zmb/relief/1.0/relief-1.0-zmb.tif';
  const publish = async (fingerprint: string) => {
    const manifest = { version: 1, boundary: 'zmb', clips: {}, notCovered: { [FILE_PATH]: fingerprint } };
    await edge.store.put(manifestKey('zmb'), JSON.stringify(manifest));
  };
  const paths = async () => {
    const document = dataPackageSchema.parse(await (await edge.fetch('/packages/zmb/datapackage.json')).json());
    return { listed: document.resources.map((resource) => resource.path), notCovered: document['not_covered'] };
  };

  test('has no resource, says so, and has no link', async () => {
    await publish(await reliefFingerprint(undefined, 'digest-of-zmb'));
    const { listed, notCovered } = await paths();
    expect(listed).not.toContain('relief/1.0/relief-1.0-zmb.tif');
    expect(listed).toHaveLength(4);
    expect(notCovered).toEqual([{ dataset: 'relief', version: '1.0', file: 'relief-1.0-zmb.tif' }]);
    const page = await (await edge.fetch('/packages/zmb?f=html')).text();
    expect(page).toContain('does not cover this boundary');
    expect(page).not.toContain('href="/packages/zmb/relief/1.0/relief-1.0-zmb.tif"');
    expect(await (await edge.fetch('/packages/zmb')).json()).toMatchObject({
      datasets: [{ files: [{ covered: false, made: false }] }, { files: [{ covered: true }, {}] }, {}, {}],
    });
    expect(await (await edge.fetch('/packages/zmb/relief/1.0/')).text()).not.toContain('.tif');
  });

  test('is listed again when the source or the boundary has changed since', async () => {
    await publish(await reliefFingerprint('"older"', 'digest-of-zmb'));
    const { listed, notCovered } = await paths();
    expect(listed).toContain('relief/1.0/relief-1.0-zmb.tif');
    expect(notCovered).toBeUndefined();
  });
});
