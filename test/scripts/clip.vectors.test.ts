import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'cutline-clip-vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const boundary = path.join(folder, 'boundary.geojson');
const ring = [
  [0, 40],
  [20, 40],
  [20, 55],
  [0, 55],
  [0, 40],
];
writeFileSync(boundary, JSON.stringify({ type: 'Polygon', coordinates: [ring] }));

function clip(
  source: string,
  ...options: string[]
): { status: number | null; stdout: string; stderr: string; out: string } {
  const out = path.join(folder, 'clip.out');
  const input = ['--source', path.join(root, 'data', source), '--boundary', boundary, '--out', out];
  const script = path.join(root, 'scripts/clip.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...input, '--explain', ...options], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr, out };
}

describe('npm run clip, for vectors,', () => {
  it.each([
    ['clip', /^cut +[1-9]/m],
    ['intersects', /^cut +0$/m],
    ['within', /^cut +0$/m],
  ])('takes --mode %s', (mode, cut) => {
    const { status, stdout } = clip('vectors/rivers.fgb', '--mode', mode);
    expect(status).toBe(0);
    expect(stdout).toMatch(cut);
  });

  it('takes --multipart promote', () => {
    const { status, stdout, out } = clip('boundaries/countries.fgb', '--multipart', 'promote');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^promoted +\d/m);
    expect(readFileSync(out).subarray(0, 3).toString()).toBe('fgb');
  });

  it.each([
    [
      'a mode that there is not',
      'vectors/rivers.fgb',
      ['--mode', 'cut'],
      'Option mode is "cut"; it may be clip, intersects, within.',
    ],
    [
      'an option of rasters',
      'vectors/rivers.fgb',
      ['--mask', 'bbox'],
      '"mask" is not an option of the flatgeobuf engine',
    ],
    [
      'an option of vectors for a raster',
      'rasters/etopo5_relief_15min.tif',
      ['--mode', 'clip'],
      'has no option "mode"',
    ],
  ])('refuses %s', (_, source, options, message) => {
    const { status, stderr } = clip(source, ...options);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
