import { OutboundHttp, parseOutboundPolicy } from '@tessera/outbound-http';
import { startHttpsServer, testCertificate, type TestCertificate, type TestHttpsServer } from '@tessera/outbound-http/testing';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import type { KeySetClaim } from '@tessera/protocol/client-key-set';
import { declaredClient, declaredResource } from '@tessera/protocol/declaration/testing';
import { silentLogger } from '@tessera/observability';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { ClientId, systemClock } from '@tessera/vocabulary';
import { applyRequest, authorizationOn } from '../testing.js';
import { KeySetFetching, OutboundKeySetSource, SqlClientKeySets } from './index.js';

const { p256, rsa2048 } = EXAMPLE_KEYS;
const CLIENT = ClientId.parse('s6BhdRkqt3');
const URI = 'https://client.example.com/jwks';
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, client_change, authorization_audit_event CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const replica = () => authorizationOn(db.pool('tessera_authorization', 3));
const age = (seconds: number, column = 'attempted_at') =>
  db.owner.query(`UPDATE client_key_set SET ${column} = ${column} - interval '${seconds} seconds'`);

/** A replica with one client with a jwks_uri whose host has a key set. */
async function withUri(jwksUri = URI) {
  const authorization = replica();
  authorization.hosts.keySet(jwksUri, [p256]);
  const declared = declaredClient({ authenticationMethod: 'private_key_jwt', secret: undefined, jwksUri });
  expect(
    (await authorization.applying.apply(applyRequest({ resources: [declaredResource()], clients: [declared] }))).outcome,
  ).toBe('applied');
  return authorization;
}

