import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'cutline-clip-boundary-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Position = readonly [number, number];

function clip(document: string, nodeOptions: readonly string[] = []): { status: number | null; stderr: string } {
  const boundary = path.join(folder, 'boundary.geojson');
  writeFileSync(boundary, document);
  const source = path.join(root, 'data/vectors/rivers.fgb');
  const options = ['--source', source, '--boundary', boundary, '--out', path.join(folder, 'clip.fgb')];
  const command = [...nodeOptions, path.join(root, 'scripts/clip.ts'), ...options];
  return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

const box = (west: number, east: number): Position[] => [
  [west, 40],
  [east, 40],
  [east, 50],
  [west, 50],
  [west, 40],
];
const polygonOf = (...rings: Position[][]): unknown => ({ type: 'Polygon', coordinates: rings });

describe('npm run clip says that a boundary was repaired', () => {
  it.each([
    [
      'that crosses itself',
      polygonOf([
        [0, 40],
        [10, 50],
        [10, 40],
        [0, 50],
        [0, 40],
      ]),
      '5 vertices before and 8 after, area 0 and 50 square degrees',
    ],
    [
      'of parts that overlap',
      { type: 'MultiPolygon', coordinates: [[box(0, 10)], [box(5, 15)]] },
      'area 200 and 150 square degrees',
    ],
  ])('%s', (_, geometry, said) => {
    const { status, stderr } = clip(JSON.stringify(geometry));
    expect(status).toBe(0);
    expect(stderr).toContain('boundary.geojson is not a valid boundary');
    expect(stderr).toContain(said);
  });

  it('and nothing of one that is valid', () => {
    expect(clip(JSON.stringify(polygonOf(box(0, 10))))).toMatchObject({ status: 0, stderr: '' });
  });
});

it('npm run clip refuses a boundary of more positions than memory has room for, before it reads them', () => {
  const heapMb = 64;
  const positions = '[0,0],'.repeat(1_000_000);
  const { status, stderr } = clip(`{"type":"Polygon","coordinates":[[${positions}[0,0]]]}`, [
    `--max-old-space-size=${heapMb}`,
  ]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/boundary\.geojson is too large: it holds up to 1000003 positions.*--max-old-space-size/);
});
