import { ApplyDeclaration } from '@tessera/contracts';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { declaredClient, declaredResource, ORDERS, OTHER_DIGEST } from '@tessera/protocol/declaration/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { DECLARATION_ENTRIES_MAX } from '@tessera/vocabulary';
import { applyRequest, authorizationOn } from '../testing.js';

const { p256 } = EXAMPLE_KEYS;
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, authorization_audit_event, client_change CASCADE');
});

const authorization = () => authorizationOn(db.pool('tessera_authorization'));
const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const count = async (table: string) => Number((await rows(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
const changeNumber = async () => Number((await rows('SELECT number FROM client_change_counter'))[0]?.number);
const both = (client: Record<string, unknown> = {}) =>
  applyRequest({ resources: [declaredResource()], clients: [declaredClient(client)] });
describe('Ours: a declaration in PostgreSQL (decision 17)', () => {
  it('is written with all its columns, by the manager file', async () => {
    const { applying } = authorization();
    const reply = await applying.apply(
      applyRequest({
        resources: [
          declaredResource({
            name: 'Orders',
            tokenFormat: 'opaque',
            accessTokenLifetimeSeconds: 60,
            introspectedBy: ['s6BhdRkqt3'],
          }),
        ],
        clients: [
          declaredClient({
            name: 'Shop',
            authenticationMethod: 'private_key_jwt',
            secret: undefined,
            jwks: { keys: [p256] },
            accessTokenLifetimeSeconds: 30,
            enabled: false,
            profile: 'fapi2',
          }),
        ],
      }),
    );
    expect(reply).toMatchObject({ outcome: 'applied', problems: [], secretsInForce: [] });
    expect(await rows('SELECT * FROM resource')).toMatchObject([
      {
        identifier: ORDERS,
        name: 'Orders',
        token_format: 'opaque',
        access_token_lifetime_seconds: 60,
        introspected_by: ['s6BhdRkqt3'],
        managed_by: 'file',
      },
    ]);
    expect(await rows('SELECT * FROM client')).toMatchObject([
      {
        id: 's6BhdRkqt3',
        name: 'Shop',
        enabled: false,
        profile: 'fapi2',
        authentication_method: 'private_key_jwt',
        assertion_algorithm: 'ES256',
        grant_types: ['client_credentials'],
        scope: ['orders.read'],
        resources: [ORDERS],
        default_resource: ORDERS,
        access_token_lifetime_seconds: 30,
        managed_by: 'file',
      },
    ]);
    expect(await rows('SELECT * FROM client_key_set')).toMatchObject([{ source: 'value', keys: [p256], fetched_at: null }]);
  });

  it('is idempotent: the second time no row, no audit row and no change number', async () => {
    const { applying, announced } = authorization();
    await applying.apply(both());
    const [number, audits, [client]] = [
      await changeNumber(),
      await count('authorization_audit_event'),
      await rows('SELECT xmin, * FROM client'),
    ];
    const again = await applying.apply(both());
    expect(again.plan.map((one) => one.action)).toEqual(['unchanged', 'unchanged']);
    expect([
      await changeNumber(),
      await count('authorization_audit_event'),
      (await rows('SELECT xmin, * FROM client'))[0],
    ]).toEqual([number, audits, client]);
    expect(announced).toEqual([number]);
  });

  it('raises the change number of what it touched, and announces it after the commit', async () => {
    const { applying, announced } = authorization();
    const before = await changeNumber();
    await applying.apply(both());
    expect(await rows('SELECT kind, id FROM client_change ORDER BY kind')).toEqual([
      { kind: 'client', id: 's6BhdRkqt3' },
      { kind: 'resource', id: ORDERS },
    ]);
    expect(await changeNumber()).toBeGreaterThan(before);
    expect(announced).toEqual([await changeNumber()]);
  });

  it('a dry run changes nothing and announces nothing', async () => {
    const { applying, announced } = authorization();
    const reply = await applying.apply({ ...both(), dryRun: true });
    expect(reply.outcome).toBe('planned');
    expect([
      await count('client'),
      await count('resource'),
      await count('client_secret'),
      await count('authorization_audit_event'),
    ]).toEqual([0, 0, 0, 0]);
    expect(announced).toEqual([]);
  });

  it('writes audit rows in the same transaction, with the actor and without secrets', async () => {
    const { applying } = authorization();
    await applying.apply(both());
    await applying.apply(both({ secret: { mode: 'exact', digest: OTHER_DIGEST }, accessTokenLifetimeSeconds: 30 }));
    const audited = await rows(
      'SELECT actor_kind, actor_name, action, subject, detail FROM authorization_audit_event ORDER BY id',
    );
    expect(audited).toEqual([
      { actor_kind: 'operator', actor_name: 'ada', action: 'resource.created', subject: ORDERS, detail: { changes: [] } },
      { actor_kind: 'operator', actor_name: 'ada', action: 'client.created', subject: 's6BhdRkqt3', detail: { changes: [] } },
      {
        actor_kind: 'operator',
        actor_name: 'ada',
        action: 'client.updated',
        subject: 's6BhdRkqt3',
        detail: {
          changes: [
            { field: 'accessTokenLifetimeSeconds', from: null, to: '30' },
            { field: 'secret', from: 'a secret', to: 'a new secret' },
          ],
        },
      },
    ]);
    expect(JSON.stringify(audited)).not.toContain(OTHER_DIGEST);
  });

  it('MUST change nothing at all when one entry has a problem', async () => {
    const { applying } = authorization();
    const reply = await applying.apply({
      ...both(),
      clients: [declaredClient(), declaredClient({ clientId: 'b', scope: ['nothing'] })],
    });
    expect(reply).toMatchObject({ outcome: 'refused', problems: [{ path: ['clients', 1, 'scope', 0] }] });
    expect([await count('client'), await count('resource')]).toEqual([0, 0]);
  });

  it('MUST change nothing at all when a write fails in the middle', async () => {
    const { applying } = authorization();
    await db.owner.query(`CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$`);
    await db.owner.query(
      'CREATE TRIGGER refuse BEFORE INSERT ON authorization_audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit()',
    );
    await expect(applying.apply(both())).rejects.toThrow('disk full');
    await db.owner.query('DROP FUNCTION refuse_audit() CASCADE');
    expect([await count('client'), await count('resource'), await count('client_secret')]).toEqual([0, 0, 0]);
  });

  it('prunes what files managed, and leaves other managers and their rows alone', async () => {
    const { applying } = authorization();
    await applying.apply(
      applyRequest({ resources: [declaredResource()], clients: [declaredClient(), declaredClient({ clientId: 'old' })] }),
    );
    await db.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
       VALUES ('registered', 'Registered', 'none', '{}', '{}', '{}', 'registration')`,
    );
    const [foreign] = await rows(`SELECT xmin, * FROM client WHERE id = 'registered'`);
    const without = await applying.apply(both());
    expect(without.plan.map((one) => one.action)).toEqual(['unchanged', 'unchanged']);
    const pruned = await applying.apply({ ...both(), prune: true });
    expect(pruned.plan.map((one) => `${one.action} ${one.id}`)).toEqual([
      `unchanged ${ORDERS}`,
      'unchanged s6BhdRkqt3',
      'delete old',
    ]);
    expect(await rows('SELECT id FROM client ORDER BY id')).toEqual([{ id: 'registered' }, { id: 's6BhdRkqt3' }]);
    expect(await rows(`SELECT xmin, * FROM client WHERE id = 'registered'`)).toEqual([foreign]);
    expect(await rows(`SELECT client_id FROM client_secret WHERE client_id = 'old'`)).toEqual([]);
    expect(await rows(`SELECT id FROM client_change WHERE id = 'old'`)).toHaveLength(1);
  });

  it('MUST refuse an id that another manager has', async () => {
    const { applying } = authorization();
    await db.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
       VALUES ('s6BhdRkqt3', 'Registered', 'none', '{}', '{}', '{}', 'registration')`,
    );
    const reply = await applying.apply(both());
    expect(reply).toMatchObject({ outcome: 'refused', problems: [{ path: ['clients', 0, 'clientId'] }] });
    expect(await rows('SELECT name FROM client')).toEqual([{ name: 'Registered' }]);
  });

  it('MUST refuse to prune a resource that a client of another manager uses', async () => {
    const { applying } = authorization();
    await applying.apply(both());
    await db.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
       VALUES ('registered', 'Registered', 'none', '{}', '{}', ARRAY['${ORDERS}'], 'registration')`,
    );
    expect(await applying.apply({ ...applyRequest(), prune: true })).toMatchObject({
      outcome: 'refused',
      problems: [{ path: ['resources'] }],
    });
    expect(await count('resource')).toBe(1);
  });

  it('declarations that meet wait for each other: one creates, the others find it', async () => {
    const replicas = Array.from({ length: 8 }, authorization);
    const replies = await Promise.all(replicas.map(({ applying }) => applying.apply(both())));
    expect(replies.filter((reply) => reply.plan[1]?.action === 'create')).toHaveLength(1);
    expect(replies.filter((reply) => reply.plan[1]?.action === 'unchanged')).toHaveLength(7);
    expect([await count('client'), await count('client_secret'), await count('authorization_audit_event')]).toEqual([1, 1, 2]);
  });

  it('opposite declarations that meet leave one of the two results, whole', async () => {
    const state = (member: string) => both({ name: member, scope: [`orders.${member}`] });
    const [a, b] = [authorization(), authorization()];
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([a.applying.apply(state('read')), b.applying.apply(state('write'))]);
      const [row] = await rows('SELECT name, scope FROM client');
      expect([
        { name: 'read', scope: ['orders.read'] },
        { name: 'write', scope: ['orders.write'] },
      ]).toContainEqual(row);
    }
  });

  it('takes as many entries as a declaration may have, within its deadline', async () => {
    const { applying } = authorization();
    const many = Array.from({ length: DECLARATION_ENTRIES_MAX }, (_, index) => index);
    const request = applyRequest({
      resources: many.map((index) => declaredResource({ identifier: `urn:r:${index}` })),
      clients: many.map((index) => declaredClient({ clientId: `client-${index}`, resources: [`urn:r:${index}`] })),
    });
    const began = performance.now();
    expect((await applying.apply(request)).outcome).toBe('applied');
    expect(await count('client_secret')).toBe(DECLARATION_ENTRIES_MAX);
    expect(performance.now() - began).toBeLessThan(ApplyDeclaration.deadlineMs);
  }, 30_000);
});
