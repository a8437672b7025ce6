import { createPool, loadStatements, Queries } from '@tessera/database';
import { LESSEES, type KeyPurpose } from '@tessera/protocol/key-lease';
import { KEY_TYPES, type KeyType } from '@tessera/protocol/key-lifecycle';
import { startPostgres, type TestDatabase, type TestPostgres } from '@tessera/testing';
import { KeyId, ServiceName } from '@tessera/vocabulary';
import pg from 'pg';
import { identityOf, keyBytes, keyring, lessee, type Replica, replica } from './testing.js';

let postgres: TestPostgres;
let database: TestDatabase;
let owner: pg.Pool;
let pool: pg.Pool;
let queries: Queries;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  pool = createPool({ url: database.urlOf('tessera_key_management'), max: 20, applicationName: 'spec' });
  queries = new Queries(pool, loadStatements('key-management'));
}, 60_000);

afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
  await postgres.stop();
});

afterEach(async () => {
  await owner.query('TRUNCATE key, key_encryption_canary, lease_audit, key_management_audit_event');
});

const OPERATOR = { kind: 'operator', name: 'ada' } as const;
const WANTED = KEY_TYPES.filter(({ algorithm }) => algorithm !== 'RS256' && algorithm !== 'PS256');

/** A process with a usable set of keys. */
async function settled(given: Parameters<typeof replica>[1] = {}): Promise<Replica> {
  const management = replica(queries, given);
  await management.checkEncryption();
  await management.schedule.run();
  return management;
}

interface Row {
  readonly kid: string;
  readonly state: string;
  readonly purpose: string;
  readonly algorithm: string;
}

async function rows(purpose = 'sign', algorithm = 'ES256'): Promise<Row[]> {
  const { rows: found } = await owner.query<Row>('SELECT * FROM key WHERE purpose = $1 AND algorithm = $2 ORDER BY created_at', [purpose, algorithm]);
  return found;
}
const inState = async (state: string) => (await rows()).filter((row) => row.state === state).map(({ kid }) => KeyId.parse(kid));
const activeKid = async () => (await inState('active'))[0] ?? KeyId.parse('none');
const audited = async (action: string) => {
  const { rows: found } = await owner.query<{ subject: string; actor_kind: string; actor_name: string }>(
    'SELECT subject, actor_kind, actor_name FROM key_management_audit_event WHERE action = $1 ORDER BY id',
    [action],
  );
  return found;
};

/** Published copies of the active key's row under other names: candidates for a race. */
async function candidates(count: number): Promise<KeyId[]> {
  const kids = Array.from({ length: count }, (_, number) => KeyId.parse(`candidate-${number}`));
  await owner.query(
    `INSERT INTO key (kid, purpose, algorithm, state, public_jwk, wrapped_data_key, sealed_private, key_encryption_key, published_at)
     SELECT c, purpose, algorithm, 'published', public_jwk, wrapped_data_key, sealed_private, key_encryption_key, now() - interval '1 hour'
       FROM key, unnest($1::text[]) c WHERE purpose = 'sign' AND algorithm = 'ES256'`,
    [kids],
  );
  return kids;
}
const step = (predecessor: KeyId | null) => ({ predecessor, publishedForSeconds: 0, retireSeconds: 100_000, actor: OPERATOR });

