import { createHmac, randomUUID } from 'node:crypto';
import { IssuePushedTokens, type RequestContract } from '@tessera/contracts';
import { client } from '@tessera/protocol/client/testing';
import { ClientRegistration } from '@tessera/protocol/client';
import { type ClaimedDelivery, type DeliveryClaim, type DeliveryListing, type DeliverySettlement, deskKind } from '@tessera/protocol/delivery';
import { Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { TokenSeal } from '../backchannel-authentication/index.js';
import { BackchannelFlow, CALL_CENTRE, LEASE, type StartedRequest } from '../backchannel-authentication/testing.js';
import { backchannelDeliveries, type BackchannelDeliveryKind } from './backchannel-deliveries.js';

const URL = 'https://client.example.org/told';
const SECRET = Buffer.alloc(32, 9);
const NOW = 1_700_000_000;
const TOKENS = { accessToken: 'access', lifetimeSeconds: 600, refreshToken: 'refresh', idToken: 'id' };

const db = useDatabase();
let flow: BackchannelFlow;
/** Token requests the service of tokens was asked for. */
let issued: unknown[];
let lost: boolean;
beforeEach(async () => {
  flow = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner);
  flow.clients.set(CALL_CENTRE, client({ clientId: CALL_CENTRE, name: 'Call centre', registration: ClientRegistration.parse({ backchannelClientNotificationEndpoint: URL }) }));
  [issued, lost] = [[], false];
  await flow.clear();
});

const call = (contract: RequestContract, request: unknown): Promise<unknown> => {
  if (contract.subject !== IssuePushedTokens.subject) return Promise.reject(new RangeError(`nobody serves ${contract.subject}`));
  issued.push(IssuePushedTokens.request.parse(request));
  return lost ? Promise.reject(new Outage('token', 'no answer')) : Promise.resolve({ tokens: { ...TOKENS, accessToken: `access-${issued.length}` } });
};
type Untold<Asked> = Omit<Asked, 'kind'>;
/** The desk's view of one kind, whose name the tests need not repeat. */
const deliveries = (kind: BackchannelDeliveryKind) => {
  const desk = deskKind(backchannelDeliveries(kind, {
    issuer: 'https://as.example.com',
    queries: flow.queries,
    directory: { client: (id) => Promise.resolve(flow.clients.get(id) ?? null) },
    services: { call: call as never },
    lease: LEASE,
    seal: new TokenSeal(LEASE),
    webPush: null,
    webhook: { url: 'https://authenticator.example.org/approvals', secret: SECRET },
    clock: { epochSeconds: () => NOW },
  }));
  return {
    ...desk,
    claim: (claim: Untold<DeliveryClaim>) => desk.claim({ kind, ...claim }),
    settle: (settlement: Untold<DeliverySettlement>) => desk.settle({ kind, ...settlement }),
    list: (listing: Untold<DeliveryListing>) => desk.list({ kind, ...listing }),
  };
};
const rowOf = async ({ id }: StartedRequest) => String((await flow.deliveries(id))[0]?.['id']);
const begin = (deliveryMode: 'ping' | 'push') => flow.begin({ request: { deliveryMode, notificationToken: 'notification-token' } });
const approve = async ({ id, accountId }: StartedRequest) => flow.approvals.decide({ id, accountId, grantId: await flow.grant(accountId), why: 'person' });
const deny = ({ id, accountId }: StartedRequest) => flow.approvals.decide({ id, accountId, grantId: null, why: 'person' });
const due = async (kind: BackchannelDeliveryKind) => await deliveries(kind).due(16, 512);
/** Lets the lease, and the wait until the next attempt, be over. */
const later = () => db.owner.query(`UPDATE backchannel_delivery SET next_at = now() - interval '1 second', leased_until = now() - interval '1 second' WHERE settled_at IS NULL`);

const body = (claimed: ClaimedDelivery): Record<string, unknown> => {
  if (claimed?.message.transport !== 'http') throw new Error('nothing to POST');
  return JSON.parse(claimed.message.body);
};

describe('CIBA Core §10.2 a ping', () => {
  it('is a POST of the auth_req_id and nothing else, with the client\'s own token as bearer', async () => {
    const started = await begin('ping');
    await approve(started);
    expect(await due('ping')).toEqual([{ row: await rowOf(started), attempt: 1, lane: CALL_CENTRE }]);
    const claimed = await deliveries('ping').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() });
    expect(claimed).toEqual({
      message: { transport: 'http', url: URL, headers: { authorization: 'Bearer notification-token', 'content-type': 'application/json' }, body: JSON.stringify({ auth_req_id: started.authReqId }) },
    });
  });

  it('follows a refusal as well, and says no more', async () => {
    const started = await begin('ping');
    await deny(started);
    expect(body(await deliveries('ping').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() }))).toEqual({ auth_req_id: started.authReqId });
  });

  it('leaves polling as it is: a ping that is lost costs promptness only (F14)', async () => {
    const started = await begin('ping');
    await approve(started);
    expect((await flow.poll(started.authReqId)).outcome).toBe('redeemed');
    expect(await due('ping')).toHaveLength(1);
  });
});

