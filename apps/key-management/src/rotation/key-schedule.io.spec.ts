import type { KeyType } from '@tessera/protocol/key-lifecycle';
import { KeyId } from '@tessera/vocabulary';
import { replica, WANTED } from '../testing.js';
import { type KeyRow, OPERATOR, step, useKeyDatabase } from '../testing-database.js';

const database = useKeyDatabase();

describe('Ours: the first start makes one usable key of every type', () => {
  it('and audits each step', async () => {
    const management = await database.settled();
    for (const type of WANTED) expect((await database.rows(type.purpose, type.algorithm)).map(({ state }) => state)).toEqual(['active']);
    for (const action of ['key.created', 'key.published', 'key.activated']) expect(await database.audited(action)).toHaveLength(WANTED.length);
    expect((await database.audited('key.created'))[0]).toMatchObject({ actor_kind: 'schedule', actor_name: 'replica-1' });
    expect(management.announced).toHaveLength(2 * WANTED.length);
  });

  it('once, when five replicas start at the same moment', async () => {
    const replicas = Array.from({ length: 5 }, (_, number) => replica(database.queries, { instance: `replica-${number}` }));
    await Promise.all(replicas.map(async (one) => one.checkEncryption().then(() => one.schedule.run())));
    const { rows: all } = await database.owner.query<KeyRow>('SELECT * FROM key');
    expect(all.map(({ purpose, algorithm, state }) => `${purpose} ${algorithm} ${state}`).sort()).toEqual(
      WANTED.map(({ purpose, algorithm }) => `${purpose} ${algorithm} active`).sort(),
    );
    expect(replicas.flatMap(({ announced }) => announced)).toHaveLength(2 * WANTED.length);
  });

  it('continues a start that was cut short', async () => {
    const management = replica(database.queries);
    const [type] = WANTED as [KeyType];
    await management.keys.create(await management.vault.create(type), { idempotencyKey: null, predecessor: null, actor: OPERATOR });
    await management.schedule.run();
    expect((await database.rows()).map(({ state }) => state)).toEqual(['active']);
  });

  it('keeps nothing of a private key in clear', async () => {
    const management = await database.settled();
    const { rows: all } = await database.owner.query<Record<string, unknown>>('SELECT k.*, e.* FROM key k JOIN key_management_audit_event e ON e.subject = k.kid');
    const [leased] = await management.leases.keysFor({ service: 'token', instance: 'i', nkey: 'n' }, ['sign']);
    const secret = leased === undefined ? '' : String(management.vault.open(leased)['d']);
    expect(secret).toHaveLength(43);
    const stored = JSON.stringify(all) + all.map((row) => (row['sealed_private'] as Buffer).toString('latin1')).join('');
    expect(stored.includes(secret) || stored.includes(Buffer.from(secret, 'base64url').toString('latin1'))).toBe(false);
  });
});

describe('C4 at most one active key per purpose and algorithm', () => {
  it('MUST let one of 40 concurrent activations of different keys win', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const kids = await database.candidates(40);
    const won = (await Promise.all(kids.map((kid) => management.keys.activate(kid, step(before))))).filter((kid) => kid !== null);
    expect(won).toHaveLength(1);
    expect(await database.inState('active')).toEqual(won);
    expect(await database.inState('retiring')).toEqual([before]);
    expect(await database.audited('key.retired')).toHaveLength(1);
  });

  it('MUST let one of 40 concurrent activations of one key win', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const [kid] = (await database.candidates(1)) as [KeyId];
    const won = await Promise.all(Array.from({ length: 40 }, () => management.keys.activate(kid, step(before))));
    expect(won.filter((one) => one !== null)).toEqual([kid]);
    expect([await database.inState('active'), await database.inState('retiring')]).toEqual([[kid], [before]]);
  });

  it('MUST let one of 40 win when there is no key to replace', async () => {
    const management = await database.settled();
    const kids = await database.candidates(40);
    await database.owner.query("DELETE FROM key WHERE state = 'active' AND purpose = 'sign' AND algorithm = 'ES256'");
    const won = (await Promise.all(kids.map((kid) => management.keys.activate(kid, step(null))))).filter((kid) => kid !== null);
    expect(won).toHaveLength(1);
    expect(await database.inState('active')).toEqual(won);
  });

  it('activates nothing that is not published, not long enough published, or not to replace the active key', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const [kid] = (await database.candidates(1)) as [KeyId];
    expect(await management.keys.activate(kid, { ...step(before), publishedForSeconds: 7_200 })).toBeNull();
    expect(await management.keys.activate(kid, step(null))).toBeNull();
    expect(await management.keys.activate(kid, step(KeyId.parse('another')))).toBeNull();
    expect(await management.keys.activate(before, step(before))).toBeNull();
    expect(await database.inState('active')).toEqual([before]);
    expect(await database.inState('retiring')).toEqual([]);
  });
});

describe('KEY-4 a key through its whole life, by the schedule', () => {
  it('is replaced by a published successor, retires, and is erased', async () => {
    const management = await database.settled();
    const old = await database.activeKid();
    await database.owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await management.schedule.run();
    const [successor] = (await database.inState('published')) as [KeyId];
    expect([await database.inState('active'), successor === old]).toEqual([[old], false]);
    expect((await management.published.read()).keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([old, successor]));

    await database.owner.query("UPDATE key SET published_at = published_at - interval '899 seconds'");
    await management.schedule.run();
    expect(await database.inState('active')).toEqual([old]);
    await database.owner.query("UPDATE key SET published_at = published_at - interval '1 second'");
    await management.schedule.run();
    expect([await database.inState('active'), await database.inState('retiring')]).toEqual([[successor], [old]]);
    expect((await management.published.read()).keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([old, successor]));

    expect(await management.keys.remove(old, OPERATOR)).toBeNull();
    await database.owner.query("UPDATE key SET remove_after = now() WHERE state = 'retiring' AND isfinite(remove_after)");
    await management.schedule.run();
    const [removed] = (await database.owner.query<Record<string, unknown>>('SELECT * FROM key WHERE kid = $1', [old])).rows;
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
    await database.settled();
    await database.owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await Promise.all([1, 2, 3].map((number) => replica(database.queries, { instance: `replica-${number}` }).schedule.run()));
    expect((await database.rows()).map(({ state }) => state)).toEqual(['active', 'published']);
  });

  it('MUST NOT remove a client-secret key: secrets of clients are sealed to it', async () => {
    const management = await database.settled();
    const type = { purpose: 'client-secret', algorithm: 'ECDH-ES+A256KW' };
    const rotated = await management.rotation.rotate({ ...type, idempotencyKey: 'request-number-one', whenPublished: false, actor: OPERATOR });
    expect(rotated.outcome).toBe('rotated');
    expect((await database.rows(type.purpose, type.algorithm)).map(({ state }) => state)).toEqual(['retiring', 'active']);
    const { keys } = await management.keys.list({ includeRemoved: false });
    expect(keys.find(({ purpose, state }) => purpose === 'client-secret' && state === 'retiring')?.removeAfter).toBeNull();
    const leased = await management.leases.keysFor({ service: 'token', instance: 'i', nkey: 'n' }, ['client-secret']);
    expect(leased).toHaveLength(2);
  });
});