describe('Ours: the first start makes one usable key of every type', () => {
  it('and audits each step', async () => {
    const management = await settled();
    for (const type of WANTED) expect((await rows(type.purpose, type.algorithm)).map(({ state }) => state)).toEqual(['active']);
    for (const action of ['key.created', 'key.published', 'key.activated']) expect(await audited(action)).toHaveLength(WANTED.length);
    expect((await audited('key.created'))[0]).toMatchObject({ actor_kind: 'schedule', actor_name: 'replica-1' });
    expect(management.announced).toHaveLength(2 * WANTED.length);
  });

  it('once, when five replicas start at the same moment', async () => {
    const replicas = Array.from({ length: 5 }, (_, number) => replica(queries, { instance: `replica-${number}` }));
    await Promise.all(replicas.map(async (one) => one.checkEncryption().then(() => one.schedule.run())));
    const { rows: all } = await owner.query<Row>('SELECT * FROM key');
    expect(all.map(({ purpose, algorithm, state }) => `${purpose} ${algorithm} ${state}`).sort()).toEqual(
      WANTED.map(({ purpose, algorithm }) => `${purpose} ${algorithm} active`).sort(),
    );
    expect(replicas.flatMap(({ announced }) => announced)).toHaveLength(2 * WANTED.length);
  });

  it('continues a start that was cut short', async () => {
    const management = replica(queries);
    const [type] = WANTED as [KeyType];
    await management.keys.create(await management.vault.create(type), { idempotencyKey: null, predecessor: null, actor: OPERATOR });
    await management.schedule.run();
    expect((await rows()).map(({ state }) => state)).toEqual(['active']);
  });

  it('keeps nothing of a private key in clear', async () => {
    const management = await settled();
    const { rows: all } = await owner.query<Record<string, unknown>>('SELECT k.*, e.* FROM key k JOIN key_management_audit_event e ON e.subject = k.kid');
    const [leased] = await management.leases.keysFor({ service: 'token', instance: 'i', nkey: 'n' }, ['sign']);
    const secret = leased === undefined ? '' : String(management.vault.open(leased)['d']);
    expect(secret).toHaveLength(43);
    const stored = JSON.stringify(all) + all.map((row) => (row['sealed_private'] as Buffer).toString('latin1')).join('');
    expect(stored.includes(secret) || stored.includes(Buffer.from(secret, 'base64url').toString('latin1'))).toBe(false);
  });
});

describe('C4 at most one active key per purpose and algorithm', () => {
  it('MUST let one of 40 concurrent activations of different keys win', async () => {
    const management = await settled();
    const before = await activeKid();
    const kids = await candidates(40);
    const won = (await Promise.all(kids.map((kid) => management.keys.activate(kid, step(before))))).filter((kid) => kid !== null);
    expect(won).toHaveLength(1);
    expect(await inState('active')).toEqual(won);
    expect(await inState('retiring')).toEqual([before]);
    expect(await audited('key.retired')).toHaveLength(1);
  });

  it('MUST let one of 40 concurrent activations of one key win', async () => {
    const management = await settled();
    const before = await activeKid();
    const [kid] = (await candidates(1)) as [KeyId];
    const won = await Promise.all(Array.from({ length: 40 }, () => management.keys.activate(kid, step(before))));
    expect(won.filter((one) => one !== null)).toEqual([kid]);
    expect([await inState('active'), await inState('retiring')]).toEqual([[kid], [before]]);
  });

  it('MUST let one of 40 win when there is no key to replace', async () => {
    const management = await settled();
    const kids = await candidates(40);
    await owner.query("DELETE FROM key WHERE state = 'active' AND purpose = 'sign' AND algorithm = 'ES256'");
    const won = (await Promise.all(kids.map((kid) => management.keys.activate(kid, step(null))))).filter((kid) => kid !== null);
    expect(won).toHaveLength(1);
    expect(await inState('active')).toEqual(won);
  });

  it('activates nothing that is not published, not long enough published, or not to replace the active key', async () => {
    const management = await settled();
    const before = await activeKid();
    const [kid] = (await candidates(1)) as [KeyId];
    expect(await management.keys.activate(kid, { ...step(before), publishedForSeconds: 7_200 })).toBeNull();
    expect(await management.keys.activate(kid, step(null))).toBeNull();
    expect(await management.keys.activate(kid, step(KeyId.parse('another')))).toBeNull();
    expect(await management.keys.activate(before, step(before))).toBeNull();
    expect(await inState('active')).toEqual([before]);
    expect(await inState('retiring')).toEqual([]);
  });
});

