import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../origin/database/database.ts';
import { startPostgres, type TestPostgres } from '../postgres.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/load-boundaries.ts');
const COUNTRIES = path.resolve(import.meta.dirname, '../../data/boundaries/countries.fgb');

let postgres: TestPostgres;
let folder: string;
beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-script-'));
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], url = postgres.url): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: url };
    execFile(process.execPath, [SCRIPT, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe('load-boundaries', () => {
  test('loads a FlatGeobuf and says what it did', async () => {
    const args = [COUNTRIES, '--id', 'code', '--name', 'name', '--long-name', 'long_name'];
    expect(await run(args)).toMatchObject({ code: 0, output: expect.stringContaining('255 added, 0 updated') });
    expect(await run(args)).toMatchObject({ code: 0, output: expect.stringContaining('255 unchanged') });
    const database = openDatabase({ url: postgres.url, connections: 1 });
    const rows = await database.query(`SELECT name, long_name, level, source FROM boundaries WHERE id = 'lso'`);
    await database.close();
    expect(rows).toEqual([{ name: 'Lesotho', long_name: 'Kingdom of Lesotho', level: 0, source: 'countries.fgb' }]);
  });

  test('loads GeoJSON of another level and names what was repaired', async () => {
    const ring = [
      [0, 0],
      [2, 2],
      [2, 0],
      [0, 2],
      [0, 0],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const feature = { type: 'Feature', properties: { code: 'X-1', title: 'Bow tie' }, geometry };
    const file = path.join(folder, 'one.geojson');
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    const { code, output } = await run([file, '--id', 'code', '--name', 'title', '--level', '1']);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(
        /1 added.*1 repaired\n {2}x-1: Self-intersection\[1 1\], area 0 before and 2 square degrees after/,
      ),
    ]);
  });

  test.each([
    ['no file', ['--id', 'a', '--name', 'b'], 2, 'usage:'],
    ['no id', [COUNTRIES, '--name', 'b'], 2, 'usage:'],
    ['a level that is none', [COUNTRIES, '--id', 'a', '--name', 'b', '--level', '-1'], 1, 'level'],
    ['an option that is none', [COUNTRIES, '--id', 'a', '--name', 'b', '--colour', 'red'], 1, '--colour'],
    ['a field that is not there', [COUNTRIES, '--id', 'iso', '--name', 'name'], 1, 'there are code, name, long_name'],
    ['a file that is not there', ['/nowhere.fgb', '--id', 'a', '--name', 'b'], 1, '/nowhere.fgb cannot be read'],
  ])('refuses %s', async (_reason, args, code, text) => {
    expect(await run(args)).toEqual({ code, output: expect.stringContaining(text) });
  });

  test('says when the database is not there', async () => {
    const args = [COUNTRIES, '--id', 'code', '--name', 'name'];
    const { code, output } = await run(args, 'postgres://postgres@127.0.0.1:9/x');
    expect([code, output]).toEqual([1, expect.stringContaining('nothing listens at its address')]);
  });
});
