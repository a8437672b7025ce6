import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Metrics, silentLogger } from '@tessera/observability';
import { OutboundHttp, type OutboundHttpOptions, parseOutboundPolicy } from '@tessera/outbound-http';
import { startHttpsServer, testCertificate, type TestHttpsServer } from '@tessera/outbound-http/testing';
import type { PushSubscription } from '@tessera/protocol/backchannel-authentication';
import { DeliveryDesk, deskKind } from '@tessera/protocol/delivery';
import { systemClock } from '@tessera/vocabulary';
import { DEVICE_CIBA_DELIVERIES, type RequestContract } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging/calling';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { BackchannelFlow, CALL_CENTRE, LEASE, SHOP } from '../backchannel-authentication/testing.js';
import { TokenSeal } from '../backchannel-authentication/index.js';
import { backchannelDeliveries } from '../client-notification/backchannel-deliveries.js';
import { DeliverySending } from '../client-notification/delivery-sending.js';
import { NO_MAIL } from '../client-notification/mail-transport.js';
import { SqlPushSubscriptions, vapidKey } from './index.js';

const CERTIFICATE = testCertificate('DNS:push.example');
const KEY = vapidKey(Buffer.alloc(32, 7), 'mailto:operator@example.com');

interface Came {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const db = useDatabase();
let flow: BackchannelFlow;
let service: TestHttpsServer;
let came: Came[];
/** What the push service answers next; 201 when it was told nothing. */
let answers: number[];
beforeAll(async () => {
  service = await startHttpsServer(CERTIFICATE, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    came.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(answers.shift() ?? 201).end();
  });
});
afterAll(() => service.close());
beforeEach(async () => {
  [came, answers] = [[], []];
  flow = new BackchannelFlow(db.pool('tessera_device_ciba', 10), db.owner, { webPush: KEY });
  await flow.clear();
});

/** A browser: its keys, and what it reads (RFC 8291 §3, RFC 8188 §2). */
class FakeBrowser {
  private readonly keys = createECDH('prime256v1');
  private readonly auth = randomBytes(16);
  private readonly publicKey: Buffer;
  constructor(readonly endpoint = `https://push.example:${service.port}/send/${randomUUID()}`) {
    this.publicKey = this.keys.generateKeys();
  }

  get subscription(): PushSubscription {
    return { endpoint: this.endpoint, p256dh: this.publicKey.toString('base64url'), auth: this.auth.toString('base64url') };
  }

