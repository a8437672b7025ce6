import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { build, generateClient, installDependencies } from '../tools/launcher/installation.mjs';
import { Progress } from '../tools/launcher/progress.mjs';
import { Stack, WORKSPACE } from '../tools/launcher/stack.mjs';

/** The processes whose CPU time a request is charged to, as demo.json names them. PostgreSQL works in children. */
const GROUPS = {
  gateway: ['gateway'],
  nats: ['nats'],
  token: /^token(-\d+)?$/,
  authorization: ['authorization'],
  postgres: ['postgres'],
  'device-ciba': ['device-ciba'],
  others: ['key-management', 'worker', 'redis'],
};
/** Everybody signs in from one address here, and is asked, more often than people are. */
const LIMITS = {
  SOURCE_PAGES_PER_MINUTE: '1000000000',
  DEVICE_CODES_PER_CLIENT: '1000000',
  DEVICE_CODES_PER_SOURCE: '1000000',
  BACKCHANNEL_REQUESTS_PER_CLIENT: '10000000',
  BACKCHANNEL_REQUESTS_PER_PERSON: '1000000',
  BACKCHANNEL_REQUEST_LIFETIME_SECONDS: '600',
};
/** The six processes whose memory has a budget. */
const SERVICES = ['gateway', 'token', 'authorization', 'device-ciba', 'worker', 'key-management'];

/** A system of the bench's own, durable as `npm start` makes it, or the running one that a demo.json describes. */
export async function openSubject({ demo, tokenReplicas }) {
  return demo ? running(demo) : await started(tokenReplicas);
}

function running(file) {
  if (!fs.existsSync(file)) throw new LaunchFailure(`there is no ${file}: start a system with npm start, or leave --demo out.`);
  const demo = JSON.parse(fs.readFileSync(file, 'utf8'));
  const operatorFile = path.join(path.dirname(file), 'operator.json');
  return { demo, pids: () => demo.pids, secondToken: null, operatorFile, close: async () => {} };
}

async function started(tokenReplicas) {
  const progress = new Progress();
  await progress.step('dependencies', 'npm ci', () => installDependencies(WORKSPACE));
  await progress.step('prisma', 'generating the client', () => generateClient(WORKSPACE));
  await progress.step('build', 'compiling', () => build(WORKSPACE));
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-bench-'));
  const stack = new Stack({ dataDir, tokenReplicas: tokenReplicas ?? 2, durable: true, env: LIMITS, progress });
  const close = async () => {
    await stack.stop();
    fs.rmSync(stack.data.outsideHome(), { recursive: true, force: true });
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().then(() => process.exit(130)));
  try {
    await stack.open();
    const second = tokenReplicas === null ? stack.processes['token-2'] : null;
    await second?.stop();
    const pids = () => ({
      ...stack.demo.pids,
      ...Object.fromEntries(Object.values(stack.processes).map((one) => [one.name, one.pid])),
    });
    return { demo: stack.demo, pids, secondToken: second && { start: () => second.start(), stop: () => second.stop() }, operatorFile: stack.data.path('operator.json'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The groups of processes that run now. A part that somebody else runs has no process here and stays out. */
export function groupsOf(pids) {
  const members = (names) =>
    Object.entries(pids).filter(([name, pid]) => pid && (names instanceof RegExp ? names.test(name) : names.includes(name)));
  return Object.fromEntries(
    Object.entries(GROUPS).map(([group, names]) => [
      group,
      members(names).map(([name, pid]) => ({ pid, family: name === 'postgres' })),
    ]),
  );
}

/** The process numbers of the six services. */
export function servicePids(pids) {
  return SERVICES.map((name) => pids[name]).filter(Boolean);
}

/** What the figures were measured on: they mean little elsewhere. */
export function machine() {
  const cpu = os.cpus();
  return {
    processor: cpu[0]?.model.trim() ?? 'unknown',
    cores: cpu.length,
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.versions.node,
  };
}

/** The revision that was measured; `+` when files differ from it. */
export function revision() {
  try {
    const git = (...args) =>
      execFileSync('git', args, { cwd: WORKSPACE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
