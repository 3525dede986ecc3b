// Runs wrangler with the arguments it is given, and ends all of its process group, workerd too, when the process
// that started it is gone: wrangler itself would go on and keep the port.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WRANGLER = fileURLToPath(new URL('../../node_modules/wrangler/bin/wrangler.js', import.meta.url));
const OWN_GROUP = 0;

const child = spawn(process.execPath, [WRANGLER, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
process.on('disconnect', () => process.kill(OWN_GROUP, 'SIGKILL'));
child.on('exit', (code) => process.exit(code ?? 1));
