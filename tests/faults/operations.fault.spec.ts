import { createServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalJWKSet, exportJWK, importJWK, type JSONWebKeySet, type JWK, jwtVerify, SignJWT } from 'jose';
import { choices, System, TRIALS, until } from './system.js';
import { keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const CERTIFICATE = selfSigned();
afterAll(() => rmSync(CERTIFICATE.folder, { recursive: true, force: true }));

/** A server certificate that nobody but this test trusts. */
function selfSigned(): { folder: string; file: string; key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-certificate-'));
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key, '-out', file];
  execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'pipe' });
  return { folder, file, key: readFileSync(key), cert: readFileSync(file) };
}

/** Keeps `concurrency` requests going until told to stop; every answer is kept. */
function load(concurrency: number, request: () => Promise<{ status: number; ms: number }>) {
  let going = true;
  const answers: { status: number; ms: number }[] = [];
  const failures: string[] = [];
  const runner = async () => {
    while (going) {
      try {
        answers.push(await request());
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const running = Promise.all(Array.from({ length: concurrency }, runner));
  return {
    answers,
    failures,
    stop: async () => {
      going = false;
      await running;
    },
  };
}

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

describe('REL-5 two token replicas under load, one is stopped', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ tokenReplicas: 2 });
  }, 120_000);
  afterAll(() => system.stop(), 60_000);

  it('loses none of at least 10,000 requests, and the stopped replica ends with status 0', async () => {
    const choose = choices();
    const running = load(16, () => system.token());
    const answered = () => Promise.resolve(running.answers.length);
    for (let trial = 1; trial <= TRIALS; trial += 1) {
      const replica = system.process(choose(2) === 0 ? 'token' : 'token-2');
      const at = running.answers.length + 500 + choose(3_000);
      expect(await until(answered, (count) => count >= at, 60_000)).not.toBeNull();
      expect(await replica.stop()).toMatchObject({ code: 0 });
      await replica.start();
    }
    expect(await until(answered, (count) => count >= 10_000, 120_000)).not.toBeNull();
    await running.stop();
    expect(running.failures).toEqual([]);
    expect(running.answers.filter((one) => one.status !== 200)).toEqual([]);
    expect(running.answers.length).toBeGreaterThanOrEqual(10_000);
  }, 900_000);
});

