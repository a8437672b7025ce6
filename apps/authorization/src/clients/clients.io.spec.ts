import { declaredClient, declaredResource, ORDERS } from '@tessera/protocol/declaration/testing';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { applyRequest, authorizationOn, digestOf, OTHER_SECRET, rotation, SECRET } from '../testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, authorization_audit_event, client_change CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const valid = () =>
  rows('SELECT digest, expires_at FROM client_secret WHERE expires_at IS NULL OR expires_at > now() ORDER BY created_at');

/** The service with one client, whose secret is {@link SECRET}. */
async function withClient(client: Record<string, unknown> = {}) {
  const authorization = authorizationOn(db.pool('tessera_authorization'));
  const declared = declaredClient({ secret: { mode: 'exact', digest: digestOf(SECRET) }, ...client });
  expect(
    (await authorization.applying.apply(applyRequest({ resources: [declaredResource()], clients: [declared] }))).outcome,
  ).toBe('applied');
  return authorization;
}

describe('Ours (CLI-3): rotating the secret of a client', () => {
  it('puts a new secret beside the old one, which ends after the overlap', async () => {
    const { rotation: rotate, announced } = await withClient();
    const reply = await rotate.rotate(rotation('s6BhdRkqt3', { overlapSeconds: 3_600 }));
    const [old, fresh] = await valid();
    expect([old?.digest, fresh]).toEqual([digestOf(SECRET), { digest: digestOf(OTHER_SECRET), expires_at: null }]);
    expect(reply).toEqual({ outcome: 'rotated', previousExpiresAt: (old?.expires_at as Date).toISOString(), why: null });
    const left = await rows(
      'SELECT extract(epoch FROM expires_at - created_at)::float8 AS s FROM client_secret WHERE expires_at IS NOT NULL',
    );
    expect(Number(left[0]?.s)).toBeGreaterThanOrEqual(3_600);
    expect(announced).toHaveLength(2);
  });

  it('without an overlap the old one ends at once', async () => {
    const { rotation: rotate } = await withClient();
    expect(await rotate.rotate(rotation('s6BhdRkqt3', { overlapSeconds: 0 }))).toEqual({
      outcome: 'rotated',
      previousExpiresAt: null,
      why: null,
    });
    expect(await rows('SELECT digest FROM client_secret')).toEqual([{ digest: digestOf(OTHER_SECRET) }]);
  });

  it('never leaves more than two: one that was already ending goes', async () => {
    const { rotation: rotate } = await withClient();
    const digests = ['a', 'b', 'c'].map(digestOf);
    for (const digest of digests) await rotate.rotate(rotation('s6BhdRkqt3', { digest }));
    expect((await valid()).map((one) => one.digest)).toEqual(digests.slice(1));
  });

  it('never lengthens the life of a secret that was already ending', async () => {
    const { rotation: rotate } = await withClient();
    await db.owner.query(`UPDATE client_secret SET expires_at = now() + interval '10 seconds'`);
    await rotate.rotate(rotation('s6BhdRkqt3', { overlapSeconds: 86_400 }));
    const [old] = await rows(
      'SELECT extract(epoch FROM expires_at - now())::float8 AS s FROM client_secret WHERE expires_at IS NOT NULL',
    );
    expect(Number(old?.s)).toBeLessThanOrEqual(10);
  });

  it('is idempotent: the same request again makes no second secret and is answered as before', async () => {
    const { rotation: rotate } = await withClient();
    const request = rotation('s6BhdRkqt3');
    const first = await rotate.rotate(request);
    expect(await rotate.rotate(request)).toEqual(first);
    expect(await valid()).toHaveLength(2);
    expect(await rows(`SELECT count(*)::int AS n FROM authorization_audit_event WHERE action = 'client-secret.rotated'`)).toEqual(
      [{ n: 1 }],
    );
  });

  it('of 40 that send the same request at once one makes the secret', async () => {
    const replicas = [await withClient(), ...Array.from({ length: 3 }, () => authorizationOn(db.pool('tessera_authorization')))];
    const request = rotation('s6BhdRkqt3');
    const replies = await Promise.all(Array.from({ length: 40 }, (_, index) => replicas[index % 4]?.rotation.rotate(request)));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect((await valid()).map((one) => one.digest)).toEqual([digestOf(SECRET), digestOf(OTHER_SECRET)]);
  }, 20_000);

  it('rotations that meet leave two secrets, the newest without an end', async () => {
    const replicas = [await withClient(), authorizationOn(db.pool('tessera_authorization'))];
    const requests = Array.from({ length: 10 }, (_, index) => rotation('s6BhdRkqt3', { digest: digestOf(`secret ${index}`) }));
    await Promise.all(requests.map((request, index) => replicas[index % 2]?.rotation.rotate(request)));
    const left = await valid();
    expect(left.map((one) => one.expires_at === null)).toEqual([false, true]);
  }, 20_000);

  it('is audited without the secret', async () => {
    const { rotation: rotate } = await withClient();
    const request = rotation('s6BhdRkqt3');
    await rotate.rotate(request);
    const [audit] = await rows(`SELECT * FROM authorization_audit_event WHERE action = 'client-secret.rotated'`);
    expect(audit).toMatchObject({
      actor_name: 'ada',
      subject: 's6BhdRkqt3',
      detail: { secret: request.idempotencyKey, overlapSeconds: 3_600 },
    });
    expect(JSON.stringify(audit)).not.toContain(digestOf(OTHER_SECRET));
  });

  it('takes a sealed secret for a client that signs with it', async () => {
    const authorization = authorizationOn(db.pool('tessera_authorization'));
    const { keys } = authorization;
    const declared = declaredClient({
      authenticationMethod: 'client_secret_jwt',
      secret: { mode: 'exact', sealed: keys.seal('s6BhdRkqt3', SECRET) },
    });
    await authorization.applying.apply(applyRequest({ resources: [declaredResource()], clients: [declared] }));
    const sealed = keys.seal('s6BhdRkqt3', OTHER_SECRET);
    expect(await authorization.rotation.rotate(rotation('s6BhdRkqt3', { digest: null, sealed }))).toMatchObject({
      outcome: 'rotated',
    });
    expect(await rows('SELECT sealing_kid FROM client_secret')).toEqual([{ sealing_kid: 'cs-1' }, { sealing_kid: 'cs-1' }]);
    const foreign = keys.seal('other', OTHER_SECRET);
    expect(await authorization.rotation.rotate(rotation('s6BhdRkqt3', { digest: null, sealed: foreign }))).toEqual({
      outcome: 'refused',
      previousExpiresAt: null,
      why: 'the secret was sealed for another client',
    });
  });

  it.each([
    ['an unknown client', {}, 'nobody', {}, 'unknown_client'],
    [
      'a client without a secret',
      { authenticationMethod: 'none', grantTypes: [], secret: undefined },
      's6BhdRkqt3',
      {},
      'no_secret',
    ],
    ['a sealed secret where a digest belongs', {}, 's6BhdRkqt3', { digest: null, sealed: 'a.b.c.d.e' }, 'wrong_form'],
    ['both forms', {}, 's6BhdRkqt3', { sealed: 'a.b.c.d.e' }, 'wrong_form'],
    ['neither form', {}, 's6BhdRkqt3', { digest: null }, 'wrong_form'],
  ])('changes nothing for %s', async (_case, client, clientId, overrides, outcome) => {
    const { rotation: rotate } = await withClient(client);
    const before = await rows('SELECT * FROM client_secret');
    expect(await rotate.rotate(rotation(clientId, overrides))).toMatchObject({ outcome });
    expect(await rows('SELECT * FROM client_secret')).toEqual(before);
  });
});