describe('CIB-6 claim and settle', () => {
  it('one claim of an attempt; the same one again gets the same', async () => {
    const started = await begin('ping');
    await approve(started);
    const row = await rowOf(started);
    const claimId = randomUUID();
    const first = await deliveries('ping').claim({ row, attempt: 1, claimId });
    expect(await deliveries('ping').claim({ row, attempt: 1, claimId })).toEqual(first);
    expect(await deliveries('ping').claim({ row, attempt: 1, claimId: randomUUID() })).toBeNull();
    expect(await deliveries('ping').claim({ row, attempt: 2, claimId: randomUUID() })).toBeNull();
    expect(await due('ping')).toEqual([]);
  });

  it('F06: who died with it leaves it due again when the lease ends; a late settlement of theirs changes nothing', async () => {
    const started = await begin('ping');
    await approve(started);
    const [row, dead, alive] = [await rowOf(started), randomUUID(), randomUUID()];
    await deliveries('ping').claim({ row, attempt: 1, claimId: dead });
    await later();
    expect(await due('ping')).toEqual([{ row, attempt: 2, lane: CALL_CENTRE }]);
    expect(await deliveries('ping').claim({ row, attempt: 2, claimId: alive })).not.toBeNull();
    expect(await deliveries('ping').settle({ row, attempt: 1, claimId: dead, outcome: 'given-up', retryInSeconds: 0, answer: '401' })).toBe('void');
    expect(await deliveries('ping').settle({ row, attempt: 2, claimId: alive, outcome: 'delivered', retryInSeconds: 0, answer: '204' })).toBe('delivered');
    expect(await deliveries('ping').settle({ row, attempt: 2, claimId: alive, outcome: 'delivered', retryInSeconds: 0, answer: '204' })).toBe('void');
    expect(await deliveries('ping').list({ lane: null, state: null, before: null, limit: 10 })).toMatchObject([{ row, state: 'delivered', attempts: 2, answer: '204', nextAt: null }]);
  });

  it('F15: retries until the request expires, and is given up then', async () => {
    const started = await begin('ping');
    await approve(started);
    const [row, claimId] = [await rowOf(started), randomUUID()];
    await deliveries('ping').claim({ row, attempt: 1, claimId });
    expect(await deliveries('ping').settle({ row, attempt: 1, claimId, outcome: 'retry', retryInSeconds: 2, answer: '500' })).toBe('retry');
    expect(await deliveries('ping').backlog()).toMatchObject({ waiting: 1 });
    await later();
    await deliveries('ping').claim({ row, attempt: 2, claimId });
    expect(await deliveries('ping').settle({ row, attempt: 2, claimId, outcome: 'retry', retryInSeconds: 1_000, answer: '500' })).toBe('given-up');
    expect(await deliveries('ping').backlog()).toMatchObject({ waiting: 0 });
  });

  it('what nobody claims before its end is closed', async () => {
    const started = await begin('ping');
    await approve(started);
    await db.owner.query(`UPDATE backchannel_delivery SET expires_at = now() - interval '1 second'`);
    expect(await due('ping')).toEqual([]);
    expect(await flow.queries.run('give-up-expired-backchannel-deliveries', [10])).toHaveLength(1);
    expect(await flow.deliveries(started.id)).toMatchObject([{ outcome: 'given-up', answer: 'expired' }]);
  });

  it.each([
    ['is gone', () => flow.clients.delete(CALL_CENTRE)],
    ['is out of use', () => flow.clients.set(CALL_CENTRE, client({ clientId: CALL_CENTRE, enabled: false }))],
    ['has no endpoint any more', () => flow.clients.set(CALL_CENTRE, client({ clientId: CALL_CENTRE }))],
  ])('is given up when the client %s', async (_case, change) => {
    const started = await begin('ping');
    await approve(started);
    change();
    expect(await deliveries('ping').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() })).toBeNull();
    expect(await flow.deliveries(started.id)).toMatchObject([{ outcome: 'given-up', answer: 'no-receiver' }]);
  });
});

