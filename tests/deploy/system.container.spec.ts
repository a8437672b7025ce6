import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BUDGET_MIB, TARGETS } from '../../tools/images/targets.mjs';
import { compose, docker, dockerFailing, initialise, ISSUER, PREFIX } from './containers.js';

const BUILD_MS = 45 * 60_000;
const START_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
const REQUESTS = 2_000;
const CONNECTIONS = 8;

const image = (target: string) => `${PREFIX}/${target}:0.1.0`;
const RESTRICTED = ['--rm', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true', '--user', '65532:65532', '--network', 'none'];
/** The playground is no part of docker-compose.yml. */
const targets = Object.keys(TARGETS).filter((target) => target !== 'playground');

beforeAll(async () => {
  await initialise();
  await compose('--profile', 'tools', 'build');
}, BUILD_MS);
afterAll(() => compose('--profile', 'tools', 'down', '--volumes', '--timeout', '45'), MINUTE_MS * 2);

describe.each(targets)('K8S-7 the image %s', (target) => {
  it('keeps its budget', async () => {
    const bytes = Number(await docker('image', 'inspect', image(target), '--format', '{{.Size}}'));
    expect(bytes / 2 ** 20).toBeGreaterThan(10);
    expect(bytes / 2 ** 20).toBeLessThanOrEqual(target === 'migrate' ? BUDGET_MIB.migrate : BUDGET_MIB.service);
  }, MINUTE_MS);

  it('has no shell, runs as nobody, and carries its bill of materials', async () => {
    expect(dockerFailing('run', ...RESTRICTED, '--entrypoint', '/bin/sh', image(target), '-c', 'true').status).toBe(127);
    expect(await docker('image', 'inspect', image(target), '--format', '{{.Config.User}}')).toBe('65532:65532');
    const bill = await docker('run', ...RESTRICTED, '--entrypoint', '/nodejs/bin/node', image(target), '-p', "JSON.parse(require('fs').readFileSync('/app/sbom.cdx.json')).bomFormat");
    expect(bill).toBe('CycloneDX');
  }, MINUTE_MS);

  it('starts with a read-only root, no capability and no network, and says in a line what it lacks', () => {
    const { status, output } = dockerFailing('run', ...RESTRICTED, image(target));
    expect(output.trim().split('\n').at(-1)).toMatch(target === 'cli' ? /\S/ : /(TESSERA_ISSUER|DATABASE_URL) is missing/);
    expect(status).toBe(target === 'cli' ? 0 : target === 'migrate' ? 3 : 2);
  }, MINUTE_MS);
});

describe('Ours: docker-compose.yml', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-containers-'));
  let credentials: string;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    await compose('up', '--detach', '--wait');
    chmodSync(folder, 0o777);
    writeFileSync(
      path.join(folder, 'clients.yaml'),
      ['resources:', '  - { identifier: "https://api.example.com/x", name: X, scope: x.read }', 'clients:', '  - client_id: container-test', '    client_name: Test', '    token_endpoint_auth_method: client_secret_basic', '    grant_types: [client_credentials]', '    scope: x.read', '    resources: ["https://api.example.com/x"]', ''].join('\n'),
    );
    await compose('run', '--rm', '--no-TTY', '--volume', `${folder}:/declared`, 'cli', 'apply', '/declared/clients.yaml', '--secrets-out', '/declared/secrets.json');
    await docker('run', '--rm', '--user', '0', '--volume', `${folder}:/declared`, '--entrypoint', '/nodejs/bin/node', image('cli'), '-e', "require('fs').chmodSync('/declared/secrets.json', 0o644)");
    const { client_secret: secret } = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8'))['container-test'];
    credentials = `Basic ${Buffer.from(`container-test:${secret}`).toString('base64')}`;
  }, START_MS);

  const token = async () => {
    const response = await fetch(`${ISSUER}/token`, { method: 'POST', headers: { authorization: credentials, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials' });
    const { access_token: jwt } = (await response.json()) as { access_token?: string };
    return { status: response.status, jwt };
  };

  it('gives a token to a client that the command line made', async () => {
    const { status, jwt } = await token();
    expect([status, jwt?.split('.').length]).toEqual([200, 3]);
    expect((await (await fetch(`${ISSUER}/jwks`)).json()) as { keys: object[] }).toMatchObject({ keys: expect.arrayContaining([expect.objectContaining({ use: 'sig' })]) });
  }, MINUTE_MS);

  it('REL-5 loses no request when one of two copies of token is stopped', async () => {
    const first = (await compose('ps', '--quiet', 'token')).split('\n')[0] ?? '';
    const statuses: number[] = [];
    let stopped: Promise<string> | null = null;
    const load = async () => {
      while (statuses.length < REQUESTS) {
        statuses.push((await token()).status);
        if (statuses.length === REQUESTS / 4) stopped = docker('stop', first);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, load));
    await stopped;
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await docker('inspect', first, '--format', '{{.State.ExitCode}} {{.State.Running}}')).toBe('0 false');
  }, START_MS);

  it('is read by compose with every profile, and with the ports of the data services', async () => {
    await expect(compose('--profile', '*', 'config', '--quiet')).resolves.toBe('');
    await expect(compose('--file', 'docker-compose.yml', '--file', 'docker-compose.data.yml', 'config', '--quiet')).resolves.toBe('');
  }, MINUTE_MS);

  it('publishes nothing but the gateway', async () => {
    const ports = await compose('ps', '--format', '{{.Service}} {{.Ports}}');
    expect(ports.split('\n').filter((line) => line.includes('->')).map((line) => line.split(' ')[0])).toEqual(['gateway']);
  }, MINUTE_MS);
});
