import { execFile } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SEED = `SU${'A'.repeat(56)}`;

const PROCESSES: readonly (readonly [name: string, main: string])[] = [
  ['gateway', 'apps/gateway/dist/main.js'],
  ['token', 'apps/token/dist/main.js'],
  ['authorization', 'apps/authorization/dist/main.js'],
  ['device-ciba', 'apps/device-ciba/dist/main.js'],
  ['worker', 'apps/device-ciba/dist/worker.main.js'],
  ['key-management', 'apps/key-management/dist/main.js'],
];

/** Starts a process with exactly this environment, and waits for its end. */
function run(main: string, env: Readonly<Record<string, string>>): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(ROOT, main)], { env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const COMMON = { TESSERA_ISSUER: 'https://login.example.com', NATS_URL: 'nats://127.0.0.1:1', NATS_SEED: SEED, OPS_PORT: '0' };

describe.each(PROCESSES)('Ours: %s with a bad or missing environment stops with one line that names the variable', (_name, main) => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['nothing set', {}, /^[a-z-]+: TESSERA_ISSUER is missing; set it, or TESSERA_ISSUER_FILE to a file that holds it\n$/],
    ['an issuer over plain http', { ...COMMON, TESSERA_ISSUER: 'http://login.example.com' }, /: TESSERA_ISSUER is wrong: an issuer is https; http is for localhost only\n$/],
    ['a seed that is none', { ...COMMON, NATS_SEED: 'hunter2' }, /: NATS_SEED is wrong: expected an nkey user seed, beginning with SU\n$/],
    ['a port that is none', { ...COMMON, OPS_PORT: '99999' }, /: OPS_PORT is wrong: expected a port number\n$/],
    ['a file that is not there', { ...COMMON, NATS_SEED: '', NATS_SEED_FILE: '/no/such/file' }, /: NATS_SEED_FILE names .*cannot be read \(ENOENT\)\n$/],
  ])('%s', async (_case, env, line) => {
    const { status, stdout, stderr } = await run(main, env);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('hunter2');
    expect([status, stdout]).toEqual([2, '']);
  }, 30_000);
});
