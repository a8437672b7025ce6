import { silentLogger } from '@tessera/observability';
import { ClientRegistration } from '@tessera/protocol/client';
import { Outage, systemClock } from '@tessera/vocabulary';
import { DATABASE_ROLES } from '../../../../testing/src/postgres.js';
import { useDatabase } from '../../../../testing/src/postgres-suite.js';
import { Queries } from '../../queries.js';
import { loadStatements } from '../../statements.js';
import { ClientDirectory } from './client-directory.js';

const [AUTHORIZATION, TOKEN, DEVICE_CIBA, KEY_MANAGEMENT] = DATABASE_ROLES;
const suite = useDatabase();
const DIGEST = 'A'.repeat(43);
/** So long that only `pollNow` asks. */
const NEVER_MS = 3_600_000;
const WITHIN_MS = 1_000;

const open: ClientDirectory[] = [];
async function directory(role: typeof AUTHORIZATION | typeof TOKEN | typeof DEVICE_CIBA = TOKEN, pollMs = NEVER_MS): Promise<ClientDirectory> {
  const queries = new Queries(suite.pool(role), loadStatements('authorization'));
  const made = new ClientDirectory(queries, { clock: systemClock, logger: silentLogger, pollMs });
  open.push(made);
  await made.start();
  return made;
}
afterEach(() => {
  for (const one of open.splice(0)) one.stop();
});

const INSERT_CLIENT = `
  INSERT INTO client (id, name, authentication_method, assertion_algorithm, grant_types, scope, resources, default_resource,
                      access_token_lifetime_seconds, jwks_uri, registration, managed_by)
  VALUES ($1, 'Orders', 'private_key_jwt', 'ES256', '{client_credentials,a_later_grant}', '{orders.read}', '{https://r}', 'https://r', 120, 'https://c/jwks',
          '{"redirectUris": ["https://c/cb"], "requireProofKey": false, "responseModes": ["query", "of_a_later_release"], "ofALaterRelease": 1}', 'file')`;

beforeEach(() => suite.owner.query('DELETE FROM client; DELETE FROM resource'));

