import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findProgram } from '../launcher/binaries.mjs';
import { LaunchFailure } from '../launcher/failure.mjs';
import { run } from '../launcher/installation.mjs';
import { canInstallPackages } from '../launcher/packages.mjs';

/** The oldest whose output is that of the committed snapshots. */
const MAJOR_MINIMUM = 5;
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Debian 12 has none; the package of Debian 13 runs on it. */
const SOURCE = `deb [signed-by=${DEBIAN_KEYRING}] http://deb.debian.org/debian trixie main\n`;

/**
 * What renders the overlays, as the words of a command: TESSERA_KUSTOMIZE; else kubectl or kustomize on this machine; else, as root on
 * Debian or Ubuntu, Debian's package unpacked into the directory, which leaves the machine as it is; else one line with the cure.
 */
export async function findKustomize(directory, { env = process.env, note }) {
  if (env.TESSERA_KUSTOMIZE) return env.TESSERA_KUSTOMIZE;
  const kubectl = findProgram('kubectl', env);
  if (kubectl !== null && isNewEnough([kubectl, 'version', '--client', '-o', 'json'])) return `${kubectl} kustomize`;
  const kustomize = findProgram('kustomize', env);
  if (kustomize !== null) return `${kustomize} build`;
  const reason = canInstallPackages() ? await unpack(directory, note) : 'not root on Debian or Ubuntu';
  const unpacked = path.join(directory, 'root/usr/bin/kustomize');
  if (fs.existsSync(unpacked)) return `${unpacked} build`;
  throw new LaunchFailure(
    `missing: kustomize ${MAJOR_MINIMUM}, for the manifests (${reason}). Install kubectl 1.27 or newer, or name it in TESSERA_KUSTOMIZE, as in "kubectl kustomize".`,
  );
}

function isNewEnough([program, ...args]) {
  try {
    const { kustomizeVersion = '' } = JSON.parse(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return Number(/^v(\d+)\./.exec(kustomizeVersion)?.[1] ?? 0) >= MAJOR_MINIMUM;
  } catch {
    return false;
  }
}

/** Lists and cache of its own: what the machine's apt knows stays what it was. Returns why it did not work, or null. */
async function unpack(directory, note) {
  note('fetching kustomize from Debian 13');
  for (const name of ['lists/partial', 'cache/archives/partial', 'root']) fs.mkdirSync(path.join(directory, name), { recursive: true });
  const list = path.join(directory, 'trixie.list');
  fs.writeFileSync(list, SOURCE);
  const options = [
    `-oDir::Etc::sourcelist=${list}`,
    '-oDir::Etc::sourceparts=/dev/null',
    `-oDir::State::Lists=${path.join(directory, 'lists')}`,
    `-oDir::Cache=${path.join(directory, 'cache')}`,
    '-oAPT::Sandbox::User=root',
  ];
  const steps = [
    ['apt-get', '-q', ...options, 'update'],
    ['apt-get', '-q', ...options, 'download', 'kustomize/trixie'],
  ];
  for (const [command, ...args] of steps) {
    const { code, output } = await run(command, args, { cwd: directory });
    if (code !== 0) return `apt-get: ${output.split('\n').find((line) => line.startsWith('E:')) ?? 'no reason given'}`;
  }
  const archive = fs.readdirSync(directory).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return 'apt-get brought nothing';
  const { code, output } = await run('dpkg-deb', ['-x', archive, 'root'], { cwd: directory });
  return code === 0 ? null : output.trim();
}