describe('KEY-4 keys rotate under load', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ serviceEnv: { 'key-management': { KEY_POLICY: JSON.stringify({ rehearsal: true, publishLeadSeconds: 3 }) } } });
  }, 120_000);
  afterAll(() => system.stop(), 60_000);

  it('no request fails, and each token verifies against the key set that was published before it', async () => {
    const choose = choices();
    const kids = new Set<string | undefined>();
    const unverified: string[] = [];
    const running = load(4, async () => {
      const published: JSONWebKeySet = JSON.parse(JSON.stringify((await system.get('/jwks')).body));
      const reply = await system.token();
      if (reply.status !== 200) return reply;
      try {
        const { protectedHeader } = await jwtVerify(String(reply.body['access_token']), createLocalJWKSet(published), { issuer: system.issuer });
        kids.add(protectedHeader.kid);
      } catch (error) {
        unverified.push(String(error));
      }
      return reply;
    });
    for (let rotation = 1; rotation <= TRIALS; rotation += 1) {
      const at = running.answers.length + choose(200);
      expect(await until(() => Promise.resolve(running.answers.length), (count) => count >= at, 60_000)).not.toBeNull();
      const { status, output } = await system.tessera('keys', 'rotate', 'sign', 'ES256');
      expect([status, output]).toEqual([0, expect.any(String)]);
      expect(await until(() => Promise.resolve(kids.size), (seen) => seen > rotation, 60_000)).not.toBeNull();
    }
    await running.stop();
    expect(running.failures).toEqual([]);
    expect(running.answers.filter((one) => one.status !== 200)).toEqual([]);
    expect(unverified).toEqual([]);
    expect(kids.size).toBe(TRIALS + 1);
  }, 900_000);

  it('KEY-8 an emergency revocation takes the key out of the set at once, and its tokens are not active any more', async () => {
    const { body } = await system.token();
    const token = String(body['access_token']);
    const [header] = token.split('.');
    const { kid } = JSON.parse(Buffer.from(String(header), 'base64url').toString());
    const introspect = () => system.post('/introspect', { token }, system.basic('demo-resource-server'));
    expect((await introspect()).body['active']).toBe(true);

    const { status, output } = await system.tessera('keys', 'revoke', kid, '--yes');
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(await until(introspect, (reply) => reply.body['active'] === false, 5_000)).not.toBeNull();
    expect(await until(() => system.get('/jwks'), (reply) => !JSON.stringify(reply.body).includes(kid), 5_000)).not.toBeNull();
    expect((await until(() => system.token(), (reply) => reply.status === 200, 5_000))?.found.status).toBe(200);
  }, 60_000);

  it('KEY-6 the key-encryption key is replaced under load: no request fails, tokens verify before and after, the old one is not needed', async () => {
    const file = path.join(system.dataDirectory, 'identities/key-encryption-keyring.json');
    const { active, keys }: { active: string; keys: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'));
    const next = randomBytes(32).toString('base64url');
    const keyManagement = system.process('key-management');
    const rolledOut = async (keyring: { active: string; keys: Record<string, string> }) => {
      writeFileSync(file, JSON.stringify(keyring));
      await keyManagement.restart();
    };
    const done = async (...args: string[]) => {
      const { status, output } = await system.tessera(...args);
      expect([status, output]).toEqual([0, expect.any(String)]);
      return output;
    };
    const wrapped = async () => [...(await (await fetch(`${keyManagement.opsUrl}/metrics`)).text()).matchAll(/^tessera_kek_wrapped_keys\{.*kek="([^"]+)".*\} ([1-9]\d*)$/gm)].map(([, kek]) => kek);
    const kids = JSON.stringify((await system.get('/jwks')).body);
    const early = String((await system.token()).body['access_token']);
    const verified = (token: string) => system.post('/introspect', { token }, system.basic('demo-resource-server'));
    const inactive: unknown[] = [];
    const running = load(4, async () => {
      const issued = await system.token();
      if (issued.status !== 200) return issued;
      const told = await verified(String(issued.body['access_token']));
      if (told.body['active'] !== true) inactive.push(told.body);
      return told;
    });

    await rolledOut({ active, keys: { ...keys, 'kek-next': next } });
    expect(await wrapped()).toEqual([active]);
    await rolledOut({ active: 'kek-next', keys: { ...keys, 'kek-next': next } });
    await done('keys', 'rewrap', '--dry-run');
    expect(await wrapped()).toEqual([active]);
    await done('keys', 'rewrap');
    expect(await until(wrapped, (keks) => keks.join() === 'kek-next', 30_000)).not.toBeNull();
    await rolledOut({ active: 'kek-next', keys: { 'kek-next': next } });
    expect(await keyManagement.probe('/readyz')).toBe(true);

    await running.stop();
    expect([running.failures, running.answers.filter((one) => one.status !== 200), inactive]).toEqual([[], [], []]);
    expect(running.answers.length).toBeGreaterThan(500);
    expect((await verified(early)).body['active']).toBe(true);
    await system.process('token').restart();
    expect((await until(() => system.token(), (reply) => reply.status === 200, 15_000))?.found.status).toBe(200);
    expect((await verified(early)).body['active']).toBe(true);
    expect(JSON.stringify((await system.get('/jwks')).body)).toBe(kids);
    expect((await system.tessera('keys', 'status')).output).not.toContain(active);
    // What is made from now on is wrapped with the new one.
    await done('keys', 'rotate', 'sign', 'ES256');
    expect(await wrapped()).toEqual(['kek-next']);
  }, 120_000);

  it('CLI-7 an assertion stays spent through a restart of token', async () => {
    const client = system.client('demo-key');
    const key = await importJWK(client.private_key_jwk as JWK, 'ES256');
    const now = Math.floor(Date.now() / 1000);
    const assertion = await new SignJWT({ iss: 'demo-key', sub: 'demo-key', aud: system.issuer, exp: now + 240, iat: now, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: String(client.private_key_jwk?.['kid']) })
      .sign(key);
    const present = () => system.post('/token', { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion: assertion });
    expect((await present()).status).toBe(200);
    expect((await present()).body['error']).toBe('invalid_client');
    await system.process('token').restart();
    const again = await until(present, (reply) => reply.status !== 503, 15_000);
    expect(again?.found.body['error']).toBe('invalid_client');
  }, 60_000);

  it('decision 4: a disabled client gets no token 1 s later, also with no event to tell it', async () => {
    const file = path.join(system.dataDirectory, 'disable.yaml');
    const declaration = (enabled: boolean) => `
resources:
  - identifier: https://api.example.com/short
    name: Short
    scope: short.read
clients:
  - client_id: short-lived
    client_name: Short
    enabled: ${enabled}
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scope: short.read
    resources: [https://api.example.com/short]
    default_resource: https://api.example.com/short
    secret:
      from_environment: SHORT_SECRET
`;
    process.env['SHORT_SECRET'] = 'a-secret-of-more-than-thirty-two-characters';
    writeFileSync(file, declaration(true));
    expect(await system.tessera('apply', file)).toMatchObject({ status: 0 });
    const authorization = `Basic ${btoa(`short-lived:${process.env['SHORT_SECRET']}`)}`;
    const ask = () => system.post('/token', { grant_type: 'client_credentials' }, authorization);
    expect((await until(ask, (reply) => reply.status === 200, 2_000))?.found.status).toBe(200);
    writeFileSync(file, declaration(false));
    expect(await system.tessera('apply', file)).toMatchObject({ status: 0 });
    const refused = await until(ask, (reply) => reply.status !== 200, 2_000);
    expect(refused?.found.body['error']).toBe('invalid_client');
    expect(refused?.ms).toBeLessThan(1_000);
  }, 60_000);
});

