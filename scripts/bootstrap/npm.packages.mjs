// Installs the npm packages of the lock file when they are missing or out of date, and finds Node 24.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const NODE_MAJOR = 24;
/** Packages that come as one binary per platform; npm leaves them out silently when its own Node is too old for them. */
const PLATFORM_PACKAGES = ['workerd', 'esbuild', 'rolldown'];

/**
 * Makes sure that what the lock file names is installed.
 * @param {string} root folder of package.json
 * @returns {string} path of the Node 24 to run everything else with
 */
export function ensureNpmPackages(root) {
  const stampFile = path.join(root, 'node_modules/.cutline-lock');
  const stamp = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const isCurrent = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (!isCurrent) {
    say('installing npm packages (about 300, once) …');
    install(root, process.env.PATH ?? '');
    if (!hasPlatformPackages(root)) installAgain(root);
    writeFileSync(stampFile, stamp);
  }
  return findNode(root);
}

function install(root, searchPath) {
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: searchPath },
  });
  if (result.error) throw new Error(`npm cannot be run: ${result.error.message}. Install npm and try again.`);
  if (result.status !== 0) throw new Error(`"npm ci" ended with code ${result.status}; its messages stand above.`);
}

/** With Node 24 first on the path, npm takes the packages that its first run left out. */
function installAgain(root) {
  say('installing again with Node 24, since the first run left platform packages out …');
  const folder = path.join(root, '.cutline/node');
  mkdirSync(folder, { recursive: true });
  const copy = path.join(folder, 'node');
  copyFileSync(findNode(root), copy);
  chmodSync(copy, 0o755);
  install(root, [folder, process.env.PATH].join(path.delimiter));
  rmSync(folder, { recursive: true, force: true });
  if (!hasPlatformPackages(root)) {
    throw new Error(`npm installed no ${PLATFORM_PACKAGES.join('/')} binary for ${process.platform}-${process.arch}.`);
  }
}

function hasPlatformPackages(root) {
  const installed = JSON.parse(readFileSync(path.join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  return PLATFORM_PACKAGES.every((name) => {
    const optional = Object.keys(installed[`node_modules/${name}`]?.optionalDependencies ?? {});
    return optional.some((dependency) => Object.hasOwn(installed, `node_modules/${dependency}`));
  });
}

function findNode(root) {
  const fromNpm = path.join(root, 'node_modules/.bin/node');
  if (existsSync(fromNpm)) return fromNpm;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  throw new Error(
    `Node ${NODE_MAJOR} is needed, and npm has none for ${process.platform}-${process.arch}. ` +
      `Install Node ${NODE_MAJOR} and try again; this is Node ${process.versions.node}.`,
  );
}

function say(text) {
  process.stderr.write(`cutline: ${text}\n`);
}
