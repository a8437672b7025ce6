import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { run } from '../tools/launcher/installation.mjs';
import { WORKSPACE } from '../tools/launcher/stack.mjs';

/** Their passwords are hashed in one go, and no more than these may wait for it. */
const PEOPLE_MAX = 60;
/** It protects nobody: these people live in a system for measuring, and a second run over it must know it. */
const PASSWORD = 'only for measuring, 7 times';

/**
 * Declares the people who sign in: one for each connection, because one person who tries from 32 places at once is held for an
 * attack (CCR-4). Returns `{ username, password }` of each.
 */
export async function openPeople({ operatorFile }, connections) {
  const usernames = Array.from({ length: Math.min(connections, PEOPLE_MAX) }, (_, number) => `bench-${number + 1}`);
  await apply({ users: usernames.map(declared) }, operatorFile);
  return usernames.map((username) => ({ username, password: PASSWORD }));
}

/** So many requests may wait for one person (CIB-4). */
const OPEN_REQUESTS_PER_PERSON = 3;

/**
 * People who are asked and never answer, `{ username }` for each request that is to wait, as often as it may. They never sign in: a
 * declaration would hash a password for each, so they are written as rows.
 */
export async function openAsked(client, { name, asks }) {
  const count = Math.ceil(asks / OPEN_REQUESTS_PER_PERSON);
  const usernameOf = (number) => `bench-${name}-${number + 1}`;
  await client.query(
    `WITH person AS (SELECT $1::text || n AS username, 'usr_' || left(translate(encode(sha256(($1 || n)::bytea), 'base64'), '+/', '-_'), 22) AS id FROM generate_series(1, $2::int) AS n),
          made AS (INSERT INTO account (id, managed_by) SELECT id, 'api' FROM person ON CONFLICT DO NOTHING)
     INSERT INTO account_identifier (kind, value, account_id) SELECT 'username', username, id FROM person ON CONFLICT DO NOTHING`,
    [`bench-${name}-`, count],
  );
  return Array.from({ length: asks }, (_, number) => ({ username: usernameOf(number % count) }));
}

/** A person with what `profile` and `email` usually bring. */
function declared(username) {
  const claims = {
    name: 'Ada Bench',
    given_name: 'Ada',
    family_name: 'Bench',
    nickname: username,
    picture: `https://people.example.com/${username}.png`,
    zoneinfo: 'Europe/London',
    locale: 'en-GB',
    email_verified: true,
  };
  return { username, email: `${username}@example.com`, claims, password: { from_environment: 'BENCH_PASSWORD' } };
}

/** Runs the command line as the operator of the system that is measured. JSON is YAML. */
async function apply(declaration, operatorFile) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-bench-people-'));
  try {
    const file = path.join(directory, 'people.yaml');
    fs.writeFileSync(file, JSON.stringify(declaration));
    const { code, output } = await run(process.execPath, ['apps/cli/dist/main.js', 'apply', file], {
      cwd: WORKSPACE,
      env: { PATH: process.env.PATH, TESSERA_OPERATOR_FILE: operatorFile, BENCH_PASSWORD: PASSWORD },
    });
    if (code !== 0) throw new LaunchFailure(`the people who sign in could not be declared: ${output.trim().split('\n').at(-1)}`);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
