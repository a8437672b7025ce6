import {
  actions,
  applying,
  declaredClient,
  declaredResource,
  DIGEST,
  ORDERS,
  places,
  planOf,
  storedClient,
  storedResource,
} from './testing.js';

describe('Ours: applying a declaration (decision 17)', () => {
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

  it('answers an agreed plan as before when the message is sent again: its secrets are in force', async () => {
    const { state, apply } = applying();
    const planned = await apply([declaredClient()], [declaredResource()], { dryRun: true });
    const agreedPlan = planned.outcome === 'planned' ? planned.planDigest : '';
    await apply([declaredClient()], [declaredResource()], { agreedPlan });
    const again = await apply([declaredClient()], [declaredResource()], { agreedPlan });
    expect(again).toMatchObject({ outcome: 'applied', plan: { changes: [], secretsInForce: ['s6BhdRkqt3'] } });
    expect(state.writes).toBe(1);
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