describe('Decision 4: a client as every service reads it', () => {
  it.each([AUTHORIZATION, TOKEN, DEVICE_CIBA] as const)('%s reads it in one statement, with what counts now', async (role) => {
    await suite.owner.query(INSERT_CLIENT, ['c1']);
    await suite.owner.query(
      `INSERT INTO client_secret (client_id, digest, sealed, sealing_kid, created_at, expires_at) VALUES
         ('c1', $1, NULL, NULL, now() - interval '2 days', now() + interval '1 hour'),
         ('c1', $2, NULL, NULL, now(), NULL),
         ('c1', $3, NULL, NULL, now() - interval '3 days', now() - interval '1 second'),
         ('c1', NULL, 'sealed', 'kid', now(), NULL)`,
      [DIGEST, 'B'.repeat(43), 'C'.repeat(43)],
    );
    await suite.owner.query(
      `INSERT INTO client_key_set (client_id, keys, source, fetched_at) VALUES ('c1', '[{"kty":"EC","kid":"k","crv":"P-256","x":"x","y":"y"},{"kty":"of-a-later-release"}]', 'uri', now())`,
    );
    expect(await (await directory(role)).client('c1')).toEqual({
      clientId: 'c1',
      name: 'Orders',
      enabled: true,
      profile: 'openid',
      authenticationMethod: 'private_key_jwt',
      assertionAlgorithm: 'ES256',
      grantTypes: ['client_credentials'],
      scope: ['orders.read'],
      resources: ['https://r'],
      defaultResource: 'https://r',
      accessTokenLifetimeSeconds: 120,
      jwksUri: 'https://c/jwks',
      registration: ClientRegistration.parse({ redirectUris: ['https://c/cb'], requireProofKey: false, responseModes: ['query'] }),
      keys: [{ kty: 'EC', kid: 'k', crv: 'P-256', x: 'x', y: 'y' }],
      secretDigests: ['B'.repeat(43), DIGEST],
      sealedSecrets: ['sealed'],
    });
  });

  it('reads a resource', async () => {
    await suite.owner.query("INSERT INTO resource (identifier, name, scope, token_format, introspected_by, managed_by) VALUES ('https://r', 'R', '{a}', 'opaque', '{c1}', 'file')");
    expect(await (await directory()).resource('https://r')).toEqual({
      identifier: 'https://r',
      name: 'R',
      enabled: true,
      scope: ['a'],
      tokenFormat: 'opaque',
      accessTokenLifetimeSeconds: null,
      signingAlgorithm: 'ES256',
      introspectedBy: ['c1'],
    });
    expect(await (await directory()).resource('https://nothing')).toBeNull();
  });

  it('OUT-5 MUST not count keys that were not fetched for a day; keys by value count for ever', async () => {
    await suite.owner.query(INSERT_CLIENT, ['c1']);
    await suite.owner.query(`INSERT INTO client_key_set (client_id, keys, source, fetched_at) VALUES ('c1', '[{"kty":"RSA"}]', 'uri', now() - interval '24 hours')`);
    expect((await (await directory()).client('c1'))?.keys).toEqual([]);
    await suite.owner.query("UPDATE client_key_set SET source = 'value', fetched_at = NULL");
    expect((await (await directory()).client('c1'))?.keys).toEqual([{ kty: 'RSA' }]);
  });

  it('MUST not count a secret past its end, although nothing was written when it ended', async () => {
    await suite.owner.query(INSERT_CLIENT, ['c1']);
    await suite.owner.query("INSERT INTO client_secret (client_id, digest, expires_at) VALUES ('c1', $1, now() + interval '1 second')", [DIGEST]);
    const reading = await directory();
    const digests = async () => (await reading.client('c1'))?.secretDigests;
    expect(await digests()).toEqual([DIGEST]);
    const began = performance.now();
    while ((await digests())?.length !== 0 && performance.now() - began < 3 * WITHIN_MS) await new Promise((resolve) => setImmediate(resolve));
    expect(await digests()).toEqual([]);
  });
});

describe('Decision 4: a change stops issuance within a second, without the bus', () => {
  it('MUST be noticed by every process that asks twice a second', async () => {
    await suite.owner.query(INSERT_CLIENT, ['c1']);
    const processes = await Promise.all([directory(TOKEN, 500), directory(TOKEN, 500), directory(DEVICE_CIBA, 500)]);
    for (const one of processes) expect((await one.client('c1'))?.enabled).toBe(true);
    await suite.owner.query("UPDATE client SET enabled = false WHERE id = 'c1'");
    const committed = performance.now();
    const noticed = processes.map(async (one) => {
      while ((await one.client('c1'))?.enabled !== false && performance.now() - committed < 5 * WITHIN_MS) await new Promise((resolve) => setImmediate(resolve));
      return performance.now() - committed;
    });
    for (const ms of await Promise.all(noticed)) expect(ms).toBeLessThan(WITHIN_MS);
  }, 10_000);

  it('MUST be noticed at once when an event says so', async () => {
    await suite.owner.query(INSERT_CLIENT, ['c1']);
    const reading = await directory();
    expect(await reading.client('c1')).not.toBeNull();
    await suite.owner.query("DELETE FROM client WHERE id = 'c1'");
    expect(await reading.client('c1')).not.toBeNull();
    reading.pollNow();
    const began = performance.now();
    while ((await reading.client('c1')) !== null && performance.now() - began < WITHIN_MS) await new Promise((resolve) => setImmediate(resolve));
    expect(await reading.client('c1')).toBeNull();
  });
});

describe('Decision 4: fails closed', () => {
  it('MUST say nothing to a service that may not read clients', async () => {
    const queries = new Queries(suite.pool(KEY_MANAGEMENT), loadStatements('authorization'));
    const refused = new ClientDirectory(queries, { clock: systemClock, logger: silentLogger, pollMs: NEVER_MS });
    open.push(refused);
    await refused.start();
    expect(refused.fresh).toBe(false);
    await expect(refused.client('c1')).rejects.toThrow(Outage);
  });
});
