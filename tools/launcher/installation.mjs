import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { readJson } from './private-files.mjs';

const OUTPUT_CHARACTERS_MAX = 64 * 1024;

const running = new Set();

/** Ends programs that `run` still waits for. */
export function stopRuns() {
  for (const child of running) child.kill('SIGTERM');
}

/** Runs a program to its end and keeps what it wrote. */
export function run(command, args, { cwd, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('close', () => running.delete(child));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (output = (output + text).slice(-OUTPUT_CHARACTERS_MAX)));
    child.once('error', (error) => resolve({ code: -1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/**
 * Whether node_modules hold what the lock file says. npm keeps its own list of what it installed; optional packages of other
 * platforms are rightly absent.
 */
export function isInstalled(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'), null)?.packages;
  const present = readJson(path.join(root, 'node_modules/.package-lock.json'), null)?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([at, { version, optional, peer, link }]) => {
    if (!at.startsWith('node_modules/') && !at.includes('/node_modules/')) return true;
    if (link) return fs.existsSync(path.join(root, at));
    return present[at] === undefined ? Boolean(optional || peer) : present[at].version === version;
  });
}

/** Installs the dependencies exactly as locked, when they are not there yet. Returns what was done, for the progress line. */
export async function installDependencies(root) {
  if (isInstalled(root)) return null;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, {
    cwd: root,
    env: { ...process.env, PRISMA_SKIP_POSTINSTALL_GENERATE: '1', CHECKPOINT_DISABLE: '1' },
  });
  if (code === 0) return 'installed by npm ci';
  const reason =
    output
      .split('\n')
      .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
      .find((line) => line !== '' && !line.startsWith('code ')) ?? 'no reason given';
  throw new LaunchFailure(`npm ci failed (${reason}): check that the npm registry is reachable, then start again.`);
}

function hashOf(root, entries) {
  const hash = createHash('sha256');
  const visit = (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) for (const name of fs.readdirSync(file).sort()) visit(path.join(file, name));
    else
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(fs.readFileSync(file))
        .update('\0');
  };
  for (const entry of entries) visit(path.join(root, entry));
  return hash.digest('hex');
}

/** Generates the Prisma client when the schema changed since the last time. */
export async function generateClient(root) {
  const output = path.join(root, 'libs/database/src/generated');
  const stamp = path.join(root, 'node_modules/.cache/tessera/generated.stamp');
  const hash = hashOf(root, ['prisma/schema', 'prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']);
  if (fs.existsSync(output) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return null;
  const { code, output: said } = await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    cwd: root,
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
  if (code !== 0)
    throw new LaunchFailure(`prisma generate failed (${firstError(said)}): correct prisma/schema, then start again.`);
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, hash);
  return 'database client generated';
}

/** Compiles what changed. The compiler itself knows what that is: half a second when nothing did. */
export async function build(root) {
  const { code, output } = await run(process.execPath, ['node_modules/tsgo7/bin/tsc', '-b', '--pretty', 'false'], { cwd: root });
  if (code === 0) return 'built';
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  throw new LaunchFailure(
    `the build fails with ${errors.length} error(s), the first is ${errors[0] ?? firstError(output)}: correct it (all of them: node node_modules/tsgo7/bin/tsc -b).`,
  );
}

function firstError(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no reason given';
}