  read(body: Buffer): string {
    const [salt, senderKey, sealed] = [body.subarray(0, 16), body.subarray(21, 21 + (body[20] ?? 0)), body.subarray(21 + (body[20] ?? 0))];
    const hkdf = (salted: Buffer, secret: Buffer, info: Buffer, length: number) =>
      createHmac('sha256', createHmac('sha256', salted).update(secret).digest()).update(Buffer.concat([info, Buffer.from([1])])).digest().subarray(0, length);
    const secret = hkdf(this.auth, this.keys.computeSecret(senderKey), Buffer.concat([Buffer.from('WebPush: info\0'), this.publicKey, senderKey]), 32);
    const decipher = createDecipheriv('aes-128-gcm', hkdf(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16), hkdf(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // RFC 8188 §2: the last record ends in a 2 and zeros.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
  }
}

/** The owner's desk and the worker's sending, over the guarded client. */
function worker(options: Partial<OutboundHttpOptions> = {}) {
  const desk = new DeliveryDesk({
    'web-push': deskKind(backchannelDeliveries('web-push', {
      issuer: 'https://as.example.com', queries: flow.queries, directory: { client: (id) => Promise.resolve(flow.clients.get(id) ?? null) }, services: { call: (() => {}) as never },
      lease: LEASE, seal: new TokenSeal(LEASE), webhook: null, webPush: { key: KEY, subscriptions: new SqlPushSubscriptions(flow.queries) }, clock: systemClock,
    })),
  });
  const { claim, settle } = DEVICE_CIBA_DELIVERIES;
  const call = (async (contract: RequestContract, request: unknown): Promise<unknown> => {
    if (contract === claim) return claim.reply.parse({ delivery: await desk.claim(claim.request.parse(request)) });
    return settle.reply.parse(await desk.settle(settle.request.parse(request)));
  }) as ServiceClient['call'];
  const http = new OutboundHttp({
    policy: parseOutboundPolicy({ ports: [service.port], allowedHosts: [`push.example:${service.port}`] }), extraCa: CERTIFICATE.ca, lookUpAllowedHost: async () => ['127.0.0.1'], ...options,
  });
  const sending = new DeliverySending({ services: { call }, http, mail: NO_MAIL, reminders: { add: async () => {} }, clock: systemClock, logger: silentLogger, metrics: new Metrics('worker'), roomAgain: () => {} });
  return async () => {
    for (const due of (await desk.due({ kinds: ['web-push'], measure: false })).due) await sending.deliver(due);
  };
}

const subscribed = async (count = 1) => {
  const accountId = await flow.person();
  const session = flow.signIn(accountId);
  const browsers = Array.from({ length: count }, () => new FakeBrowser());
  for (const { subscription } of browsers) expect((await flow.inbox(session, { change: 'enrol', subscription })).outcome).toBe('enrolled');
  return { accountId, session, browsers };
};
const told = async (id: string) => (await flow.pushes(id)).map(({ outcome, answer }) => ({ outcome, answer }));
const again = () => db.owner.query(`UPDATE web_push_delivery SET next_at = now() WHERE settled_at IS NULL`);
const enrolled = async () => Number((await db.owner.query('SELECT count(*)::int AS n FROM push_subscription')).rows[0]?.n);

describe('RFC 8030 §5 a browser is told that a request waits', () => {
  it('RFC 8291 encrypted for it alone, RFC 8292 signed by us, and without a word of what it is about', async () => {
    const { accountId, browsers: [browser] } = await subscribed();
    const { id } = await flow.begin({ accountId, numbers: { number: 42, choices: [17, 42, 88] } });
    expect(flow.told).toBe(1);
    await worker()();
    expect(await told(id)).toEqual([{ outcome: 'delivered', answer: '201' }]);
    const [message] = came;
    expect(message?.path).toBe(new URL(browser?.endpoint ?? '').pathname);
    expect(message?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', 'content-type': 'application/octet-stream', urgency: 'high', ttl: expect.stringMatching(/^(300|29\d)$/) });
    const text = browser?.read(message?.body ?? Buffer.alloc(0)) ?? '';
    expect(JSON.parse(text)).toEqual({ title: 'Call centre asks for your approval', body: expect.stringContaining('5 minutes') });
    for (const secret of ['W4SCT', '42', '17', id, accountId, 'openid', 'https:']) expect(text).not.toContain(secret);
    const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(message?.headers.authorization ?? '') ?? [];
    expect(key).toBe(KEY.publicKey);
    const [header = '', claims = '', signature = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: `https://push.example:${service.port}`, sub: 'mailto:operator@example.com', exp: expect.any(Number) });
    const point = Buffer.from(key, 'base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('all browsers of the person are, and nobody else\'s', async () => {
    const { accountId, browsers } = await subscribed(3);
    await subscribed(1);
    await flow.begin({ accountId });
    await worker()();
    expect(came.map(({ path }) => path).sort()).toEqual(browsers.map(({ endpoint }) => new URL(endpoint).pathname).sort());
  });

  it('nobody is where nobody enrolled, or the deployment tells no browser', async () => {
    const { id } = await flow.begin();
    expect(await told(id)).toEqual([]);
    const { accountId } = await subscribed();
    const without = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner);
    expect(await told((await without.begin({ accountId })).id)).toEqual([]);
    expect(without.told).toBe(0);
  });

  it('what was answered meanwhile is not told any more', async () => {
    const { accountId, session } = await subscribed();
    const { id, approval } = await flow.begin({ accountId });
    await flow.reply(session, approval, { answer: 'deny' });
    await worker()();
    expect([came, await told(id)]).toEqual([[], [{ outcome: 'given-up', answer: 'no-receiver' }]]);
  });

  it('a long or odd name of a client does not become a line of its own', async () => {
    const { accountId, browsers: [browser] } = await subscribed();
    const shop = flow.clients.get(SHOP);
    if (shop === undefined) throw new Error('there is no shop');
    flow.clients.set(SHOP, { ...shop, name: 'Shop\nApprove now \u202Eevil' });
    await flow.begin({ accountId, clientId: SHOP });
    await worker()();
    expect(JSON.parse(browser?.read(came[0]?.body ?? Buffer.alloc(0)) ?? '').title).toBe('Shop Approve now  evil asks for your approval');
  });
});

describe('RFC 8030 §7.3, §8.4 what a push service answers', () => {
  it.each([404, 410])('%i: the browser is gone, and is forgotten', async (status) => {
    const { accountId } = await subscribed(2);
    answers = [status];
    const { id } = await flow.begin({ accountId });
    await worker()();
    expect((await told(id)).map(({ answer }) => answer).sort()).toEqual(['201', String(status)]);
    expect(await enrolled()).toBe(1);
    await flow.begin({ accountId });
    await worker()();
    expect(came).toHaveLength(3);
  });

  it.each([400, 401, 403, 413, 429, 500, 503])('%i: later, and the browser stays', async (status) => {
    const { accountId } = await subscribed();
    answers = [status];
    const { id } = await flow.begin({ accountId });
    const send = worker();
    await send();
    expect(await told(id)).toEqual([{ outcome: null, answer: String(status) }]);
    await again();
    await send();
    expect([await told(id), await enrolled()]).toEqual([[{ outcome: 'delivered', answer: '201' }], 1]);
  });
});

describe('OUT-1, OUT-2, OUT-3 an endpoint is an address a stranger chose', () => {
  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fd00::1'])('one that leads to %s is not called', async (address) => {
    const { accountId } = await subscribed();
    const { id } = await flow.begin({ accountId });
    await worker({ policy: parseOutboundPolicy({ ports: [service.port] }), lookUpPublicHost: async () => [address] })();
    expect([came, await told(id)]).toEqual([[], [{ outcome: 'given-up', answer: 'address' }]]);
  });

  it('a redirect is not followed', async () => {
    const { accountId } = await subscribed();
    answers = [307];
    const { id } = await flow.begin({ accountId });
    await worker()();
    expect([came.length, await told(id)]).toEqual([1, [{ outcome: 'given-up', answer: 'redirected' }]]);
  });
});

describe('Ours: enrolling', () => {
  it('is shown to its person, and ended by them only', async () => {
    const { session, browsers: [browser] } = await subscribed();
    const { push } = await flow.inbox(session);
    expect(push?.publicKey).toBe(KEY.publicKey);
    expect(push?.browsers).toEqual([{ id: expect.any(String), endpointHash: expect.stringMatching(/^[\w-]{43}$/), userAgent: '', since: expect.any(Number) }]);
    const id = push?.browsers[0]?.id ?? '';
    const mallory = flow.signIn(await flow.person());
    await flow.inbox(mallory, { change: 'withdraw', browser: id });
    expect([await enrolled(), (await flow.inbox(mallory)).push?.browsers]).toEqual([1, []]);
    expect((await flow.inbox(session, { change: 'withdraw', browser: id })).push?.browsers).toEqual([]);
    expect(await flow.audited('push-subscription.enrolled')).toBe(1);
    expect(await flow.audited('push-subscription.withdrawn')).toBe(1);
    expect(browser).toBeDefined();
  });

  it('one that is withdrawn after the request was begun is not told', async () => {
    const { accountId, session } = await subscribed();
    const { id } = await flow.begin({ accountId });
    await flow.inbox(session, { change: 'withdraw', browser: (await flow.inbox(session)).push?.browsers[0]?.id ?? '' });
    await worker()();
    expect([came, await told(id)]).toEqual([[], [{ outcome: 'given-up', answer: 'no-receiver' }]]);
  });

  it('a browser is of whoever enrolled it last, also for what was on its way', async () => {
    const { accountId, browsers: [browser] } = await subscribed();
    const { id } = await flow.begin({ accountId });
    const other = flow.signIn(await flow.person());
    expect((await flow.inbox(other, { change: 'enrol', subscription: browser?.subscription ?? new FakeBrowser().subscription })).push?.browsers).toHaveLength(1);
    await worker()();
    expect([came, await told(id), await enrolled()]).toEqual([[], [{ outcome: 'given-up', answer: 'no-receiver' }], 1]);
  });

  it('five browsers, and not a sixth; one of them again is none more', async () => {
    const { session, browsers } = await subscribed(5);
    expect((await flow.inbox(session, { change: 'enrol', subscription: new FakeBrowser().subscription })).outcome).toBe('not_enrolled');
    expect((await flow.inbox(session, { change: 'enrol', subscription: browsers[2]?.subscription ?? new FakeBrowser().subscription })).outcome).toBe('enrolled');
    expect(await enrolled()).toBe(5);
  });

  it('RFC 8291 §7 a key that is no point of the curve is none', async () => {
    const { session } = await subscribed(0);
    const subscription = { ...new FakeBrowser().subscription, p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString('base64url') };
    expect([(await flow.inbox(session, { change: 'enrol', subscription })).outcome, await enrolled()]).toEqual(['not_enrolled', 0]);
  });

  it('nobody enrols where the deployment tells no browser, and the page says nothing of it', async () => {
    const without = new BackchannelFlow(db.pool('tessera_device_ciba'), db.owner);
    const shown = await without.inbox(without.signIn(await without.person()), { change: 'enrol', subscription: new FakeBrowser().subscription });
    expect([shown.outcome, shown.push, await enrolled()]).toEqual(['not_enrolled', undefined, 0]);
  });

  it('CIB-4 a silenced client tells no browser either', async () => {
    const { accountId, session } = await subscribed();
    const { approval } = await flow.begin({ accountId });
    await flow.reply(session, approval, { answer: 'silence' });
    expect((await flow.tryBegin({ accountId, clientId: CALL_CENTRE })).outcome).toBe('silenced');
    await worker()();
    expect(came).toEqual([]);
  });
});

describe('GEN-9 the record of what was told', () => {
  it('is closed when the request is over, listed for the operator, and goes with the request', async () => {
    const { accountId } = await subscribed();
    const { id } = await flow.begin({ accountId });
    const outbox = backchannelDeliveries('web-push', {
      issuer: '', queries: flow.queries, directory: { client: () => Promise.resolve(null) }, services: { call: (() => {}) as never }, lease: LEASE, seal: new TokenSeal(LEASE), webhook: null, webPush: null, clock: systemClock,
    }).outbox;
    expect(await outbox.backlog()).toMatchObject({ waiting: 1 });
    await db.owner.query(`UPDATE web_push_delivery SET expires_at = now() - interval '1 second'`);
    expect(await flow.queries.run('give-up-expired-web-push-deliveries', [10])).toHaveLength(1);
    const [record] = await outbox.list({ kind: 'web-push', lane: accountId, state: 'given-up', before: null, limit: 10 });
    expect(record).toMatchObject({ lane: accountId, state: 'given-up', answer: 'expired' });
    await db.owner.query('DELETE FROM backchannel_authentication_request WHERE id = $1', [id]);
    expect(await flow.pushes(id)).toEqual([]);
  });
});