describe('Ours: clients as the operator sees them', () => {
  it('come in pages, in the order of ids, until there are no more', async () => {
    const { applying, listing } = authorizationOn(db.pool('tessera_authorization'));
    const clients = ['c', 'a', 'b'].map((clientId) => declaredClient({ clientId }));
    await applying.apply(applyRequest({ resources: [declaredResource()], clients }));
    const first = await listing.page(null, 2);
    const second = await listing.page(first.next, 2);
    expect([first, second].map((page) => [page.clients.map((one) => one.clientId), page.next])).toEqual([
      [['a', 'b'], 'b'],
      [['c'], null],
    ]);
    expect(first.clients[0]).toEqual({
      clientId: 'a',
      name: 'a',
      enabled: true,
      authenticationMethod: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      managedBy: 'file',
    });
  });

  it('one shows when its secrets were made and end, and nothing of them', async () => {
    const { listing, rotation: rotate } = await withClient();
    await rotate.rotate(rotation('s6BhdRkqt3'));
    const client = await listing.find('s6BhdRkqt3');
    expect(client).toMatchObject({ clientId: 's6BhdRkqt3', resources: [ORDERS], keySet: null });
    expect(client?.secrets.map((one) => one.expiresAt === null)).toEqual([true, false]);
    expect(JSON.stringify(client)).not.toContain(digestOf(SECRET));
  });

  it('one shows its keys by name, and why they could not be fetched', async () => {
    const { listing, fetching } = await withClient({
      authenticationMethod: 'private_key_jwt',
      secret: undefined,
      jwksUri: 'https://client.example.com/jwks',
    });
    await fetching.refreshDue();
    expect((await listing.find('s6BhdRkqt3'))?.keySet).toEqual({
      source: 'uri',
      keys: [],
      fetchedAt: null,
      attemptedAt: expect.stringMatching(/Z$/),
      failure: 'the host did not answer in time',
    });
    const byValue = await withClient({
      authenticationMethod: 'private_key_jwt',
      secret: undefined,
      jwks: { keys: [EXAMPLE_KEYS.p256] },
    });
    expect((await byValue.listing.find('s6BhdRkqt3'))?.keySet).toMatchObject({ source: 'value', keys: ['1'], failure: null });
  });

  it('nobody is null', async () => {
    expect(await authorizationOn(db.pool('tessera_authorization')).listing.find('nobody')).toBeNull();
  });
});