describe('CIBA Core §10.3 a push', () => {
  it('redeems the request with the claim, and says the tokens (I1)', async () => {
    const started = await begin('push');
    await approve(started);
    const claimed = await deliveries('push').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() });
    expect(body(claimed)).toEqual({ auth_req_id: started.authReqId, access_token: 'access-1', token_type: 'Bearer', refresh_token: 'refresh', expires_in: 600, id_token: 'id' });
    expect(await flow.row(started.id)).toMatchObject({ state: 'redeemed' });
    expect(issued).toMatchObject([{ authReqId: started.authReqId, grant: { clientId: CALL_CENTRE, subject: started.accountId, sid: null } }]);
    expect(await flow.audited('backchannel-authentication.redeemed')).toBe(1);
  });

  it('CIB-7: each attempt says the same tokens, also after the process that made them died', async () => {
    const started = await begin('push');
    await approve(started);
    const row = await rowOf(started);
    const first = await deliveries('push').claim({ row, attempt: 1, claimId: randomUUID() });
    for (const attempt of [2, 3]) {
      await later();
      expect(await deliveries('push').claim({ row, attempt, claimId: randomUUID() })).toEqual(first);
    }
    expect(issued).toHaveLength(1);
    expect(JSON.stringify(await flow.deliveries(started.id))).not.toContain('access-1');
  });

  it('tokens that could not be made are made by the next attempt; nothing was said before', async () => {
    const started = await begin('push');
    await approve(started);
    const row = await rowOf(started);
    lost = true;
    await expect(deliveries('push').claim({ row, attempt: 1, claimId: randomUUID() })).rejects.toBeInstanceOf(Outage);
    lost = false;
    await later();
    expect(body(await deliveries('push').claim({ row, attempt: 2, claimId: randomUUID() }))).toMatchObject({ access_token: 'access-2' });
  });

  it('the finished body goes when it was delivered', async () => {
    const started = await begin('push');
    await approve(started);
    const [row, claimId] = [await rowOf(started), randomUUID()];
    await deliveries('push').claim({ row, attempt: 1, claimId });
    await deliveries('push').settle({ row, attempt: 1, claimId, outcome: 'delivered', retryInSeconds: 0, answer: '204' });
    expect(await flow.deliveries(started.id)).toMatchObject([{ outcome: 'delivered', body: null }]);
  });

  it.each([
    ['a denial', async (started: StartedRequest) => void (await deny(started)), 'access_denied'],
    ['an end without a decision', async ({ id }: StartedRequest) => {
      await flow.pass(id, 400);
      await flow.queries.run('record-expired-backchannel-requests', [10]);
    }, 'expired_token'],
    ['what was ended since', async (started: StartedRequest) => {
      await approve(started);
      await db.owner.query(`UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'ended-by-user'`);
    }, 'transaction_failed'],
  ])('§12 says %s, and no tokens are made', async (_case, change, error) => {
    const started = await begin('push');
    await change(started);
    const said = body(await deliveries('push').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() }));
    expect(said).toMatchObject({ auth_req_id: started.authReqId, error });
    expect(issued).toEqual([]);
  });
});

describe('Ours: a letter', () => {
  const told = () => flow.begin({ tell: [{ kind: 'email', recipient: 'jane@example.com' }] });

  it('says who asks and leads to the inbox; it decides nothing and quotes nothing', async () => {
    const started = await told();
    const claimed = await deliveries('email').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() });
    expect(claimed?.message).toMatchObject({ transport: 'mail', to: 'jane@example.com', subject: 'Call centre asks you to approve a request' });
    const text = JSON.stringify(claimed);
    expect(text).toContain('https://as.example.com/approvals');
    for (const kept of [started.authReqId, started.approval, 'W4SCT']) expect(text).not.toContain(kept);
  });

  it('is not sent about what was answered already', async () => {
    const started = await told();
    await deny(started);
    expect(await deliveries('email').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() })).toBeNull();
  });
});

describe('Ours: a call to the deployment\'s own authenticator', () => {
  it('says all a person needs, signed, under the handle of the person\'s page', async () => {
    const started = await flow.begin({ tell: [{ kind: 'webhook', recipient: null }], numbers: { number: 42, choices: [17, 42, 88] } });
    const row = await rowOf(started);
    const claimed = await deliveries('webhook').claim({ row, attempt: 1, claimId: randomUUID() });
    if (claimed?.message.transport !== 'http') throw new Error('nothing to POST');
    const { url, headers, body: text } = claimed.message;
    expect(url).toBe('https://authenticator.example.org/approvals');
    expect(JSON.parse(text)).toEqual({
      id: row, type: 'approval.requested', approval: started.approval, account: started.accountId, client: { client_id: CALL_CENTRE, client_name: 'Call centre' },
      scope: 'openid', binding_message: 'W4SCT', numbers: [17, 42, 88], expires_in: 300, approvals_uri: 'https://as.example.com/approvals',
    });
    expect(headers['tessera-signature']).toBe(`t=${NOW},v1=${createHmac('sha256', SECRET).update(`${NOW}.${text}`).digest('hex')}`);
    expect(text).not.toContain(started.authReqId);
  });

  it('is not made about what was answered already', async () => {
    const started = await flow.begin({ tell: [{ kind: 'webhook', recipient: null }] });
    await deny(started);
    expect(await deliveries('webhook').claim({ row: await rowOf(started), attempt: 1, claimId: randomUUID() })).toBeNull();
  });
});
