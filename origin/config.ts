import { availableParallelism } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { S3Settings } from '../processors/source/context.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

/** Where objects lie. */
export type StoreConfig =
  | { kind: 'folder'; folder: string }
  | {
      kind: 's3';
      endpoint: string;
      bucket: string;
      accessKeyId: string;
      secretAccessKey: string;
      region: string;
    };

/** All that the origin can be told. Read once, from the environment, by {@link readConfig}. */
export interface OriginConfig {
  host: string;
  /** 0 takes a free one. */
  port: number;
  database: { url: string; connections: number };
  /** How long the start waits for a database that is away. */
  databaseWaitMs: number;
  store: StoreConfig;
  /** Shared with the edge, which signs its calls with it. */
  secret: string;
  /** Folders of dataset definitions besides those that come with Cutline. */
  datasetFolders: string[];
  /** Folder that `file:` sources, and relative ones of `datasetFolders`, must lie in; null for none but the sample data. */
  sourceFileRoot: string | null;
  /** Whether sources may be read from `http:` addresses, which nothing protects on their way. */
  allowsHttpSources: boolean;
  /** Where `s3:` sources lie; null when there are none. */
  sourceS3: S3Settings | null;
  /** Clips planned at a time. */
  threads: number;
  /** What planning one clip may take before it is given up. */
  planTimeoutMs: number;
  /** Folder for what this process needs while it works. */
  dataFolder: string;
  logLevel: LogLevel;
  /** Whether the sample boundaries are loaded into a database that has none. */
  loadsSampleBoundaries: boolean;
}

/** Faults of the configuration, each with the name of its variable. */
export class InvalidConfig extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n  ${faults.join('\n  ')}`);
    this.name = 'InvalidConfig';
  }
}

/** A secret that can be guessed is none; 32 characters of hexadecimal are 128 bits. */
const SECRET_CHARACTERS_MIN = 32;
/** PostgreSQL's default limit is 100 for all nodes together. */
const CONNECTIONS_DEFAULT = 10;
const CONNECTIONS_MAX = 100;
/** A database that is restarted or recovers is back within this time; one that is not is a mistake to be told of. */
const DATABASE_WAIT_SECONDS_DEFAULT = 120;
const DATABASE_WAIT_SECONDS_MAX = 3600;
const THREADS_MAX = 64;
/**
 * The largest clips of slow sources are planned in some minutes; what takes longer is a boundary or a source that would
 * keep a thread from everybody else.
 */
const PLAN_TIMEOUT_SECONDS_DEFAULT = 600;
/** Below what the queue gives an attempt, which stores the blob as well. */
const PLAN_TIMEOUT_SECONDS_MAX = 1500;
const PORT_MAX = 65_535;

const text = z.string().trim().min(1, 'must not be empty');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be from ${min} to ${max}`).max(max, `must be from ${min} to ${max}`));

const environmentSchema = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: whole(0, PORT_MAX).default(8788),
  DATABASE_URL: text.refine(
    (url) => /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url),
    'must be a postgres://user@host:port/database URL',
  ),
  DATABASE_CONNECTIONS: whole(1, CONNECTIONS_MAX).default(CONNECTIONS_DEFAULT),
  DATABASE_WAIT_SECONDS: whole(0, DATABASE_WAIT_SECONDS_MAX).default(DATABASE_WAIT_SECONDS_DEFAULT),
  STORE_FOLDER: text.optional(),
  STORE_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }).optional(),
  STORE_S3_BUCKET: text.optional(),
  STORE_S3_ACCESS_KEY_ID: text.optional(),
  STORE_S3_SECRET_ACCESS_KEY: text.optional(),
  STORE_S3_REGION: text.default('auto'),
  ORIGIN_SECRET: z.string().min(SECRET_CHARACTERS_MIN, `must have at least ${SECRET_CHARACTERS_MIN} characters`),
  DATASETS: z.string().default(''),
  SOURCE_FILE_ROOT: text.optional(),
  ALLOW_HTTP_SOURCES: flag.default(false),
  SOURCE_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }).optional(),
  SOURCE_S3_REGION: text.default('us-east-1'),
  SOURCE_S3_ACCESS_KEY_ID: text.optional(),
  SOURCE_S3_SECRET_ACCESS_KEY: text.optional(),
  THREADS: whole(1, THREADS_MAX).default(Math.max(1, availableParallelism() - 1)),
  PLAN_TIMEOUT_SECONDS: whole(1, PLAN_TIMEOUT_SECONDS_MAX).default(PLAN_TIMEOUT_SECONDS_DEFAULT),
  DATA_DIR: text.default('.cutline/origin'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LOAD_SAMPLE_BOUNDARIES: flag.default(true),
});
type Environment = z.infer<typeof environmentSchema>;

