import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_MARK = '# Tessera: no daemon starts while its launcher installs packages.';
const APT_LOCK_WAIT_SECONDS = 120;

/** Which package of Debian and Ubuntu brings which part. */
export const PACKAGE_OF = { postgres: 'postgresql', redis: 'redis-server', nats: 'nats-server', chromium: 'chromium' };
/** The system units those packages would start at the next boot; we run private instances instead. */
const UNITS_OF = { postgres: ['postgresql.service'], redis: ['redis-server.service'], nats: ['nats-server.service'], chromium: [] };

/** Whether we may and can install packages: root on Debian, Ubuntu or a system made from them. */
export function canInstallPackages() {
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return false;
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  return /^(ID|ID_LIKE)=.*(debian|ubuntu)/m.test(release);
}

/**
 * Installs the packages of these parts with apt-get. Their daemons are not started, now or at boot. Returns null, or why not all of
 * them could be installed.
 */
export async function installPackages(parts, { note }) {
  const names = parts.map((part) => PACKAGE_OF[part]);
  const forbade = forbidDaemons();
  const lift = () => forbade && fs.rmSync(POLICY, { force: true });
  process.once('exit', lift);
  try {
    note('apt-get update');
    await apt(['update', '-q']);
    note(`apt-get install ${names.join(' ')}`);
    const together = await install(names);
    if (together.code === 0) return leaveDisabled(parts);
    if (!together.output.includes('Unable to locate package')) return reasonOf(together);
    // This release lacks one of them; the others are still worth having.
    for (const name of names) await install([name]);
    leaveDisabled(parts);
    return reasonOf(together);
  } finally {
    lift();
    process.removeListener('exit', lift);
  }
}

function install(names) {
  return apt(['install', '-q', '-y', '--no-install-recommends', ...names]);
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  // Of its own process group: an interrupted dpkg leaves a half-configured machine, so Ctrl-C waits for its end.
  const child = spawn('apt-get', ['-o', `DPkg::Lock::Timeout=${APT_LOCK_WAIT_SECONDS}`, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output = (output + text).slice(-16_384)));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: -1, output: error.message }));
    child.once('exit', (code) => resolve({ code: code ?? -1, output }));
  });
}

function reasonOf({ output }) {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('E:')) ?? lines.find((line) => /^(Err|W):/.test(line)) ?? 'apt-get gave no reason';
}

/** Debian's own switch: while policy-rc.d exits 101 no package starts its daemon. A policy the machine already has is left alone. */
function forbidDaemons() {
  if (fs.existsSync(POLICY) && !fs.readFileSync(POLICY, 'utf8').includes(POLICY_MARK)) return false;
  fs.writeFileSync(POLICY, `#!/bin/sh\n${POLICY_MARK}\nexit 101\n`, { mode: 0o755 });
  return true;
}

function leaveDisabled(parts) {
  if (!fs.existsSync('/run/systemd/system')) return null;
  try {
    execFileSync('systemctl', ['disable', '--quiet', ...parts.flatMap((part) => UNITS_OF[part])], { stdio: 'ignore' });
  } catch {
    // A unit that is not there needs no disabling.
  }
  return null;
}