describe('KEY-4 a key through its whole life, by the schedule', () => {
  it('is replaced by a published successor, retires, and is erased', async () => {
    const management = await settled();
    const old = await activeKid();
    await owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await management.schedule.run();
    const [successor] = (await inState('published')) as [KeyId];
    expect([await inState('active'), successor === old]).toEqual([[old], false]);
    expect((await management.published.read()).keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([old, successor]));

    await owner.query("UPDATE key SET published_at = published_at - interval '899 seconds'");
    await management.schedule.run();
    expect(await inState('active')).toEqual([old]);
    await owner.query("UPDATE key SET published_at = published_at - interval '1 second'");
    await management.schedule.run();
    expect([await inState('active'), await inState('retiring')]).toEqual([[successor], [old]]);
    expect((await management.published.read()).keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([old, successor]));

    await owner.query("UPDATE key SET remove_after = now() WHERE state = 'retiring' AND isfinite(remove_after)");
    await management.schedule.run();
    const [removed] = (await owner.query<Record<string, unknown>>('SELECT * FROM key WHERE kid = $1', [old])).rows;
    expect(removed).toMatchObject({ state: 'removed', wrapped_data_key: null, sealed_private: null, revoked_at: null });
    expect((await management.published.read()).keys.map(({ kid }) => kid)).not.toContain(old);
    expect(management.announced.filter((one) => one.endsWith(old) || one.endsWith(successor))).toEqual([
      `published ${old}`,
      `active ${old}`,
      `published ${successor}`,
      `active ${successor}`,
      `removed ${old}`,
    ]);
  });

  it('makes one successor, although three replicas look at the same moment', async () => {
    await settled();
    await owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await Promise.all([1, 2, 3].map((number) => replica(queries, { instance: `replica-${number}` }).schedule.run()));
    expect((await rows()).map(({ state }) => state)).toEqual(['active', 'published']);
  });

  it('MUST NOT remove a client-secret key: secrets of clients are sealed to it', async () => {
    const management = await settled();
    const type = { purpose: 'client-secret', algorithm: 'ECDH-ES+A256KW' };
    const rotated = await management.rotation.rotate({ ...type, idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    expect(rotated.outcome).toBe('rotated');
    expect((await rows(type.purpose, type.algorithm)).map(({ state }) => state)).toEqual(['retiring', 'active']);
    const { keys } = await management.keys.list({ includeRemoved: false });
    expect(keys.find(({ purpose, state }) => purpose === 'client-secret' && state === 'retiring')?.removeAfter).toBeNull();
    const leased = await management.leases.keysFor({ service: 'token', instance: 'i', nkey: 'n' }, ['client-secret']);
    expect(leased).toHaveLength(2);
  });
});

describe('Decision 17: rotation by command', () => {
  const rotate = (management: Replica, over: Partial<Parameters<Replica['rotation']['rotate']>[0]> = {}) =>
    management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: true, actor: OPERATOR, ...over });

  it('publishes a successor, which the schedule activates after the lead', async () => {
    const management = await settled();
    const before = await activeKid();
    const { outcome, key } = await rotate(management);
    expect([outcome, key?.state]).toEqual(['scheduled', 'published']);
    await owner.query("UPDATE key SET published_at = now() - interval '900 seconds'");
    await management.schedule.run();
    expect(await inState('active')).toEqual([key?.kid]);
    expect(await inState('retiring')).toEqual([before]);
    expect((await audited('key.created')).at(-1)).toMatchObject({ actor_kind: 'operator', actor_name: 'ada', subject: key?.kid });
  });

  it('activates at once when told to', async () => {
    const management = await settled();
    const before = await activeKid();
    const { outcome, key } = await rotate(management, { whenPublished: false });
    expect([outcome, key?.state]).toEqual(['rotated', 'active']);
    expect([await inState('active'), await inState('retiring')]).toEqual([[key?.kid], [before]]);
  });

  it.each([true, false])('MUST answer the same request with the same key (whenPublished %s), also from several replicas at once', async (whenPublished) => {
    await settled();
    const answers = await Promise.all([1, 2, 3, 4].map((number) => rotate(replica(queries, { instance: `replica-${number}` }), { whenPublished })));
    const again = await rotate(replica(queries), { whenPublished });
    expect(new Set([...answers, again].map(({ key }) => key?.kid)).size).toBe(1);
    expect((await rows()).map(({ state }) => state)).toEqual(whenPublished ? ['active', 'published'] : ['retiring', 'active']);
  });

  it('uses the successor that the schedule has on its way, and finds it again by the request', async () => {
    const management = await settled();
    await owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await management.schedule.run();
    const [onItsWay] = await inState('published');
    expect(await rotate(management, { whenPublished: false })).toMatchObject({ outcome: 'rotated', key: { kid: onItsWay } });
    expect(await rotate(management, { whenPublished: false })).toMatchObject({ outcome: 'rotated', key: { kid: onItsWay } });
    expect(await inState('active')).toEqual([onItsWay]);
  });

  it('refuses what is no type of key, and the pairwise salt', async () => {
    const management = await settled();
    expect(await rotate(management, { algorithm: 'HS256' })).toEqual({ outcome: 'unknown_key_type', key: null });
    expect(await rotate(management, { purpose: 'pairwise', algorithm: 'HS256' })).toEqual({ outcome: 'never_rotated', key: null });
  });
});

