import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeDefinition } from './definition.ts';
import { serveSource, type SourceServer } from './slow.source.ts';
import { root, startSystem, type System } from './system.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Without these Chromium calls home at every start. */
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** So slow that planning is seen to take its time. */
const SLOW_MS = 1200;

let folder: string;
let source: SourceServer;
let system: System;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-page-'));
  source = await serveSource(path.join(root, 'data/rasters/admin1_zones_45s.tif'));
  await writeDefinition(folder, 'slow_zones', source.url);
  system = await startSystem({ originEnvironment: { DATASETS: folder, ALLOW_HTTP_SOURCES: 'true' } });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await source?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: DESKTOP });
  faults.length = 0;
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
});
afterEach(async () => {
  await page.close();
  expect(faults).toEqual([]);
});

describe('the page', () => {
  test('finds a boundary by a misspelt name and shows outline, licences and links, by keyboard alone', async () => {
    await page.goto(system.url);
    while (!(await page.evaluate<boolean>(`document.activeElement?.getAttribute('role') === 'combobox'`)))
      await page.keyboard.press('Tab');
    await page.keyboard.type('Gambya');
    await page
      .getByRole('option', { name: /Gambia/ })
      .first()
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Gambia/ }).waitFor();
    const outline = await page.locator('svg path').first().getAttribute('d');
    expect(outline?.length).toBeGreaterThan(100);
    expect(await page.getByRole('link', { name: /Public domain/ }).count()).toBeGreaterThan(1);
    expect(await page.locator('a[data-clip]').count()).toBe(6);
  });

  test('downloads a clip with its file name', async () => {
    await page.goto(`${system.url}/packages/lso`);
    const link = page.locator('a[data-clip][href$="ne_rivers-3.0.0-lso.fgb"]');
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('ne_rivers-3.0.0-lso.fgb');
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, 3).toString()).toBe('fgb');
  });

  test('shows the progress of a slow clip, then downloads it', async () => {
    source.behaviour.delayMs = SLOW_MS;
    await page.goto(`${system.url}/packages/che`);
    const link = page.locator('a[data-clip][href*="slow_zones"]');
    const download = page.waitForEvent('download', { timeout: 120_000 });
    await link.click();
    await page.getByRole('progressbar').waitFor();
    source.behaviour.delayMs = 0;
    expect((await download).suggestedFilename()).toBe('slow_zones-1-che.tif');
  });

  test.each([DESKTOP, PHONE])('needs no sideways scrolling at $width px', async (viewport) => {
    await page.setViewportSize(viewport);
    for (const urlPath of ['/', '/packages/fji', '/packages', '/datasets']) {
      await page.goto(system.url + urlPath);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect([urlPath, overflow <= 0]).toEqual([urlPath, true]);
    }
  });
});

test('a package is a page without scripts too, with plain links', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${system.url}/packages/zaf`);
  expect(await plain.getByRole('heading', { level: 1 }).textContent()).toContain('South Africa');
  expect(await plain.locator('a[href$=".tif"]').count()).toBeGreaterThan(1);
  await context.close();
});
