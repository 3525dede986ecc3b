import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdDataFolder } from '../../../scripts/start/data.folder.ts';

const URL_OF_OTHER = 'http://127.0.0.1:8787';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the lock of a data folder', () => {
  test('is gone once it is given back', async () => {
    const release = await holdDataFolder(folder, URL_OF_OTHER);
    expect(await readdir(folder)).toEqual(['service.lock']);
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('names the living process that has it, and its address', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await writeFile(path.join(folder, 'service.lock'), JSON.stringify({ pid: other.pid, url: URL_OF_OTHER }));
      await expect(holdDataFolder(folder, 'http://127.0.0.1:1')).rejects.toThrow(
        `Cutline is already running in ${folder}, process ${other.pid}, at ${URL_OF_OTHER}`,
      );
    } finally {
      other.kill('SIGKILL');
    }
  });

  test('is taken over from a dead process whose id another one has now', async () => {
    const lock = { pid: process.ppid, url: URL_OF_OTHER, birth: '1' };
    await writeFile(path.join(folder, 'service.lock'), JSON.stringify(lock));
    const release = await holdDataFolder(folder, URL_OF_OTHER);
    await release();
  });

  test.each([
    ['a process that is dead', true],
    ['a file that was cut off', false],
  ])('is taken over from %s', async (_, isWhole) => {
    const dead = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(dead, 'exit');
    const text = JSON.stringify({ pid: dead.pid, url: URL_OF_OTHER });
    await writeFile(path.join(folder, 'service.lock'), isWhole ? text : text.slice(0, 5));
    const release = await holdDataFolder(folder, URL_OF_OTHER);
    await release();
  });
});