/**
 * Reads the configuration from the environment. An empty variable counts as not set.
 * @throws {InvalidConfig} with every fault. Values are not repeated, since some are secret.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): OriginConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given, {
    error: (issue) => (issue.input === undefined ? 'is not set' : undefined),
  });
  const storeFaults = [...findStoreFaults(given), ...findSourceS3Faults(given)];
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`);
    throw new InvalidConfig([...faults, ...storeFaults]);
  }
  const store = storeConfig(parsed.data);
  if (store === null || storeFaults.length > 0) throw new InvalidConfig(storeFaults);
  const values = parsed.data;
  return {
    host: values.HOST,
    port: values.PORT,
    database: { url: values.DATABASE_URL, connections: values.DATABASE_CONNECTIONS },
    databaseWaitMs: values.DATABASE_WAIT_SECONDS * 1000,
    store,
    secret: values.ORIGIN_SECRET,
    datasetFolders: values.DATASETS.split(path.delimiter).filter((folder) => folder !== ''),
    sourceFileRoot: values.SOURCE_FILE_ROOT === undefined ? null : path.resolve(values.SOURCE_FILE_ROOT),
    allowsHttpSources: values.ALLOW_HTTP_SOURCES,
    sourceS3: sourceS3Config(values),
    threads: values.THREADS,
    planTimeoutMs: values.PLAN_TIMEOUT_SECONDS * 1000,
    dataFolder: path.resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    loadsSampleBoundaries: values.LOAD_SAMPLE_BOUNDARIES,
  };
}

const S3_NAMES = [
  'STORE_S3_ENDPOINT',
  'STORE_S3_BUCKET',
  'STORE_S3_ACCESS_KEY_ID',
  'STORE_S3_SECRET_ACCESS_KEY',
] as const;

function findStoreFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  const missing = S3_NAMES.filter((name) => given[name] === undefined);
  const hasFolder = given['STORE_FOLDER'] !== undefined;
  if (missing.length === S3_NAMES.length) return hasFolder ? [] : ['STORE_FOLDER or STORE_S3_ENDPOINT must be set'];
  if (hasFolder) return ['STORE_FOLDER and STORE_S3_… must not both be set'];
  return missing.map((name) => `${name} is not set, while others of STORE_S3_… are`);
}

function storeConfig(values: Environment): StoreConfig | null {
  const { STORE_S3_ENDPOINT: endpoint, STORE_S3_BUCKET: bucket, STORE_FOLDER: folder } = values;
  const { STORE_S3_ACCESS_KEY_ID: accessKeyId, STORE_S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  const isS3Given = S3_NAMES.some((name) => values[name] !== undefined);
  if (folder !== undefined) return isS3Given ? null : { kind: 'folder', folder: path.resolve(folder) };
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return null;
  return { kind: 's3', endpoint, bucket, accessKeyId, secretAccessKey, region: values.STORE_S3_REGION };
}

function findSourceS3Faults(given: Readonly<Record<string, string | undefined>>): string[] {
  const [id, key] = [given['SOURCE_S3_ACCESS_KEY_ID'], given['SOURCE_S3_SECRET_ACCESS_KEY']];
  const faults: string[] = [];
  if ((id === undefined) !== (key === undefined)) {
    faults.push('SOURCE_S3_ACCESS_KEY_ID and SOURCE_S3_SECRET_ACCESS_KEY must both be set, or neither');
  }
  if (id !== undefined && given['SOURCE_S3_ENDPOINT'] === undefined) {
    faults.push('SOURCE_S3_ENDPOINT is not set, while others of SOURCE_S3_… are');
  }
  return faults;
}

/** Without keys, buckets that anyone may read. */
function sourceS3Config(values: Environment): S3Settings | null {
  const { SOURCE_S3_ENDPOINT: endpoint, SOURCE_S3_REGION: region } = values;
  const { SOURCE_S3_ACCESS_KEY_ID: accessKeyId, SOURCE_S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (endpoint === undefined) return null;
  return { endpoint, region, credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null };
}
