import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './manifests.js';

const run = promisify(execFile);
const OUTPUT_MAX = 64 * 2 ** 20;

/** The stand-ins of tools/offline, when the engine has them: then nothing is pulled. */
const STAND_INS = spawnSync('docker', ['image', 'inspect', 'tessera-stand-in/build']).status === 0;

/** A project of its own, beside one that somebody has started from the same file. */
const PROJECT = ['--project-name', 'tessera-test', ...(STAND_INS ? ['--env-file', 'tools/offline/stand-ins.env'] : [])];

/** Where the gateway of the test is published. */
export const PORT = process.env['TESSERA_CONTAINERS_PORT'] ?? '3917';
export const ISSUER = `http://localhost:${PORT}`;
export const PREFIX = STAND_INS ? 'tessera-offline' : 'tessera';

const environment = { ...process.env, GATEWAY_PORT: PORT, TESSERA_ISSUER: ISSUER, COMPOSE_PARALLEL_LIMIT: '1', ...(STAND_INS ? { DOCKER_BUILDKIT: '0' } : {}) };

/** Runs docker; what it says, or an error with what it complained of. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: ROOT, env: environment, maxBuffer: OUTPUT_MAX });
  return stdout.trim();
}

/** Runs docker compose with this repository's file. */
export function compose(...args: string[]): Promise<string> {
  return docker('compose', ...PROJECT, ...args);
}

/** What a container that is expected to fail says and ends with. */
export function dockerFailing(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('docker', args, { cwd: ROOT, env: environment, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Writes what compose mounts. */
export async function initialise(): Promise<void> {
  await run(process.execPath, [path.join(ROOT, 'tools/compose-init.mjs')], { cwd: ROOT, env: environment, maxBuffer: OUTPUT_MAX });
}