describe('F16 the jwks_uri of one client hangs', () => {
  let system: System;
  let hanging: ReturnType<typeof createServer>;
  let asked = 0;

  beforeAll(async () => {
    hanging = createServer(CERTIFICATE, () => void (asked += 1));
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const { port } = hanging.address() as AddressInfo;
    system = await System.start({ serviceEnv: { authorization: { OUTBOUND_ALLOWED_HOSTS: `localhost:${port}`, OUTBOUND_CA_FILE: CERTIFICATE.file } } });
    const file = path.join(system.dataDirectory, 'hanging.yaml');
    writeFileSync(file, `
clients:
  - client_id: hanging
    client_name: Hanging
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: ES256
    grant_types: [client_credentials]
    resources: [https://api.example.com/orders]
    default_resource: https://api.example.com/orders
    scope: orders.read
    jwks_uri: https://localhost:${port}/jwks
`);
    const applied = await system.tessera('apply', file);
    expect([applied.status, applied.output]).toEqual([0, expect.any(String)]);
  }, 120_000);
  afterAll(async () => {
    hanging.closeAllConnections();
    hanging.close();
    await system.stop();
  }, 60_000);

  it('the p99 of everybody else does not move', async () => {
    const measure = async (count: number) => {
      const running = load(4, () => system.token());
      expect(await until(() => Promise.resolve(running.answers.length), (answered) => answered >= count, 60_000)).not.toBeNull();
      await running.stop();
      expect(running.answers.filter((one) => one.status !== 200)).toEqual([]);
      return percentile(running.answers.map((one) => one.ms), 0.99);
    };
    await measure(500);
    const quiet = await measure(1_500);

    const { privateKey, publicKey } = keyPairFor('ES256');
    expect((await exportJWK(publicKey)).kty).toBe('EC');
    const now = Math.floor(Date.now() / 1000);
    const assertion = await new SignJWT({ iss: 'hanging', sub: 'hanging', aud: system.issuer, exp: now + 200, iat: now, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'unknown' })
      .sign(privateKey);
    const hung = Promise.all(
      Array.from({ length: 20 }, () => system.post('/token', { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion: assertion })),
    );
    const busy = await measure(1_500);
    for (const reply of await hung) expect([401, 503]).toContain(reply.status);
    expect(asked).toBeGreaterThan(0);
    // A request that waited for the hanging server would take seconds; scheduling noise on a shared processor takes milliseconds.
    expect(busy).toBeLessThan(quiet + 100);
  }, 120_000);
});
