import { EXAMPLE_KEYS } from '../client-key-set/testing.js';
import { applyDeclaration, type ApplyOptions, type StoredState } from './index.js';
import {
  declaredClient,
  declaredResource,
  DIGEST,
  fakeSeals,
  InMemoryDeclaredState,
  ORDERS,
  OTHER_DIGEST,
  storedClient,
  storedResource,
} from './testing.js';

const { p256, rsa2048 } = EXAMPLE_KEYS;
const APPLY: ApplyOptions = { dryRun: false, prune: false, agreedPlan: null };

function applying(stored: Partial<StoredState> = {}) {
  const state = new InMemoryDeclaredState({ clients: [], resources: [], ...stored });
  const apply = (clients: Record<string, unknown>[], resources = [declaredResource()], options: Partial<ApplyOptions> = {}) =>
    applyDeclaration({ clients, resources }, { ...APPLY, ...options }, { state, seals: fakeSeals });
  return { state, apply };
}

type Applied = Awaited<ReturnType<typeof applyDeclaration>>;
const planOf = (applied: Applied) => (applied.outcome === 'refused' ? applied.problems : applied.plan.entries);
const actions = (applied: Applied) =>
  applied.outcome === 'refused' ? [] : applied.plan.entries.map((one) => `${one.action} ${one.kind} ${one.id}`);
const places = (applied: Applied) =>
  applied.outcome === 'refused' ? applied.problems.map((one) => one.path.join('.')) : applied.outcome;

describe('Ours: applying a declaration (architecture decision 17)', () => {
  it('creates what is declared, with an audit entry for each', async () => {
    const { state, apply } = applying();
    const applied = await apply([declaredClient()]);
    expect(applied.outcome).toBe('applied');
    expect(actions(applied)).toEqual([`create resource ${ORDERS}`, 'create client s6BhdRkqt3']);
    expect(state.audit.map((one) => `${one.action} ${one.subject}`)).toEqual([
      `resource.created ${ORDERS}`,
      'client.created s6BhdRkqt3',
    ]);
    expect(state.stored.clients[0]).toMatchObject({ managedBy: 'file', secrets: [{ form: 'digest', fingerprint: DIGEST }] });
  });

  it('is idempotent: the second time nothing is written and nothing audited', async () => {
    const { state, apply } = applying();
    await apply([declaredClient()]);
    const again = await apply([declaredClient()]);
    expect(actions(again)).toEqual([`unchanged resource ${ORDERS}`, 'unchanged client s6BhdRkqt3']);
    expect(state.writes).toBe(1);
    expect(state.audit).toHaveLength(2);
  });

  it('a lost answer can be asked for again: the secret offered by this very message is still reported as in force', async () => {
    const { apply } = applying();
    const first = await apply([declaredClient()]);
    const again = await apply([declaredClient()]);
    expect([first, again].map((one) => one.outcome === 'applied' && one.plan.secretsInForce)).toEqual([
      ['s6BhdRkqt3'],
      ['s6BhdRkqt3'],
    ]);
  });

  it('changes only what differs, and says from what to what', async () => {
    const { apply } = applying({
      clients: [storedClient({ name: 's6BhdRkqt3', scope: ['orders.write', 'orders.read'] })],
      resources: [storedResource()],
    });
    const applied = await apply(
      [declaredClient({ scope: ['orders.read'], accessTokenLifetimeSeconds: 60 })],
      [declaredResource({ name: 'Orders' })],
    );
    expect(planOf(applied)).toEqual([
      { action: 'unchanged', kind: 'resource', id: ORDERS, changes: [] },
      {
        action: 'update',
        kind: 'client',
        id: 's6BhdRkqt3',
        changes: [
          { field: 'scope', from: 'orders.read orders.write', to: 'orders.read' },
          { field: 'accessTokenLifetimeSeconds', from: null, to: '60' },
        ],
      },
    ]);
  });

  it('does not care in which order scopes stand', async () => {
    const { apply } = applying({
      clients: [storedClient({ name: 's6BhdRkqt3', scope: ['orders.write', 'orders.read'] })],
      resources: [storedResource({ name: ORDERS })],
    });
    const applied = await apply([declaredClient({ scope: ['orders.read', 'orders.write'] })]);
    expect(actions(applied)).toEqual([`unchanged resource ${ORDERS}`, 'unchanged client s6BhdRkqt3']);
  });

  it('a dry run plans and changes nothing', async () => {
    const { state, apply } = applying();
    const planned = await apply([declaredClient()], [declaredResource()], { dryRun: true });
    expect(planned.outcome).toBe('planned');
    expect(actions(planned)).toEqual([`create resource ${ORDERS}`, 'create client s6BhdRkqt3']);
    expect(state).toMatchObject({ stored: { clients: [], resources: [] }, writes: 0, audit: [] });
  });

  it('carries out the plan a person agreed to and no other', async () => {
    const { state, apply } = applying();
    const planned = await apply([declaredClient()], [declaredResource()], { dryRun: true });
    const agreedPlan = planned.outcome === 'planned' ? planned.planDigest : '';
    const changed = await apply([declaredClient(), declaredClient({ clientId: 'b' })], [declaredResource()], { agreedPlan });
    expect(changed.outcome).toBe('plan_changed');
    expect(state.writes).toBe(0);
    expect((await apply([declaredClient()], [declaredResource()], { agreedPlan })).outcome).toBe('applied');
  });

  it('with one problem nothing at all is written', async () => {
    const { state, apply } = applying();
    const refused = await apply([declaredClient(), declaredClient({ clientId: 'b', scope: ['orders.admin'] })]);
    expect(places(refused)).toEqual(['clients.1.scope.0']);
    expect(state.writes).toBe(0);
  });

  it('of many that apply at once each sees what the one before left', async () => {
    const { state, apply } = applying();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => apply([declaredClient()])));
    expect(outcomes.filter((one) => actions(one).includes('create client s6BhdRkqt3'))).toHaveLength(1);
    expect(state.writes).toBe(1);
  });
});

