import { describe, expect, test } from 'vitest';
import { readConfig, workerConfigSchema } from '../../edge/config.ts';
import { nodeConfigSchema } from '../../edge/node/config.ts';

const SOUND = { ORIGIN_URL: 'http://127.0.0.1:8788', ORIGIN_SECRET: 'x'.repeat(16), STORE_FOLDER: '/tmp/store' };

describe('configuration', () => {
  test('has defaults', () => {
    expect(readConfig(nodeConfigSchema, SOUND)).toMatchObject({ HOST: '127.0.0.1', PORT: 8787 });
    expect(readConfig(workerConfigSchema, SOUND)).toMatchObject({ HINTS: 'on' });
  });

  test.each([
    ['ORIGIN_URL', { ORIGIN_URL: 'ftp://origin' }],
    ['ORIGIN_URL', { ORIGIN_URL: undefined }],
    ['ORIGIN_SECRET', { ORIGIN_SECRET: 'short-secret' }],
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: 'http' }],
    ['STORE_FOLDER', { STORE_FOLDER: undefined }],
    ['STORE_FOLDER', { STORE_S3_ENDPOINT: 'http://127.0.0.1:9000' }],
    ['STORE_S3_BUCKET', { STORE_FOLDER: undefined, STORE_S3_ENDPOINT: 'http://127.0.0.1:9000' }],
  ])('with a fault in %s says so without repeating the value', (name, fault) => {
    expect(() => readConfig(nodeConfigSchema, { ...SOUND, ...fault })).toThrow(name);
    expect(() => readConfig(nodeConfigSchema, { ...SOUND, ...fault })).not.toThrow(/short-secret/);
  });
});
