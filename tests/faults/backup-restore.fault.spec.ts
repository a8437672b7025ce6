import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PrivateServer, startPrivateServer } from '../../libs/testing/src/postgres-server.js';
import { findPostgres } from '../../tools/launcher/binaries.mjs';
import type { DemoClient } from '../flows/demo.js';
import { type Drivers, loadedDrivers } from './mixed-clients.js';
import { System, until } from './system.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CALLBACK = 'https://restored.example.org/cb';
const PASSWORD = 'a long enough password';
const underTest = process.env['TESSERA_DEMO'];
const bin = findPostgres()?.bin ?? '';

let folder: string;
let drivers: Drivers;
let system: System;
let server: PrivateServer;
let client: DemoClient;

/** What was done before the backup and after it, to be tried again on what is restored. */
let before: { readonly refreshToken: string; readonly usedRefreshToken: string; readonly spentCode: Code; readonly opaque: string; readonly jwt: string; readonly kids: string };
let late: { readonly refreshToken: string; readonly code: Code };

interface Code {
  readonly code: string;
  readonly redirect_uri: string;
  readonly code_verifier: string;
}

/** Runs a program as an operator would; its status and what it wrote. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, env: { PATH: process.env['PATH'], ...env } }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}${stderr}` }),
    );
  });
}
const ran = async (...command: Parameters<typeof run>) => expect(await run(...command)).toEqual({ status: 0, output: expect.any(String) });
const postgres = (program: string) => path.join(bin, program);

const person = { username: 'restored', password: PASSWORD };
async function signedIn(): Promise<Code> {
  const { verifier, challenge } = drivers.proofKey();
  const request = { response_type: 'code', client_id: client.client_id, redirect_uri: CALLBACK, scope: 'openid offline_access', prompt: 'consent', code_challenge: challenge, code_challenge_method: 'S256' };
  const code = (await drivers.authorize(request, { person })).get('code');
  return { code: code ?? '', redirect_uri: CALLBACK, code_verifier: verifier };
}
const refreshTokenOf = async (code: Code) => drivers.text(await drivers.redeem(client, { ...code }), 'refresh_token');
const refresh = async (token: string) => {
  const { status, body } = await drivers.refresh(client, token);
  return { status, error: body['error'], token: String(body['refresh_token']) };
};
const active = async (token: string) => (await drivers.asClient(drivers.demoClient('demo-resource-server'), '/introspect', { token })).body['active'];
const clientCredentials = async (clientId: string) => drivers.text(await drivers.asClient(drivers.demoClient(clientId), '/token', { grant_type: 'client_credentials' }), 'access_token');
const kids = async () => JSON.stringify((await system.get('/jwks')).body);

async function prepare(): Promise<void> {
  const clientOf = await drivers.declare(
    `
clients:
  - client_id: restored-web
    client_name: Lives through a restore
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
users:
  - username: restored
    password: { from_environment: RESTORED_PASSWORD }
`,
    { RESTORED_PASSWORD: PASSWORD },
  );
  client = clientOf('restored-web');
  const spentCode = await signedIn();
  const refreshToken = await refreshTokenOf(spentCode);
  const usedRefreshToken = await refreshTokenOf(await signedIn());
  expect((await refresh(usedRefreshToken)).status).toBe(200);
  before = { refreshToken, usedRefreshToken, spentCode, opaque: await clientCredentials('demo-vault'), jwt: await clientCredentials('demo-service'), kids: await kids() };
}

/** The commands of k8s/README.md: logins on another server, a database, the dump into it. */
async function restored(dump: string): Promise<string> {
  server = await startPrivateServer();
  const { hostname, port } = new URL(server.adminUrl);
  const admin = { PGHOST: hostname, PGPORT: port, PGUSER: 'postgres' };
  const secrets = path.join(folder, 'secrets');
  await ran(process.execPath, ['tools/deployment/make-secrets.mjs', secrets, '--postgres', `${hostname}:${port}/tessera`, '--redis', 'redis:6379', '--plain']);
  await ran(postgres('psql'), ['-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', path.join(secrets, 'sql/logins.sql')], admin);
  await ran(postgres('createdb'), ['-O', 'tessera_owner', 'restored'], admin);
  await ran(postgres('pg_restore'), ['--exit-on-error', '--no-owner', '--role=tessera_owner', '-d', 'restored', dump], admin);
  // The owner of the release's migrations owns what came back, and there is nothing left to apply.
  const owner = `postgresql://tessera_owner@${hostname}:${port}/restored`;
  await ran(process.execPath, ['tools/migrate/migrate.mjs', 'verify'], { DATABASE_URL: owner });
  return `postgresql://postgres@${hostname}:${port}/restored`;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-restore-'));
  system = await System.start();
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  drivers = await loadedDrivers();
  await prepare();
  const dump = path.join(folder, 'tessera.dump');
  await ran(postgres('pg_dump'), ['-Fc', system.database, '-f', dump]);
  late = { refreshToken: await refreshTokenOf(await signedIn()), code: await signedIn() };
  // Apart from the dump, and as needed: the keyring, the pepper, the nkeys.
  const next = path.join(folder, 'system');
  cpSync(path.join(system.dataDirectory, 'identities'), path.join(next, 'identities'), { recursive: true });
  const { issuer } = system;
  await system.stop();
  const DATABASE_URL = await restored(dump);
  system = await System.start({ infrastructure: 'environment', demo: false, env: { DATABASE_URL, TESSERA_ISSUER: issuer } }, next);
}, 180_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('F32 a backup is restored into another server, and the system started on it', () => {
  it('the keys open, and are those of before: tokens of before are worth what they were', async () => {
    expect(await kids()).toBe(before.kids);
    expect(await active(before.jwt)).toBe(true);
    expect(await active(before.opaque)).toBe(true);
  });

  it('clients authenticate, and people sign in with their passwords', async () => {
    expect(await active(await clientCredentials('demo-service'))).toBe(true);
    expect(await refreshTokenOf(await signedIn())).toEqual(expect.any(String));
  });

  it('a refresh token of before works, once', async () => {
    expect((await refresh(before.refreshToken)).status).toBe(200);
    expect(await refresh(before.refreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('I1 a code that was spent stays spent', async () => {
    const again = await drivers.redeem(client, { ...before.spentCode });
    expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('I1 a refresh token that was used stays used', async () => {
    expect(await refresh(before.usedRefreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('what was issued after the backup is unknown, and refused', async () => {
    expect(await refresh(late.refreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' });
    const redeemed = await drivers.redeem(client, { ...late.code });
    expect([redeemed.status, redeemed.body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('PGS-4 each service has its own rights and no others', async () => {
    const { hostname, port } = new URL(server.adminUrl);
    const asRole = (sql: string) => run(postgres('psql'), ['-d', 'restored', '-c', sql], { PGHOST: hostname, PGPORT: port, PGUSER: 'tessera_token' });
    expect(await asRole('SELECT count(*) FROM opaque_access_token')).toMatchObject({ status: 0 });
    const refused = await asRole('SELECT count(*) FROM credential');
    expect([refused.status, refused.output]).toEqual([1, expect.stringContaining('permission denied')]);
  });
});

describe('F32 a backup restored without its keyring', () => {
  it.each([
    ['has another key under the same id', 'kek-1', /key-encryption key "kek-1" is not the one/],
    ['has keys of other ids', 'kek-other', /key-encryption key "kek-1" is missing/],
  ])('when the keyring %s, key-management does not start, and says so in one line that names the key', async (_case, id, line) => {
    const file = path.join(system.dataDirectory, 'identities/key-encryption-keyring.json');
    const right = readFileSync(file, 'utf8');
    const keyManagement = system.process('key-management');
    await keyManagement.stop();
    writeFileSync(file, JSON.stringify({ active: id, keys: { [id]: randomBytes(32).toString('base64url') } }));
    const starting = keyManagement.start().catch(() => undefined);
    const said = async () => keyManagement.logs(20).map(messageOf).filter((text) => line.test(text));
    expect(await until(said, (lines) => lines.length > 0, 20_000)).not.toBeNull();
    expect(await keyManagement.probe('/readyz')).toBe(false);
    expect(new Set(await said()).size).toBe(1);
    keyManagement.kill();
    await starting;
    writeFileSync(file, right);
    await keyManagement.start();
    expect(await kids()).toBe(before.kids);
  }, 90_000);
});

/** What a log line says, with its error. */
function messageOf(line: string): string {
  const { msg, error }: { msg?: string; error?: { message?: string } } = JSON.parse(line);
  return [msg, error?.message].filter(Boolean).join(': ');
}
