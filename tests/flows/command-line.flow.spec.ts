import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { basic, demo, demoClient, post, rowCounts } from './demo.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OPERATOR = path.join(path.dirname(process.env['TESSERA_DEMO'] ?? ''), 'operator.json');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tessera(args: readonly string[], env: Readonly<Record<string, string>> = { TESSERA_OPERATOR_FILE: OPERATOR }) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const command = [path.join(ROOT, 'tools/tessera.mjs'), ...args];
    execFile(process.execPath, command, { env: { PATH: process.env['PATH'] ?? '', ...env } }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const DECLARATION = `
resources:
  - identifier: https://api.example.com/cli
    name: Declared by a test
    scope: cli.read
clients:
  - client_id: cli-client
    client_name: Declared by a test
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scope: cli.read
    resources: [https://api.example.com/cli]
`;

const tokenFor = async (secret: string) => {
  const credentials = { client_id: 'cli-client', method: 'client_secret_basic', client_secret: secret, redirect_uris: [] };
  return (await post('/token', { grant_type: 'client_credentials' }, { authorization: basic(credentials) })).status;
};

async function soon(ask: () => Promise<number>, wanted: number): Promise<number> {
  const end = performance.now() + 2_000;
  let found = await ask();
  while (found !== wanted && performance.now() < end) found = await ask();
  return found;
}

describe('Ours: tessera apply', () => {
  const secrets = () => path.join(folder, 'secrets.json');
  const secret = (): string => JSON.parse(readFileSync(secrets(), 'utf8'))['cli-client'].client_secret;

  it('prints its plan and changes nothing with --dry-run', async () => {
    const file = write('shop.yaml', DECLARATION);
    const before = await rowCounts();
    const { status, stdout } = await tessera(['apply', file, '--dry-run']);
    expect(status).toBe(0);
    expect(stdout).toContain('cli-client');
    expect(await rowCounts()).toEqual(before);
  });

  it('creates what the file declares, and the client gets a token', async () => {
    const { status, stdout } = await tessera(['apply', write('shop.yaml', DECLARATION), '--secrets-out', secrets()]);
    expect(status).toBe(0);
    expect(stdout).not.toContain(secret());
    expect(statSync(secrets()).mode & 0o777).toBe(0o600);
    expect(await soon(() => tokenFor(secret()), 200)).toBe(200);
  });

  it('changes nothing the second time', async () => {
    const before = await rowCounts();
    const { status } = await tessera(['apply', write('shop.yaml', DECLARATION)]);
    expect(status).toBe(0);
    expect(await rowCounts()).toEqual(before);
    expect(await tokenFor(secret())).toBe(200);
  });

  it('CLI-3 rotate-secret lets the old secret overlap, then ends it', async () => {
    const old = secret();
    const rotate = (...more: string[]) => tessera(['client', 'rotate-secret', 'cli-client', '--secrets-out', secrets(), ...more]);
    expect((await rotate('--overlap-seconds', '600')).status).toBe(0);
    expect(secret()).not.toBe(old);
    expect(await soon(() => tokenFor(secret()), 200)).toBe(200);
    expect(await tokenFor(old)).toBe(200);
    expect((await rotate('--overlap-seconds', '0')).status).toBe(0);
    expect(await soon(() => tokenFor(old), 401)).toBe(401);
    expect(await soon(() => tokenFor(secret()), 200)).toBe(200);
  });

  it('decision 4: a disabled client gets no token within a second', async () => {
    await tessera(['apply', write('shop.yaml', DECLARATION.replace('    client_name', '    enabled: false\n    client_name'))]);
    const began = performance.now();
    expect(await soon(() => tokenFor(secret()), 401)).toBe(401);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('never deletes without --prune, and deletes with it what only files managed', async () => {
    const everythingElse = [path.join(ROOT, 'config/demo.yaml')];
    const demoKeys = { DEMO_KEY_JWKS: JSON.stringify({ keys: [publicPart(demoClient('demo-key').private_key_jwk ?? {})] }) };
    const env = { TESSERA_OPERATOR_FILE: OPERATOR, ...demoKeys, DEMO_TEAM_NKEYS: demo.teams.flatMap(({ nkeys }) => nkeys).join(' ') };
    expect((await tessera(['apply', ...everythingElse], env)).status).toBe(0);
    expect((await tessera(['client', 'show', 'cli-client'])).status).toBe(0);
    expect((await tessera(['apply', ...everythingElse, '--prune', '--yes'], env)).status).toBe(0);
    expect((await tessera(['client', 'show', 'cli-client'])).status).toBe(3);
    expect((await tessera(['client', 'show', 'demo-key'])).status).toBe(0);
  });
});

function publicPart(jwk: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== 'd'));
}

describe('Ours: bad YAML is refused with file, line and what to change, and nothing changes', () => {
  it.each<[string, string, RegExp]>([
    ['no YAML at all', 'clients: [', /bad\.yaml:\d+/],
    ['an unknown key', DECLARATION.replace('client_name', 'client_nme'), /bad\.yaml:\d+.*client_nme/],
    ['an unknown method', DECLARATION.replace('client_secret_basic', 'basic'), /bad\.yaml:\d+.*token_endpoint_auth_method/],
    ['a foreign scope', DECLARATION.replace(/scope: cli.read\n    resources/, 'scope: cli.write\n    resources'), /bad\.yaml:\d+.*scope/],
    ['a resource nobody declared', DECLARATION.replace('resources: [https://api.example.com/cli]', 'resources: [https://api.example.com/none]'), /bad\.yaml:\d+.*resources/],
    ['a public client with client_credentials', DECLARATION.replace('client_secret_basic', 'none'), /bad\.yaml:\d+/],
    ['the same client twice', `${DECLARATION}${DECLARATION.slice(DECLARATION.indexOf('  - client_id'))}`, /bad\.yaml:\d+.*cli-client/],
  ])('%s', async (_case, text, message) => {
    const before = await rowCounts();
    const { status, stdout, stderr } = await tessera(['apply', write('bad.yaml', text)]);
    expect(`${stdout}${stderr}`).toMatch(message);
    expect(status).toBe(2);
    expect(await rowCounts()).toEqual(before);
  });
});

describe('Ours: the command line says what it lacks in one line', () => {
  it.each<[string, Record<string, string>, number, RegExp]>([
    ['no settings and no running system', { TESSERA_OPERATOR_FILE: '/no/such/operator.json' }, 2, /NATS_URL|operator\.json/],
    ['a seed that is none', { NATS_URL: 'nats://127.0.0.1:1', NATS_SEED: 'x', KEY_MANAGEMENT_NKEY: `U${'A'.repeat(55)}` }, 2, /NATS_SEED/],
  ])('%s', async (_case, env, status, line) => {
    const answer = await tessera(['client', 'list'], env);
    expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(answer.stderr).toMatch(line);
    expect(answer.status).toBe(status);
  });

  it('lists keys of every purpose, and no key material', async () => {
    const { status, stdout } = await tessera(['keys', 'status', '--json']);
    expect(status).toBe(0);
    for (const purpose of ['sign', 'password-transport', 'derivation', 'client-secret', 'pairwise']) expect(stdout).toContain(purpose);
    expect(stdout).not.toMatch(/"d"|"k"|PRIVATE/);
    expect(demo.issuer).toMatch(/^http/);
  });
});