describe('Ours: what no file names stays, unless it is pruned', () => {
  const stored = {
    clients: [storedClient({ clientId: 'old' }), storedClient({ clientId: 'registered' }, { managedBy: 'registration' })],
    resources: [
      storedResource(),
      storedResource({ identifier: 'https://api.example.com/old' }),
      storedResource({ identifier: 'urn:api' }, 'api'),
    ],
  };

  it('stays without prune', async () => {
    const { state, apply } = applying(stored);
    const applied = await apply([declaredClient()]);
    expect(actions(applied)).toEqual([`update resource ${ORDERS}`, 'create client s6BhdRkqt3']);
    expect(state.stored.clients).toHaveLength(3);
  });

  it('is removed with prune, but only what files manage', async () => {
    const { state, apply } = applying(stored);
    const applied = await apply([declaredClient()], [declaredResource()], { prune: true });
    expect(actions(applied)).toEqual([
      `update resource ${ORDERS}`,
      'create client s6BhdRkqt3',
      'delete client old',
      'delete resource https://api.example.com/old',
    ]);
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual(['registered', 's6BhdRkqt3']);
    expect(state.stored.resources.map((one) => one.record.identifier)).toEqual(['urn:api', ORDERS]);
    expect(state.audit.map((one) => one.action)).toContain('client.deleted');
  });

  it.each(['registration', 'api'] as const)('a clash with an entry that %s manages is a problem', async (managedBy) => {
    const { state, apply } = applying({
      clients: [storedClient({}, { managedBy })],
      resources: [storedResource({}, managedBy)],
    });
    const refused = await apply([declaredClient()]);
    expect(places(refused)).toEqual(['resources.0.identifier', 'clients.0.clientId']);
    expect(planOf(refused)[1]).toMatchObject({ message: `"s6BhdRkqt3" exists and is managed by ${managedBy}` });
    expect(state.writes).toBe(0);
  });
});

