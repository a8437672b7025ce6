import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import {
  actions,
  applying,
  declaredClient,
  DIGEST,
  type InMemoryDeclaredState,
  ORDERS,
  OTHER_DIGEST,
  places,
  planOf,
  storedClient,
  storedResource,
} from './testing.js';

const { p256, rsa2048 } = EXAMPLE_KEYS;

describe('Ours (CLI-3): secrets of declared clients', () => {
  const resources = [storedResource({ name: ORDERS })];
  const stored = (overrides = {}, rest = {}) => ({
    clients: [storedClient({ name: 's6BhdRkqt3', scope: ['orders.read'], ...overrides }, rest)],
    resources,
  });
  const secrets = (state: InMemoryDeclaredState) => state.stored.clients[0]?.secrets.map((one) => one.fingerprint);

  it('a client that has one keeps it: the offered one is not taken and not reported', async () => {
    const { state, apply } = applying(stored());
    const applied = await apply([declaredClient({ secret: { mode: 'if_none', digest: OTHER_DIGEST } })]);
    expect(actions(applied)).toContain('unchanged client s6BhdRkqt3');
    expect(applied.outcome === 'applied' && applied.plan.secretsInForce).toEqual([]);
    expect(secrets(state)).toEqual([DIGEST]);
  });

  it('a declared secret replaces another one at once', async () => {
    const { state, apply } = applying(stored());
    const applied = await apply([declaredClient({ secret: { mode: 'exact', digest: OTHER_DIGEST } })]);
    expect(planOf(applied)[1]).toMatchObject({
      action: 'update',
      changes: [{ field: 'secret', from: 'a secret', to: 'a new secret' }],
    });
    expect(secrets(state)).toEqual([OTHER_DIGEST]);
  });

  it('or beside it, for the overlap it states', async () => {
    const { state, apply } = applying(stored());
    await apply([declaredClient({ secret: { mode: 'exact', digest: OTHER_DIGEST, overlapSeconds: 60 } })]);
    expect(secrets(state)).toEqual([OTHER_DIGEST, DIGEST]);
  });

  it('a declared secret that is in force changes nothing, also while another one is valid beside it', async () => {
    const both = [OTHER_DIGEST, DIGEST].map((fingerprint) => ({ form: 'digest' as const, fingerprint }));
    const { state, apply } = applying(stored({}, { secrets: both }));
    const applied = await apply([declaredClient({ secret: { mode: 'exact', digest: DIGEST } })]);
    expect(actions(applied)).toContain('unchanged client s6BhdRkqt3');
    expect(state.writes).toBe(0);
  });

  it('a client without a secret whose method needs one is a problem when none is offered', async () => {
    expect(places(await applying().apply([declaredClient({ secret: undefined })]))).toEqual(['clients.0.secret']);
  });

  it('a sealed secret is compared by what is in it', async () => {
    const jwt = { authenticationMethod: 'client_secret_jwt', secret: { mode: 'exact', sealed: `sealed:s6BhdRkqt3:${DIGEST}` } };
    const { state, apply } = applying();
    await apply([declaredClient(jwt)]);
    expect(actions(await apply([declaredClient(jwt)]))).toContain('unchanged client s6BhdRkqt3');
    expect(state.writes).toBe(1);
  });

  it.each([
    ['cannot be opened', 'a.b.c.d.e', 'the secret cannot be opened'],
    ['was sealed for another client', `sealed:other:${DIGEST}`, 'the secret was sealed for another client'],
  ])('MUST refuse a sealed secret that %s', async (_case, sealed, message) => {
    const { state, apply } = applying();
    const refused = await apply([
      declaredClient({ authenticationMethod: 'client_secret_jwt', secret: { mode: 'if_none', sealed } }),
    ]);
    expect(planOf(refused)).toMatchObject([{ path: ['clients', 0, 'secret'], message }]);
    expect(state.writes).toBe(0);
  });

  it('a change of method takes secrets away that the new one has no use for', async () => {
    const { state, apply } = applying(stored());
    const keyed = declaredClient({ authenticationMethod: 'private_key_jwt', secret: undefined, jwks: { keys: [p256] } });
    const applied = await apply([keyed]);
    expect(planOf(applied)[1]).toMatchObject({
      changes: [
        { field: 'authenticationMethod', from: 'client_secret_basic', to: 'private_key_jwt' },
        { field: 'assertionAlgorithm', from: null, to: 'ES256' },
        { field: 'jwks', from: null, to: '1' },
        { field: 'secret', from: 'a secret', to: null },
      ],
    });
    expect(secrets(state)).toEqual([]);
  });

  it('a change to a method that signs with the secret needs a new one: the digest is of no use', async () => {
    const { state, apply } = applying(stored());
    await apply([
      declaredClient({
        authenticationMethod: 'client_secret_jwt',
        secret: { mode: 'if_none', sealed: `sealed:s6BhdRkqt3:${OTHER_DIGEST}` },
      }),
    ]);
    expect(state.stored.clients[0]?.secrets).toEqual([{ form: 'sealed', fingerprint: OTHER_DIGEST }]);
  });

  it('a change between methods that present the secret keeps it', async () => {
    const { state, apply } = applying(stored());
    const applied = await apply([
      declaredClient({ authenticationMethod: 'client_secret_post', secret: { mode: 'if_none', digest: OTHER_DIGEST } }),
    ]);
    expect(planOf(applied)[1]).toMatchObject({ changes: [{ field: 'authenticationMethod' }] });
    expect(secrets(state)).toEqual([DIGEST]);
  });

  it('no plan and no audit entry contains a secret or its digest', async () => {
    const { state, apply } = applying(stored());
    const applied = await apply([declaredClient({ secret: { mode: 'exact', digest: OTHER_DIGEST } })]);
    expect(JSON.stringify([planOf(applied), state.audit])).not.toContain(OTHER_DIGEST);
    expect(JSON.stringify([planOf(applied), state.audit])).not.toContain(DIGEST);
  });
});

