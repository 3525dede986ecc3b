// Installs the Debian packages that only the tests need: the programs that judge results, and a browser.
import { spawnSync } from 'node:child_process';

const DEBIAN_PACKAGES = [
  'gdal-bin',
  'python3-gdal',
  'python3-numpy',
  'postgresql-15-postgis-3',
  'postgresql-15-postgis-3-scripts',
  'chromium',
];

/** Makes sure the packages are there; throws with the exact command when it may not install them. */
export function ensureDebianPackages() {
  const missing = DEBIAN_PACKAGES.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!mayInstall) throw new Error(`The tests need Debian packages. Run this as root, then try again:\n  ${command}`);
  process.stderr.write(`cutline: installing Debian packages for the tests: ${missing.join(', ')} …\n`);
  const result = spawnSync('sh', ['-c', command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status !== 0)
    throw new Error(`Installing failed with code ${result.status}. The command was:\n  ${command}`);
}

function isInstalled(name) {
  const result = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.includes('install ok installed');
}
