#!/usr/bin/env node
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { openOperatorSession } from './operator-session.js';
import { readOperatorSettings } from './operator-settings.js';
import { run } from './run.js';
import type { Surroundings } from './surroundings.js';

const INSTANCE_BYTES = 9;
/** Read and write for the owner, nothing for anybody else. */
const PRIVATE = 0o600;

const read = (path: string) => readFile(path, 'utf8');

async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: PRIVATE, flag: 'wx' });
  await rename(draft, path).catch(async (error: unknown) => {
    await unlink(draft);
    throw error;
  });
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** A process in a container may run under a number that has no name. */
function actorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

const surroundings: Surroundings = {
  terminal: {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask,
  },
  environment: process.env,
  actorName: actorName(),
  read,
  writePrivately,
  randomBytes,
  randomId: randomUUID,
  pause: async (milliseconds) => delay(milliseconds),
  connect: async () =>
    openOperatorSession(await readOperatorSettings(process.env, read), randomBytes(INSTANCE_BYTES).toString('base64url')),
};

process.exitCode = await run(process.argv.slice(2), surroundings);