describe('RFC 7591 §2 jwks and jwks_uri of declared clients', () => {
  const keyed = (members: Record<string, unknown>) =>
    declaredClient({ authenticationMethod: 'private_key_jwt', secret: undefined, ...members });
  const keySet = (state: InMemoryDeclaredState) => state.stored.clients[0]?.keySet;

  it('keys by value are stored, and the same keys in another order are the same', async () => {
    const { state, apply } = applying();
    await apply([keyed({ jwks: { keys: [p256, rsa2048] } })]);
    expect(keySet(state)).toEqual({ source: 'value', keys: [p256, rsa2048] });
    expect(actions(await apply([keyed({ jwks: { keys: [rsa2048, { ...p256 }] } })]))).toContain('unchanged client s6BhdRkqt3');
  });

  it('another key is a change', async () => {
    const { apply } = applying();
    await apply([keyed({ jwks: { keys: [p256] } })]);
    expect(planOf(await apply([keyed({ jwks: { keys: [p256, rsa2048] } })]))[1]).toMatchObject({
      action: 'update',
      changes: [{ field: 'jwks', from: '1', to: '1 2011-04-29' }],
    });
  });

  it('a jwks_uri is to be fetched after the commit, once', async () => {
    const { state, apply } = applying();
    const declared = keyed({ jwksUri: 'https://client.example.com/jwks' });
    const first = await apply([declared]);
    const again = await apply([declared]);
    expect([first, again].map((one) => one.outcome === 'applied' && one.plan.keySetsToFetch)).toEqual([['s6BhdRkqt3'], []]);
    expect(keySet(state)).toEqual({ source: 'uri', keys: [] });
  });

  it('another jwks_uri empties the set: keys of the old place are not keys of the new one', async () => {
    const { state, apply } = applying({
      clients: [
        storedClient(
          { authenticationMethod: 'private_key_jwt', jwksUri: 'https://client.example.com/old' },
          { secrets: [], keySet: { source: 'uri', keys: [p256] } },
        ),
      ],
    });
    const applied = await apply([keyed({ jwksUri: 'https://client.example.com/new' })]);
    expect(applied.outcome === 'applied' && applied.plan.keySetsToFetch).toEqual(['s6BhdRkqt3']);
    expect(keySet(state)).toEqual({ source: 'uri', keys: [] });
  });

  it('a client that turns to a secret loses its keys', async () => {
    const { state, apply } = applying();
    await apply([keyed({ jwks: { keys: [p256] } })]);
    await apply([declaredClient()]);
    expect(keySet(state)).toBeNull();
  });
});
