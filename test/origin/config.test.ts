import { describe, expect, test } from 'vitest';
import { InvalidConfig, readConfig } from '../../origin/config.ts';

const VALID = {
  DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/cutline',
  STORE_FOLDER: '/srv/store',
  ORIGIN_SECRET: '0123456789abcdef0123456789abcdef',
};
const S3 = {
  STORE_S3_ENDPOINT: 'https://s3.example.org',
  STORE_S3_BUCKET: 'clips',
  STORE_S3_ACCESS_KEY_ID: 'id',
  STORE_S3_SECRET_ACCESS_KEY: 'key',
};

describe('readConfig', () => {
  test('fills in what is not given', () => {
    const config = readConfig(VALID);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      database: { url: VALID.DATABASE_URL, connections: 10 },
      store: { kind: 'folder', folder: '/srv/store' },
      datasetFolders: [],
      sourceFileRoot: null,
      allowsHttpSources: false,
      logLevel: 'info',
      planTimeoutMs: 600_000,
    });
    expect(config.threads).toBeGreaterThan(0);
  });

  test('takes an S3 store', () => {
    const { STORE_FOLDER: _, ...rest } = VALID;
    expect(readConfig({ ...rest, ...S3 }).store).toEqual({
      kind: 's3',
      endpoint: 'https://s3.example.org',
      bucket: 'clips',
      accessKeyId: 'id',
      secretAccessKey: 'key',
      region: 'auto',
    });
  });

  test.each([
    [
      'with keys',
      { SOURCE_S3_ACCESS_KEY_ID: 'id', SOURCE_S3_SECRET_ACCESS_KEY: 'key' },
      { accessKeyId: 'id', secretAccessKey: 'key' },
    ],
    ['without keys, for public buckets', {}, null],
  ])('takes s3: sources %s', (_reason, keys, credentials) => {
    const config = readConfig({ ...VALID, SOURCE_S3_ENDPOINT: 'https://s3.example.org', ...keys });
    expect(config.sourceS3).toEqual({ endpoint: 'https://s3.example.org', region: 'us-east-1', credentials });
  });

  test.each([
    ['half of the keys of s3: sources', { SOURCE_S3_ACCESS_KEY_ID: 'id' }, ['SOURCE_S3_ACCESS_KEY_ID and']],
    ['an empty value counts as not set', { DATABASE_URL: '' }, ['DATABASE_URL is not set']],
    ['another kind of database', { DATABASE_URL: 'mysql://x/y' }, ['DATABASE_URL must be a postgres://']],
    ['a port that is none', { PORT: '65536' }, ['PORT must be from 0 to 65535']],
    [
      'a time limit beyond that of the queue',
      { PLAN_TIMEOUT_SECONDS: '1501' },
      ['PLAN_TIMEOUT_SECONDS must be from 1 to'],
    ],
    ['a number with a unit', { THREADS: '2x' }, ['THREADS must be a whole number from 1 to 64']],
    ['a short secret', { ORIGIN_SECRET: 'short' }, ['ORIGIN_SECRET must have at least 32 characters']],
    ['a level that is none', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL']],
    ['a flag that is none', { ALLOW_HTTP_SOURCES: 'yes' }, ['ALLOW_HTTP_SOURCES']],
    ['two stores', S3, ['STORE_FOLDER and STORE_S3_… must not both be set']],
    ['no store', { STORE_FOLDER: '' }, ['STORE_FOLDER or STORE_S3_ENDPOINT must be set']],
    ['half of a store', { ...S3, STORE_FOLDER: '', STORE_S3_BUCKET: '' }, ['STORE_S3_BUCKET is not set, while']],
    ['all faults at once', { PORT: 'x', THREADS: '0', STORE_FOLDER: '' }, ['PORT', 'THREADS', 'STORE_FOLDER']],
  ])('refuses %s, by name', (_reason, given, expected) => {
    const read = (): unknown => readConfig({ ...VALID, ...given });
    expect(read).toThrow(InvalidConfig);
    for (const text of expected) expect(read).toThrow(text);
  });

  test('does not repeat a secret in its message', () => {
    expect(() => readConfig({ ...VALID, ORIGIN_SECRET: 'hush' })).toThrow(/^(?!.*hush)/s);
  });
});