describe('Ours (OUT-5): key sets in PostgreSQL', () => {
  it('on first use the set is fetched, stored and announced', async () => {
    const { fetching, announced } = await withUri();
    const before = announced.length;
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'refreshed', freshSeconds: 3_600 });
    expect(await rows('SELECT keys, failure, fetched_at IS NOT NULL AS fetched FROM client_key_set')).toEqual([
      { keys: [p256], failure: null, fetched: true },
    ]);
    expect(announced).toHaveLength(before + 1);
    expect(await rows(`SELECT id FROM client_change WHERE kind = 'client'`)).toEqual([{ id: CLIENT }]);
  });

  it('is audited when the keys are others than before, as an act of the client (SEC-4)', async () => {
    const { fetching } = await withUri();
    await fetching.refresh(CLIENT);
    await age(61);
    await fetching.refresh(CLIENT);
    const audited = await rows(
      `SELECT actor_kind, subject, detail FROM authorization_audit_event WHERE action = 'client-key-set.changed'`,
    );
    expect(audited).toEqual([{ actor_kind: 'client', subject: CLIENT, detail: { jwksUri: URI, kids: ['1'] } }]);
  });

  it('of N replicas that are asked at once one fetches, also when asked again and again', async () => {
    const first = await withUri();
    const replicas = [first, ...Array.from({ length: 4 }, replica)];
    for (const one of replicas) one.hosts.keySet(URI, [p256]);
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, index) => replicas[index % 5]?.fetching.refresh(CLIENT)));
    expect(replicas.flatMap((one) => one.hosts.asked)).toHaveLength(1);
    const counted = outcomes.map((one) => one?.outcome);
    expect(counted.filter((one) => one === 'refreshed').length).toBeGreaterThanOrEqual(1);
    expect(counted.filter((one) => one !== 'refreshed' && one !== 'too_soon' && one !== 'under_way')).toEqual([]);
  }, 20_000);

  it('MUST tell a replica that comes while another one fetches, until the result is there', async () => {
    const { fetching } = await withUri();
    const [one, another] = [new SqlClientKeySets(replica().queries), new SqlClientKeySets(replica().queries)];
    for (const result of [
      (claim: KeySetClaim) => one.store(claim, [p256]),
      (claim: KeySetClaim) => one.recordFailure(claim, 'nobody answered'),
      () => age(5),
    ]) {
      const claim = await one.claim(CLIENT);
      if (claim.outcome !== 'claimed') throw new Error('not claimed');
      expect(await another.claim(CLIENT)).toEqual({ outcome: 'under_way' });
      expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'under_way' });
      await result(claim);
      expect(await another.claim(CLIENT)).toEqual({ outcome: 'too_soon' });
      await age(61);
    }
  });

  it('MUST tell the same of a fetch by the schedule', async () => {
    await withUri();
    const keySets = new SqlClientKeySets(replica().queries);
    expect(await keySets.claimDue(10, [])).toHaveLength(1);
    expect(await keySets.claim(CLIENT)).toEqual({ outcome: 'under_way' });
  });

  it('MUST say under_way to all who lose the race for the claim', async () => {
    await withUri();
    const keySets = Array.from({ length: 5 }, () => new SqlClientKeySets(replica().queries));
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(Array.from({ length: 40 }, (_, index) => keySets[index % 5]?.claim(CLIENT)));
      const counted = outcomes.map((one) => one?.outcome);
      expect(counted.filter((one) => one === 'claimed')).toHaveLength(1);
      expect(counted.filter((one) => one === 'under_way')).toHaveLength(39);
      await age(61);
    }
  }, 20_000);

  it('those who ask the same replica wait for the same fetch', async () => {
    const { fetching, hosts } = await withUri();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => fetching.refresh(CLIENT)));
    expect(outcomes.map((one) => one.outcome)).toEqual(Array.from({ length: 10 }, () => 'refreshed'));
    expect(hosts.asked).toHaveLength(1);
  });

  it('after a minute it may be fetched again', async () => {
    const { fetching, hosts } = await withUri();
    await fetching.refresh(CLIENT);
    await age(59);
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'too_soon' });
    await age(2);
    expect(await fetching.refresh(CLIENT)).toMatchObject({ outcome: 'unchanged' });
    expect(hosts.asked).toHaveLength(2);
  });

  it('a failed fetch keeps the keys, remembers why and counts as a fetch', async () => {
    const { fetching, hosts } = await withUri();
    await fetching.refresh(CLIENT);
    await age(61);
    hosts.answers.set(URI, { outcome: 'failed', fault: 'redirected' });
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'failed' });
    expect(await rows('SELECT keys, failure FROM client_key_set')).toEqual([
      { keys: [p256], failure: 'the host redirects; redirects are not followed' },
    ]);
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'too_soon' });
  });

  it('an interrupted fetch is seen as such, and tried again by the schedule', async () => {
    await withUri();
    const keySets = new SqlClientKeySets(replica().queries);
    expect(await keySets.claim(CLIENT)).toMatchObject({ outcome: 'claimed', jwksUri: URI });
    expect(await rows('SELECT failure FROM client_key_set')).toEqual([{ failure: 'the fetch is under way, or was interrupted' }]);
    expect(await keySets.claimDue(10, [])).toEqual([]);
    await age(301);
    expect(await keySets.claimDue(10, [])).toMatchObject([{ clientId: CLIENT }]);
  });

  it('drops what comes after the client got another jwks_uri, or after a later claim', async () => {
    await withUri();
    const keySets = new SqlClientKeySets(replica().queries);
    const claim = await keySets.claim(CLIENT);
    if (claim.outcome !== 'claimed') throw new Error('not claimed');
    await age(61);
    const later = await keySets.claim(CLIENT);
    if (later.outcome !== 'claimed') throw new Error('not claimed');
    expect(await keySets.store(claim, [rsa2048])).toBe('superseded');
    await db.owner.query(`UPDATE client SET jwks_uri = 'https://client.example.com/new'`);
    expect(await keySets.store(later, [rsa2048])).toBe('superseded');
    expect(await rows('SELECT keys FROM client_key_set')).toEqual([{ keys: [] }]);
  });

  it('knows clients without a jwks_uri, and nobody', async () => {
    const { applying, fetching, hosts } = replica();
    const byValue = declaredClient({ authenticationMethod: 'private_key_jwt', secret: undefined, jwks: { keys: [p256] } });
    await applying.apply(
      applyRequest({ resources: [declaredResource()], clients: [byValue, declaredClient({ clientId: 'secret' })] }),
    );
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'no_uri' });
    expect(await fetching.refresh(ClientId.parse('secret'))).toEqual({ outcome: 'no_uri' });
    expect(await fetching.refresh(ClientId.parse('nobody'))).toEqual({ outcome: 'unknown_client' });
    expect(await fetching.refreshDue()).toBe(0);
    expect(hosts.asked).toEqual([]);
  });
});

