import { KeyId } from '@tessera/vocabulary';
import { replica, type Replica } from '../testing.js';
import { type KeyRow, OPERATOR, step, useKeyDatabase } from '../testing-database.js';

const database = useKeyDatabase();

const rotate = (management: Replica, over: Partial<Parameters<Replica['rotation']['rotate']>[0]> = {}) =>
  management.rotation.rotate({ purpose: 'sign', algorithm: 'ES256', idempotencyKey: 'request-number-one', whenPublished: true, actor: OPERATOR, ...over });

describe('Decision 17: rotation by command', () => {
  it('publishes a successor, which the schedule activates after the lead', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const { outcome, key } = await rotate(management);
    expect([outcome, key?.state]).toEqual(['scheduled', 'published']);
    await database.owner.query("UPDATE key SET published_at = now() - interval '900 seconds'");
    await management.schedule.run();
    expect(await database.inState('active')).toEqual([key?.kid]);
    expect(await database.inState('retiring')).toEqual([before]);
    expect((await database.audited('key.created')).at(-1)).toMatchObject({ actor_kind: 'operator', actor_name: 'ada', subject: key?.kid });
  });

  it('activates at once when told to', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const { outcome, key } = await rotate(management, { whenPublished: false });
    expect([outcome, key?.state]).toEqual(['rotated', 'active']);
    expect([await database.inState('active'), await database.inState('retiring')]).toEqual([[key?.kid], [before]]);
  });

  it.each([true, false])('MUST answer the same request with the same key (whenPublished %s), also from several replicas at once', async (whenPublished) => {
    await database.settled();
    const answers = await Promise.all([1, 2, 3, 4].map((number) => rotate(replica(database.queries, { instance: `replica-${number}` }), { whenPublished })));
    const again = await rotate(replica(database.queries), { whenPublished });
    expect(new Set([...answers, again].map(({ key }) => key?.kid)).size).toBe(1);
    expect((await database.rows()).map(({ state }) => state)).toEqual(whenPublished ? ['active', 'published'] : ['retiring', 'active']);
  });

  it('MUST make one successor for 40 commands at once, each with an idempotency key of its own', async () => {
    await database.settled();
    const replicas = Array.from({ length: 4 }, (_, number) => replica(database.queries, { instance: `replica-${number}` }));
    for (let round = 0; round < 5; round += 1) {
      const before = (await database.rows()).length;
      const commands = Array.from({ length: 40 }, (_, number) => ({ idempotencyKey: `request-${round}-number-${number}` }));
      const answers = await Promise.all(commands.map((command, number) => rotate(replicas[number % 4] ?? replica(database.queries), command)));
      const [kid] = await database.inState('published');
      expect(answers.map(({ outcome, key }) => [outcome, key?.kid])).toEqual(answers.map(() => ['scheduled', kid]));
      expect(await database.rows()).toHaveLength(before + 1);
      await database.owner.query("UPDATE key SET published_at = now() - interval '900 seconds' WHERE state = 'published'");
      await replicas[0]?.schedule.run();
    }
    expect((await database.audited('key.created')).filter(({ actor_kind: kind }) => kind === 'operator')).toHaveLength(5);
  });

  it('uses the successor that the schedule has on its way, and finds it again by the request', async () => {
    const management = await database.settled();
    await database.owner.query("UPDATE key SET active_at = now() - interval '90 days'");
    await management.schedule.run();
    const [onItsWay] = await database.inState('published');
    expect(await rotate(management, { whenPublished: false })).toMatchObject({ outcome: 'rotated', key: { kid: onItsWay } });
    expect(await rotate(management, { whenPublished: false })).toMatchObject({ outcome: 'rotated', key: { kid: onItsWay } });
    expect(await database.inState('active')).toEqual([onItsWay]);
  });

  it('refuses what is no type of key, and the pairwise salt', async () => {
    const management = await database.settled();
    expect(await rotate(management, { algorithm: 'HS256' })).toEqual({ outcome: 'unknown_key_type', key: null });
    expect(await rotate(management, { purpose: 'pairwise', algorithm: 'HS256' })).toEqual({ outcome: 'never_rotated', key: null });
  });
});