describe('Ours: validation on the resulting state', () => {
  it('a client may use a resource that exists and is not declared again', async () => {
    const { apply } = applying({ resources: [storedResource()] });
    expect((await apply([declaredClient()], [])).outcome).toBe('applied');
  });

  it.each([
    [
      'an undeclared resource',
      [declaredClient({ resources: ['https://api.example.com/nowhere'], scope: [] })],
      [declaredResource()],
      'clients.0.resources.0',
    ],
    [
      'a scope that no resource of the client offers',
      [declaredClient({ scope: ['orders.read', 'orders.admin'] })],
      [declaredResource()],
      'clients.0.scope.1',
    ],
    [
      'a scope of a resource the client does not use',
      [declaredClient({ scope: ['vault.read'] })],
      [declaredResource(), declaredResource({ identifier: 'urn:vault', scope: ['vault.read'] })],
      'clients.0.scope.0',
    ],
    [
      'the scope openid, which no resource offers',
      [declaredClient({ scope: ['openid'] })],
      [declaredResource()],
      'clients.0.scope.0',
    ],
    [
      'an introspecting client nobody declared',
      [declaredClient()],
      [declaredResource({ introspectedBy: ['nobody'] })],
      'resources.0.introspectedBy.0',
    ],
    [
      'an introspecting client that is public',
      [declaredClient({ clientId: 'app', authenticationMethod: 'none', grantTypes: [], secret: undefined })],
      [declaredResource({ introspectedBy: ['app'] })],
      'resources.0.introspectedBy.0',
    ],
  ])('MUST refuse %s', async (_case, clients, resources, place) => {
    const { state, apply } = applying();
    expect(places(await apply(clients, resources))).toEqual([place]);
    expect(state.writes).toBe(0);
  });

  it('MUST refuse to prune a resource that a client of another manager uses', async () => {
    const { apply } = applying({ clients: [storedClient({}, { managedBy: 'api' })], resources: [storedResource()] });
    const refused = await apply([], [], { prune: true });
    expect(planOf(refused)).toEqual([
      {
        path: ['resources'],
        message: `"${ORDERS}" would be removed, and the client "s6BhdRkqt3" uses it`,
        expected: 'the resource, or a client that does not use it',
      },
    ]);
  });

  it('MUST refuse to take a scope from a resource while a client that is not declared uses it', async () => {
    const { apply } = applying({ clients: [storedClient()], resources: [storedResource()] });
    expect(places(await apply([], [declaredResource({ scope: ['orders.read'] })]))).toEqual(['resources.0.scope']);
  });

  it('MUST refuse to prune a client that a resource of another manager lets introspect', async () => {
    const { apply } = applying({
      clients: [storedClient()],
      resources: [storedResource({ introspectedBy: ['s6BhdRkqt3'] }, 'api')],
    });
    expect(places(await apply([], [], { prune: true }))).toEqual(['clients']);
  });

  it('MUST refuse to make a client public that a resource lets introspect', async () => {
    const { apply } = applying({ clients: [storedClient()], resources: [storedResource({ introspectedBy: ['s6BhdRkqt3'] })] });
    const declared = declaredClient({ authenticationMethod: 'none', grantTypes: [], secret: undefined });
    expect(places(await apply([declared], []))).toEqual(['clients.0.authenticationMethod']);
  });

  it('what was broken before does not stand in the way', async () => {
    const { apply } = applying({
      clients: [storedClient({ clientId: 'broken', resources: ['urn:gone'], scope: ['gone'] })],
      resources: [storedResource({ identifier: 'urn:broken', introspectedBy: ['gone'] })],
    });
    expect((await apply([declaredClient()])).outcome).toBe('applied');
  });
});

describe('Ours (security.md CLI-3): secrets of declared clients', () => {
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