describe('Ours (OUT-5): the schedule of fetches', () => {
  it.each([
    ['never fetched', async () => undefined, 1],
    ['fetched a moment ago', async (fetch: () => Promise<unknown>) => fetch(), 0],
    ['fetched 59 minutes ago', async (fetch: () => Promise<unknown>) => (await fetch(), await age(3_540)), 0],
    ['fetched an hour ago', async (fetch: () => Promise<unknown>) => (await fetch(), await age(3_601)), 1],
  ])('a set that was %s', async (_case, prepare, due) => {
    const { fetching } = await withUri();
    await prepare(() => fetching.refresh(CLIENT));
    expect(await fetching.refreshDue()).toBe(due);
  });

  it('a shorter freshness brings it forward, in the process that fetched', async () => {
    const { queries, hosts, announced } = await withUri();
    let now = 0;
    const fetching = new KeySetFetching(
      { keySets: new SqlClientKeySets(queries), source: new OutboundKeySetSource(hosts) },
      { announce: async () => void announced.push(0) },
      { monotonicMs: () => now },
      silentLogger,
    );
    hosts.keySet(URI, [p256], { 'cache-control': 'max-age=600' });
    expect(await fetching.refresh(CLIENT)).toEqual({ outcome: 'refreshed', freshSeconds: 600 });
    await age(601);
    expect(await fetching.refreshDue()).toBe(0);
    now = 600_000;
    expect(await fetching.refreshDue()).toBe(1);
  });

  it('replicas that look at once share the work, and none is done twice', async () => {
    const { applying } = replica();
    const clients = Array.from({ length: 60 }, (_, index) =>
      declaredClient({
        clientId: `c${index}`,
        authenticationMethod: 'private_key_jwt',
        secret: undefined,
        jwksUri: `https://client.example.com/${index}`,
      }),
    );
    await applying.apply(applyRequest({ resources: [declaredResource()], clients }));
    const replicas = Array.from({ length: 3 }, replica);
    const counts = await Promise.all(replicas.map((one) => one.fetching.refreshDue()));
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(60);
    expect(new Set(replicas.flatMap((one) => one.hosts.asked)).size).toBe(60);
  }, 20_000);
});

describe('Ours (OUT-1 to OUT-4): key sets are fetched through the guarded client', () => {
  let certificate: TestCertificate;
  let server: TestHttpsServer | null = null;
  beforeAll(() => {
    certificate = testCertificate('DNS:client.example.com');
  });
  afterEach(async () => {
    await server?.close();
  });

  const fetchFrom = async (port: number, allowed: string[], lookUpPublicHost = async () => ['127.0.0.1']) => {
    const policy = parseOutboundPolicy({ ports: [port], allowedHosts: allowed });
    const http = new OutboundHttp({
      policy,
      extraCa: certificate.ca,
      lookUpPublicHost,
      lookUpAllowedHost: async () => ['127.0.0.1'],
    });
    const { queries } = await withUri(`https://client.example.com:${port}/jwks`);
    const fetching = new KeySetFetching(
      { keySets: new SqlClientKeySets(queries), source: new OutboundKeySetSource(http) },
      { announce: async () => undefined },
      systemClock,
      silentLogger,
    );
    return {
      outcome: (await fetching.refresh(CLIENT)).outcome,
      row: (await rows('SELECT keys, failure FROM client_key_set'))[0],
    };
  };

  it('from a real HTTPS server', async () => {
    server = await startHttpsServer(certificate, (_request, response) =>
      response
        .setHeader('content-type', 'application/jwk-set+json')
        .end(JSON.stringify({ keys: [p256, { ...rsa2048, use: 'enc' }] })),
    );
    expect(await fetchFrom(server.port, [`client.example.com:${server.port}`])).toEqual({
      outcome: 'refreshed',
      row: { keys: [p256], failure: null },
    });
  });

  it('MUST NOT reach a private address', async () => {
    let reached = 0;
    server = await startHttpsServer(certificate, (_request, response) => {
      reached += 1;
      response.end();
    });
    expect(await fetchFrom(server.port, [])).toEqual({
      outcome: 'failed',
      row: { keys: [], failure: 'the host of the jwks_uri has a private address (OUTBOUND_ALLOWED_HOSTS)' },
    });
    expect(reached).toBe(0);
  });
});