describe('KEY-8 emergency revocation', () => {
  it('removes the key from the JWKS at once, erases it, and has a successor active', async () => {
    const management = await settled();
    const stolen = await activeKid();
    const { outcome, successor } = await management.rotation.revoke(stolen, OPERATOR);
    expect([outcome, successor?.state]).toEqual(['revoked', 'active']);
    expect(await inState('active')).toEqual([successor?.kid]);
    const published = (await management.published.read()).keys.map(({ kid }) => String(kid));
    expect([published.includes(stolen), published.includes(successor?.kid ?? '')]).toEqual([false, true]);
    const [row] = (await owner.query<Record<string, unknown>>('SELECT * FROM key WHERE kid = $1', [stolen])).rows;
    expect(row).toMatchObject({ state: 'removed', revocation: 'operator ada', sealed_private: null, wrapped_data_key: null });
    expect(await audited('key.revoked')).toEqual([{ subject: stolen, actor_kind: 'operator', actor_name: 'ada' }]);
    expect(management.announced.slice(-2)).toEqual([`removed ${stolen}`, `active ${successor?.kid}`]);
  });

  it('prefers a successor that verifiers have already', async () => {
    const management = await settled();
    const [published] = (await candidates(1)) as [KeyId];
    expect((await management.rotation.revoke(await activeKid(), OPERATOR)).successor?.kid).toBe(published);
  });

  it('twice is the same as once', async () => {
    const management = await settled();
    const stolen = await activeKid();
    const first = await management.rotation.revoke(stolen, OPERATOR);
    expect(await management.rotation.revoke(stolen, OPERATOR)).toEqual(first);
    expect(await rows()).toHaveLength(2);
  });

  it('of a retiring or published key needs no successor', async () => {
    const management = await settled();
    const before = await activeKid();
    const [kid, other] = (await candidates(2)) as [KeyId, KeyId];
    await management.keys.activate(kid, step(before));
    await management.rotation.revoke(before, OPERATOR);
    await management.rotation.revoke(other, OPERATOR);
    expect((await rows()).map(({ kid: one, state }) => [one, state]).sort()).toEqual([[before, 'removed'], [kid, 'active'], [other, 'removed']].sort());
  });

  it('does not get stuck on a successor that was revoked itself', async () => {
    const management = await settled();
    const first = await activeKid();
    const [second] = (await candidates(1)) as [KeyId];
    await management.rotation.revoke(second, OPERATOR);
    const { successor } = await management.rotation.revoke(first, OPERATOR);
    expect(successor?.state).toBe('active');
  });

  it('knows what it does not know and what it must not take away', async () => {
    const management = await settled();
    const [pairwise] = (await rows('pairwise', 'HS256')) as [Row];
    expect((await management.rotation.revoke('nobody', OPERATOR)).outcome).toBe('unknown');
    expect((await management.rotation.revoke(pairwise.kid, OPERATOR)).outcome).toBe('never_revoked');
  });

  it('by ten replicas at once, while the schedule activates: one key is active afterwards, and it is not the revoked one', async () => {
    const management = await settled();
    for (let round = 0; round < 5; round += 1) {
      const stolen = await activeKid();
      const [due] = (await candidatesOf(stolen, round)) as [KeyId];
      const revocations = Array.from({ length: 10 }, (_, number) => replica(queries, { instance: `replica-${number}` }).rotation.revoke(stolen, OPERATOR));
      const outcomes = await Promise.all([...revocations, management.keys.activate(due, step(stolen))]);
      expect(outcomes.filter((one) => typeof one === 'object' && one?.outcome === 'revoked')).toHaveLength(10);
      const active = await inState('active');
      expect([active.length, active.includes(stolen)]).toEqual([1, false]);
    }
  });

  /** A published key that is to replace the given one. */
  async function candidatesOf(active: KeyId, round: number): Promise<KeyId[]> {
    const kid = KeyId.parse(`round-${round}`);
    await owner.query(
      `INSERT INTO key (kid, purpose, algorithm, state, public_jwk, wrapped_data_key, sealed_private, key_encryption_key, published_at)
       SELECT $2, purpose, algorithm, 'published', public_jwk, wrapped_data_key, sealed_private, key_encryption_key, now() FROM key WHERE kid = $1`,
      [active, kid],
    );
    return [kid];
  }
});