describe('KEY-8 emergency revocation', () => {
  it('removes the key from the JWKS at once, erases it, and has a successor active', async () => {
    const management = await database.settled();
    const stolen = await database.activeKid();
    const { outcome, successor } = await management.rotation.revoke(stolen, OPERATOR);
    expect([outcome, successor?.state]).toEqual(['revoked', 'active']);
    expect(await database.inState('active')).toEqual([successor?.kid]);
    const published = (await management.published.read()).keys.map(({ kid }) => String(kid));
    expect([published.includes(stolen), published.includes(successor?.kid ?? '')]).toEqual([false, true]);
    const [row] = (await database.owner.query<Record<string, unknown>>('SELECT * FROM key WHERE kid = $1', [stolen])).rows;
    expect(row).toMatchObject({ state: 'removed', revocation: 'operator ada', sealed_private: null, wrapped_data_key: null });
    expect(await database.audited('key.revoked')).toEqual([{ subject: stolen, actor_kind: 'operator', actor_name: 'ada' }]);
    expect(management.announced.slice(-3)).toEqual([`published ${successor?.kid}`, `removed ${stolen}`, `active ${successor?.kid}`]);
  });

  it('prefers a successor that verifiers have already', async () => {
    const management = await database.settled();
    const [published] = (await database.candidates(1)) as [KeyId];
    expect((await management.rotation.revoke(await database.activeKid(), OPERATOR)).successor?.kid).toBe(published);
  });

  it('twice is the same as once', async () => {
    const management = await database.settled();
    const stolen = await database.activeKid();
    const first = await management.rotation.revoke(stolen, OPERATOR);
    expect(await management.rotation.revoke(stolen, OPERATOR)).toEqual(first);
    expect(await database.rows()).toHaveLength(2);
  });

  it('of a retiring or published key needs no successor', async () => {
    const management = await database.settled();
    const before = await database.activeKid();
    const [kid, other] = (await database.candidates(2)) as [KeyId, KeyId];
    await management.keys.activate(kid, step(before));
    await management.rotation.revoke(before, OPERATOR);
    await management.rotation.revoke(other, OPERATOR);
    expect((await database.rows()).map(({ kid: one, state }) => [one, state]).sort()).toEqual([[before, 'removed'], [kid, 'active'], [other, 'removed']].sort());
  });

  it('MUST NOT happen to an active key without a key of the same type that can take its place', async () => {
    const management = await database.settled();
    const retired = await database.activeKid();
    const [active] = (await database.candidates(1)) as [KeyId];
    await management.keys.activate(active, step(retired));
    const { key: ofAnotherType } = await rotate(management, { algorithm: 'EdDSA' });
    for (const successor of [null, retired, active, ofAnotherType?.kid ?? null, KeyId.parse('nobody')]) {
      expect(await management.keys.revoke(active, { successor, revocation: 'drill', actor: OPERATOR })).toBeNull();
    }
    expect(await database.inState('active')).toEqual([active]);
  });

  it('does not get stuck on a successor that was revoked itself', async () => {
    const management = await database.settled();
    const first = await database.activeKid();
    const [second] = (await database.candidates(1)) as [KeyId];
    await management.rotation.revoke(second, OPERATOR);
    const { successor } = await management.rotation.revoke(first, OPERATOR);
    expect(successor?.state).toBe('active');
  });

  it('knows what it does not know and what it must not take away', async () => {
    const management = await database.settled();
    const [pairwise] = (await database.rows('pairwise', 'HS256')) as [KeyRow];
    expect((await management.rotation.revoke('nobody', OPERATOR)).outcome).toBe('unknown');
    expect((await management.rotation.revoke(pairwise.kid, OPERATOR)).outcome).toBe('never_revoked');
  });

  it('by ten replicas at once, while the schedule activates: one key is active afterwards, and it is not the revoked one', async () => {
    const management = await database.settled();
    for (let round = 0; round < 5; round += 1) {
      const stolen = await database.activeKid();
      const [due] = (await database.candidates(1, `round-${round}`)) as [KeyId];
      const revocations = Array.from({ length: 10 }, (_, number) => replica(database.queries, { instance: `replica-${number}` }).rotation.revoke(stolen, OPERATOR));
      const outcomes = await Promise.all([...revocations, management.keys.activate(due, step(stolen))]);
      expect(outcomes.filter((one) => typeof one === 'object' && one?.outcome === 'revoked')).toHaveLength(10);
      const active = await database.inState('active');
      expect([active.length, active.includes(stolen)]).toEqual([1, false]);
    }
  });
});
