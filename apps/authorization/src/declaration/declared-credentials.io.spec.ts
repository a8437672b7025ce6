import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { declaredClient, declaredResource, DIGEST, OTHER_DIGEST } from '@tessera/protocol/declaration/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { applyRequest, authorizationOn, digestOf, OTHER_SECRET, SECRET } from '../testing.js';

const { p256, rsa2048 } = EXAMPLE_KEYS;
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, authorization_audit_event, client_change CASCADE');
});

const authorization = () => authorizationOn(db.pool('tessera_authorization'));
const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const count = async (table: string) => Number((await rows(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
const both = (client: Record<string, unknown> = {}) =>
  applyRequest({ resources: [declaredResource()], clients: [declaredClient(client)] });
const jwt = (sealed: string, overrides = {}) => ({
  authenticationMethod: 'client_secret_jwt',
  secret: { mode: 'exact', sealed },
  ...overrides,
});

describe('Ours (CLI-3): secrets of declared clients in PostgreSQL', () => {
  const valid = () =>
    rows('SELECT digest, expires_at FROM client_secret WHERE expires_at IS NULL OR expires_at > now() ORDER BY created_at');

  it('stores the digest, and keeps it when a later declaration offers another one for a client without', async () => {
    const { applying } = authorization();
    expect((await applying.apply(both())).secretsInForce).toEqual(['s6BhdRkqt3']);
    expect((await applying.apply(both({ secret: { mode: 'if_none', digest: OTHER_DIGEST } }))).secretsInForce).toEqual([]);
    expect(await valid()).toEqual([{ digest: DIGEST, expires_at: null }]);
  });

  it('replaces it at once, or with an overlap', async () => {
    const { applying } = authorization();
    await applying.apply(both());
    await applying.apply(both({ secret: { mode: 'exact', digest: OTHER_DIGEST, overlapSeconds: 60 } }));
    expect(await valid()).toEqual([
      { digest: DIGEST, expires_at: expect.any(Date) },
      { digest: OTHER_DIGEST, expires_at: null },
    ]);
    await applying.apply(both({ secret: { mode: 'exact', digest: digestOf(SECRET) } }));
    expect(await valid()).toEqual([{ digest: digestOf(SECRET), expires_at: null }]);
  });

  it('an expired secret does not count: the client gets the one that is offered', async () => {
    const { applying } = authorization();
    await applying.apply(both());
    await db.owner.query(`UPDATE client_secret SET expires_at = now() - interval '1 second'`);
    expect((await applying.apply(both({ secret: { mode: 'if_none', digest: OTHER_DIGEST } }))).secretsInForce).toEqual([
      's6BhdRkqt3',
    ]);
    expect(await rows('SELECT digest FROM client_secret')).toEqual([{ digest: OTHER_DIGEST }]);
  });

  it('stores a sealed secret as it came, with the key it is sealed to, and recognises it again', async () => {
    const { applying, keys } = authorization();
    const sealed = keys.seal('s6BhdRkqt3', SECRET);
    await applying.apply(both(jwt(sealed)));
    expect(await rows('SELECT digest, sealed, sealing_kid FROM client_secret')).toEqual([
      { digest: null, sealed, sealing_kid: 'cs-1' },
    ]);
    const again = await applying.apply(both(jwt(keys.seal('s6BhdRkqt3', SECRET))));
    expect(again.plan[1]?.action).toBe('unchanged');
    const other = await applying.apply(both(jwt(keys.seal('s6BhdRkqt3', OTHER_SECRET))));
    expect(other.plan[1]).toMatchObject({ action: 'update', changes: [{ field: 'secret' }] });
    expect(await count('client_secret')).toBe(1);
  });

  it.each([
    [
      'for another client',
      async (keys: ReturnType<typeof authorization>['keys']) => keys.seal('other', SECRET),
      {},
      'the secret was sealed for another client',
    ],
    [
      'that is too short',
      async (keys: ReturnType<typeof authorization>['keys']) => keys.seal('s6BhdRkqt3', 'short'),
      {},
      'the secret is shorter than 32 characters',
    ],
    [
      'that is too short for HS512 (RFC 7518 §3.2)',
      async (keys: ReturnType<typeof authorization>['keys']) => keys.seal('s6BhdRkqt3', SECRET),
      { assertionAlgorithm: 'HS512' },
      'the secret is shorter than 64 characters',
    ],
    ['that nobody can open', async () => 'e30.a.b.c.d', {}, 'the secret cannot be opened; it was sealed to another key'],
  ])('MUST refuse a sealed secret %s', async (_case, seal, overrides, message) => {
    const { applying, keys } = authorization();
    expect(await applying.apply(both(jwt(await seal(keys), overrides)))).toMatchObject({
      outcome: 'refused',
      problems: [{ path: ['clients', 0, 'secret'], message }],
    });
    expect(await count('client')).toBe(0);
  });

  it('a change of method takes secrets and keys away that it has no use for', async () => {
    const { applying } = authorization();
    await applying.apply(both());
    await applying.apply(both({ authenticationMethod: 'private_key_jwt', secret: undefined, jwks: { keys: [p256] } }));
    expect([await count('client_secret'), await count('client_key_set')]).toEqual([0, 1]);
    await applying.apply(both());
    expect([await count('client_secret'), await count('client_key_set')]).toEqual([1, 0]);
  });
});

describe('Ours (OUT-5): the first fetch of a jwks_uri', () => {
  const URI = 'https://client.example.com/jwks';
  const keyed = (jwksUri: string) => both({ authenticationMethod: 'private_key_jwt', secret: undefined, jwksUri });

  it('follows the declaration in the background', async () => {
    const { applying, upkeep, hosts, fetching } = authorization();
    hosts.keySet(URI, [p256]);
    await applying.apply(keyed(URI));
    expect(await rows('SELECT keys, source, attempted_at FROM client_key_set')).toEqual([
      { keys: [], source: 'uri', attempted_at: null },
    ]);
    expect(await fetching.refreshDue()).toBe(1);
    expect(await rows('SELECT keys, failure FROM client_key_set')).toEqual([{ keys: [p256], failure: null }]);
    upkeep.stop();
  });

  it('another jwks_uri empties the set and may be fetched at once', async () => {
    const { applying, hosts, fetching } = authorization();
    hosts.keySet(URI, [p256]);
    hosts.keySet(`${URI}/new`, [rsa2048]);
    await applying.apply(keyed(URI));
    await fetching.refreshDue();
    await applying.apply(keyed(`${URI}/new`));
    expect(await rows('SELECT keys FROM client_key_set')).toEqual([{ keys: [] }]);
    expect(await fetching.refreshDue()).toBe(1);
    expect(await rows('SELECT keys FROM client_key_set')).toEqual([{ keys: [rsa2048] }]);
  });
});