describe('KEY-7 leases on a real database', () => {
  it('give a lessee keys it can use, and only as long as they are not retired', async () => {
    const management = await settled();
    const lease = lessee(management, 'token', ['sign', 'client-secret', 'derivation', 'pairwise']);
    await lease.start();
    const before = lease.signingKey('ES256');
    expect(before.kid).toBe(await activeKid());
    expect((['client-secret', 'derivation', 'pairwise'] as const).map((purpose) => lease.openingKeys(purpose).length)).toEqual([1, 1, 1]);
    await management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    const next = lessee(management, 'token', ['sign']);
    await next.start();
    expect(next.signingKey('ES256').kid).toBe(await activeKid());
    expect(next.openingKeys('sign').map(({ kid }) => kid)).not.toContain(before.kid);
  });

  const PURPOSES = Object.keys(LESSEES) as KeyPurpose[];
  const pairs = ServiceName.options.flatMap((service) => PURPOSES.map((purpose) => [service, purpose] as const));
  it('MUST be given for the allowed pairs of service and purpose and refused for every other (NAT-3)', async () => {
    const management = await settled();
    const given = await Promise.all(
      pairs.map(async ([service, purpose]) => {
        const refused = await lessee(management, service, [purpose]).start().then(() => null, (error: { cause: { reason: string } }) => error.cause.reason);
        return [service, purpose, refused];
      }),
    );
    const allowed = (service: ServiceName, purpose: KeyPurpose) => (LESSEES[purpose] as readonly ServiceName[]).includes(service);
    expect(given).toEqual(pairs.map(([service, purpose]) => [service, purpose, allowed(service, purpose) ? null : 'key_lease.purpose_not_allowed']));
  });

  it('MUST be refused as a whole when one purpose is not allowed', async () => {
    const lease = lessee(await settled(), 'device-ciba', ['derivation', 'sign']);
    await expect(lease.start()).rejects.toMatchObject({ cause: { reason: 'key_lease.purpose_not_allowed' } });
  });

  it.each([
    ['signed by another service', { seed: identityOf('gateway').seed }, 'key_lease.foreign_nkey'],
    ['with a swapped ephemeral key', { bend: (message: { payload: string }) => ({ ...message, payload: message.payload.replace(/"x":"....../, '"x":"AAAAAA') }) }, 'key_lease.bad_signature'],
    ['with more purposes than were signed', { bend: (message: { payload: string }) => ({ ...message, payload: message.payload.replace('["derivation"]', '["derivation","sign"]') }) }, 'key_lease.bad_signature'],
    ['under the name of another nkey', { bend: (message: object) => ({ ...message, nkey: identityOf('authorization').nkey }) }, 'key_lease.foreign_nkey'],
  ])('MUST be refused when the request is %s, and the refusal is recorded once', async (_case, given, reason) => {
    const management = await settled();
    for (let time = 0; time < 3; time += 1) {
      await expect(lessee(management, 'token', ['derivation'], given as object).start()).rejects.toMatchObject({ cause: { reason } });
    }
    const { rows: recorded } = await owner.query('SELECT service, outcome, kids FROM lease_audit');
    expect(recorded).toEqual([{ service: 'token', outcome: reason, kids: [] }]);
  });

  it('are audited with the keys they gave: once an hour, and at once when the keys are others', async () => {
    const management = await settled();
    for (let time = 0; time < 5; time += 1) await lessee(management, 'token', ['sign']).start();
    await lessee(management, 'token', ['sign'], { instance: 'token-2' }).start();
    await management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    await lessee(management, 'token', ['sign']).start();
    const { rows: recorded } = await owner.query<{ instance: string; kids: string[]; nkey: string }>('SELECT instance, kids, nkey FROM lease_audit ORDER BY id');
    expect(recorded.map(({ instance }) => instance)).toEqual(['token-1', 'token-2', 'token-1']);
    expect([recorded[0]?.kids.length, recorded[2]?.kids.includes(await activeKid()), recorded[0]?.nkey]).toEqual([2, true, identityOf('token').nkey]);
    await management.leases.removeOldAudit();
    expect((await owner.query('SELECT FROM lease_audit')).rowCount).toBe(3);
  });

  it('MUST be given to openers before a key is active, so that nobody is handed what it cannot open', async () => {
    const management = await settled();
    await management.rotation.rotate({ purpose: 'password-transport', algorithm: 'ECDH-ES+A256KW', idempotencyKey: 'request-number-one', whenPublished: true, actor: OPERATOR });
    const lease = lessee(management, 'authorization', ['password-transport']);
    await lease.start();
    expect(lease.openingKeys('password-transport').map(({ use }) => use)).toEqual(['active', 'published']);
  });
});

describe('KEY-6 a stored key opens in its own row only', () => {
  it.each([
    ['the private part of another key', "UPDATE key k SET sealed_private = o.sealed_private, wrapped_data_key = o.wrapped_data_key FROM key o WHERE k.algorithm = 'ES256' AND o.algorithm = 'EdDSA'"],
    ['another purpose', "UPDATE key SET purpose = 'derivation' WHERE algorithm = 'ES256'"],
    ['another name', "UPDATE key SET kid = 'mine' WHERE algorithm = 'ES256'"],
    ['a changed bit', "UPDATE key SET sealed_private = set_byte(sealed_private, 40, get_byte(sealed_private, 40) # 1) WHERE algorithm = 'ES256'"],
  ])('MUST NOT open with %s', async (_case, tamper) => {
    await settled();
    await owner.query(tamper);
    const lease = lessee(replica(queries), 'token', ['sign', 'derivation']);
    await expect(lease.start()).rejects.toMatchObject({ cause: { name: 'Outage', dependency: 'key-encryption' } });
  });
});

describe('deploy.md §2.11 rotation of the key-encryption key', () => {
  const [first, second] = [keyBytes(), keyBytes()];
  const onlyFirst = () => keyring('kek-1', { 'kek-1': first });
  const both = () => keyring('kek-2', { 'kek-1': first, 'kek-2': second });
  const onlySecond = () => keyring('kek-2', { 'kek-2': second });

  it('needs the old key until everything is rewrapped, and not afterwards', async () => {
    await settled({ readKeyring: onlyFirst });
    const kid = await activeKid();
    await expect(replica(queries, { readKeyring: onlySecond }).checkEncryption()).rejects.toThrow(
      'key-encryption key "kek-1" is missing: keys are wrapped with it; put it back into KEY_ENCRYPTION_KEYRING',
    );

    const management = replica(queries, { readKeyring: both });
    await management.checkEncryption();
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: true })).toEqual({ rewrapped: 0, remaining: WANTED.length, activeKeyEncryptionKey: 'kek-2' });
    expect(await management.wrappings.counts()).toEqual([{ id: 'kek-1', wrapped: WANTED.length }]);
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: false })).toEqual({ rewrapped: WANTED.length, remaining: 0, activeKeyEncryptionKey: 'kek-2' });
    expect(await management.rewrapping.rewrap({ actor: OPERATOR, dryRun: false })).toMatchObject({ rewrapped: 0, remaining: 0 });
    expect(await audited('key.rewrapped')).toHaveLength(WANTED.length);
    expect([...(await management.wrappings.canaries()).keys()]).toEqual(['kek-2']);

    const restarted = await settled({ readKeyring: onlySecond });
    const lease = lessee(restarted, 'token', ['sign']);
    await lease.start();
    expect(lease.signingKey('ES256').kid).toBe(kid);
    await expect(replica(queries, { readKeyring: onlyFirst }).checkEncryption()).rejects.toThrow('key-encryption key "kek-2" is missing');
  });

  it('goes on with the keys that are left, on several replicas at once too', async () => {
    await settled({ readKeyring: onlyFirst });
    const management = replica(queries, { readKeyring: both });
    const [some] = await management.wrappings.toRewrap('kek-2', 1);
    if (some === undefined) throw new Error('nothing to rewrap');
    await management.wrappings.rewrap('kek-2', [{ kid: some.kid, wrapped: management.vault.rewrap(some), replaced: some.wrappedDataKey }], OPERATOR);
    const outcomes = await Promise.all([1, 2, 3].map(() => replica(queries, { readKeyring: both }).rewrapping.rewrap({ actor: OPERATOR, dryRun: false })));
    expect(outcomes.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(WANTED.length - 1);
    await expect(settled({ readKeyring: onlySecond })).resolves.toBeDefined();
  });

  it('finds a key that has the right id and other bytes, before anything is to be opened', async () => {
    await settled({ readKeyring: onlyFirst });
    await expect(replica(queries, { readKeyring: () => keyring('kek-1', { 'kek-1': second }) }).checkEncryption()).rejects.toThrow(
      'key-encryption key "kek-1" is not the one keys were wrapped with',
    );
  });

  it('lets one of two processes with different bytes under one id start', async () => {
    const checks = [first, second].map((bytes) => replica(queries, { readKeyring: () => keyring('kek-1', { 'kek-1': bytes }) }).checkEncryption());
    const outcomes = await Promise.allSettled(checks);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('F29 goes on with what was opened when the key goes away at run time, and heals without a restart', async () => {
    let current = onlyFirst;
    const management = await settled({ readKeyring: () => current() });
    await lessee(management, 'token', ['sign']).start();
    current = onlySecond;
    await expect(management.checkEncryption()).rejects.toThrow('"kek-1" is missing');
    await lessee(management, 'token', ['sign']).start();
    current = both;
    await management.checkEncryption();
  });
});
