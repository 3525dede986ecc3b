// Gets a fresh machine ready and hands over to the program on Node 24. Plain JavaScript: it runs on Node 20.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureDebianPackages } from './bootstrap/debian.packages.mjs';
import { ensureNpmPackages } from './bootstrap/npm.packages.mjs';

const NODE_MAJOR_MIN = 20;
/** How often it looks whether npm, its parent, is still there. */
const PARENT_POLL_MS = 1000;

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');

/** What each command runs, and whether it needs the Debian packages that only the tests use. */
const COMMANDS = {
  start: { script: 'scripts/start.ts', needsDebianPackages: false },
  test: { script: 'scripts/test.ts', needsDebianPackages: true },
};

const [name, ...rest] = process.argv.slice(2);
const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined)
  fail(`Unknown command ${JSON.stringify(name)}; it is one of ${Object.keys(COMMANDS).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  fail(`Node ${process.versions.node} is too old: Cutline's set-up needs Node ${NODE_MAJOR_MIN} or newer.`);
}

try {
  const nodePath = ensureNpmPackages(root);
  if (command.needsDebianPackages) ensureDebianPackages();
  run(nodePath, [path.join(root, command.script), ...rest]);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function fail(message) {
  process.stderr.write(`cutline: ${message}\n`);
  process.exit(1);
}

/** Runs the program, passes signals on and ends with its exit code. */
function run(nodePath, args) {
  const searchPath = [path.dirname(nodePath), path.join(root, 'node_modules/.bin'), process.env.PATH].join(
    path.delimiter,
  );
  const child = spawn(nodePath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: searchPath } });
  // Ctrl-C reaches the child from the terminal itself; here the signal must only not end the parent first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(child);
  child.on('error', (error) => fail(`cannot run ${nodePath}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
}

/** A killed npm leaves what it started behind, so the program is stopped when its npm is gone. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, PARENT_POLL_MS).unref();
}
