import path from 'node:path';
import { Redis } from 'ioredis';
import type { DemoClient } from '../flows/demo.js';
import { LogoutReceiver, type Received, ReceiverCertificate } from '../flows/logout-receiver.js';
import { choices, SAMPLE, System, until } from './system.js';

const CIBA = 'urn:openid:params:grant-type:ciba';
/** F06, F14: how long a notification may take whatever happened. */
const NOTIFIED_MS = 60_000;
const PASSWORD = 'a long enough password';
const PEOPLE = Array.from({ length: 10 }, (_, index) => `fault-told-${index}`);
const underTest = process.env['TESSERA_DEMO'];

const certificate = new ReceiverCertificate();
/** The drivers of the flows read which system they drive when they are loaded. */
const loaded = async () => ({ ...(await import('../flows/sign-in.js')), ...(await import('../flows/demo.js')), ...(await import('../flows/tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let system: System;
let receiver: LogoutReceiver;
let clientOf: (clientId: string) => DemoClient;

type Mode = 'ping' | 'push';
const clientId = (mode: Mode) => `fault-${mode}`;
const declared = (mode: Mode) => `
  - client_id: ${clientId(mode)}
    client_name: ${clientId(mode)}
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}", refresh_token]
    scope: openid offline_access
    backchannel_token_delivery_mode: ${mode}
    backchannel_client_notification_endpoint: ${receiver.address(`/${mode}`)}`;

beforeAll(async () => {
  receiver = await LogoutReceiver.open(certificate);
  system = await System.start({ serviceEnv: { worker: { OUTBOUND_ALLOWED_HOSTS: receiver.host, OUTBOUND_CA_FILE: certificate.file } } });
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  drivers = await loaded();
  clientOf = await drivers.declare(`clients:${declared('ping')}${declared('push')}
users:
${PEOPLE.map((username) => `  - username: ${username}\n    password: { from_environment: FAULT_PASSWORD }`).join('\n')}
`, { FAULT_PASSWORD: PASSWORD });
}, 120_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await receiver.close();
  certificate.remove();
}, 60_000);
afterEach(() => receiver.behaviours.clear());

interface Asked {
  readonly mode: Mode;
  readonly authReqId: string;
  /** The person approves, on a page that is open already. */
  readonly approve: () => Promise<unknown>;
}

async function asked(mode: Mode): Promise<Asked> {
  const username = PEOPLE.pop() ?? '';
  const parameters = { scope: 'openid offline_access', login_hint: username, client_notification_token: 'token-of-the-client' };
  const authReqId = drivers.text(await drivers.asClient(clientOf(clientId(mode)), '/bc-authorize', parameters), 'auth_req_id');
  const agent = new drivers.UserAgent();
  const shown = drivers.page(await drivers.signIn(agent, await agent.open(`${drivers.demo.issuer}/approvals`), { username, password: PASSWORD }));
  return { mode, authReqId, approve: () => agent.submit(shown, {}, ['answer', 'approve'], drivers.formWith(shown, 'approval')) };
}

const told = ({ mode, authReqId }: Asked): readonly Received[] => receiver.at(`/${mode}`).filter(({ body }) => body.includes(authReqId));
const toldTimes = async (one: Asked, count: number, ms = NOTIFIED_MS) => expect(await until(async () => told(one).length, (seen) => seen >= count, ms)).not.toBeNull();
const poll = ({ mode, authReqId }: Asked) => drivers.asClient(clientOf(clientId(mode)), '/token', { grant_type: CIBA, auth_req_id: authReqId });

/** The approval came through once: the pinged client gets its tokens once, the pushed one was told the same at each attempt. */
async function expectOnce(one: Asked): Promise<void> {
  const bodies = new Set(told(one).map(({ body }) => body));
  expect(bodies.size).toBe(1);
  if (one.mode === 'ping') {
    expect((await poll(one)).status).toBe(200);
    expect((await poll(one)).body['error']).toBe('invalid_grant');
    return;
  }
  const said: Record<string, string> = JSON.parse([...bodies][0] ?? '');
  expect((await drivers.refresh(clientOf(clientId('push')), said['refresh_token'] ?? '')).status).toBe(200);
}

/** F14: committed, and nobody there to tell of it; nor anything left in Redis. */
async function nobodySends(): Promise<void> {
  const worker = system.process('worker');
  worker.kill('SIGKILL');
  const all = [await asked('ping'), await asked('push')];
  for (const one of all) await one.approve();
  const redis = new Redis(String(drivers.demo.addresses.redis));
  await redis.flushall();
  redis.disconnect();
  await worker.start();
  for (const one of all) await toldTimes(one, 1);
  for (const one of all) await expectOnce(one);
}

/** The worker dies while the client has the request: it is told again, and the same. */
async function workerKilledWhileSending(): Promise<void> {
  const worker = system.process('worker');
  const all = [await asked('ping'), await asked('push')];
  for (const { mode } of all) receiver.behaviours.set(`/${mode}`, () => 'hang');
  for (const one of all) await one.approve();
  for (const one of all) await toldTimes(one, 1, 10_000);
  worker.kill('SIGKILL');
  receiver.behaviours.clear();
  await worker.start();
  for (const one of all) await toldTimes(one, 2);
  for (const one of all) await expectOnce(one);
}

/** device-ciba dies when the client has taken the tokens: noted when it is back, and not told again. */
async function ownerKilledBeforeNoting(): Promise<void> {
  const owner = system.process('device-ciba');
  const one = await asked('push');
  receiver.behaviours.set('/push', () => {
    owner.kill('SIGKILL');
    return 204;
  });
  await one.approve();
  await toldTimes(one, 1, 10_000);
  receiver.behaviours.clear();
  await owner.start();
  const newest = async (): Promise<{ state?: string; attempts?: number } | undefined> => {
    const { status, output } = await system.tessera('deliveries', 'list', '--kind', 'push', '--limit', '1', '--json');
    return status === 0 ? JSON.parse(output)[0] : undefined;
  };
  expect((await until(newest, (record) => record?.state === 'delivered', NOTIFIED_MS))?.found).toMatchObject({ attempts: 1 });
  expect(told(one)).toHaveLength(1);
  await expectOnce(one);
}

/** Without token a push cannot be finished: what was claimed is claimed again when it is back. */
async function tokenIsAway(): Promise<void> {
  const token = system.process('token');
  const one = await asked('push');
  token.kill('SIGKILL');
  await one.approve();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(told(one)).toEqual([]);
  await token.start();
  await toldTimes(one, 1);
  await expectOnce(one);
}

/** Some wait for a lease to end; a sample is one of them, by the seed. */
const SCENARIOS: readonly (readonly [string, () => Promise<void>])[] = [
  ['F14, F10 the worker is dead while it is decided, and Redis is wiped', nobodySends],
  ['F06 the worker is killed while clients are told', workerKilledWhileSending],
  ['F06 device-ciba is killed before it could note what a client answered', ownerKilledBeforeNoting],
  ['F06 token is killed before it made the tokens of a push', tokenIsAway],
];

describe('F06, F10, F14 a decision reaches its client within 60 s, and its tokens are given once', () => {
  const choose = choices();
  const chosen = SAMPLE ? [SCENARIOS[choose(SCENARIOS.length)] ?? SCENARIOS[0]] : SCENARIOS;

  it.each(chosen)('%s', async (_title, happens) => happens(), 180_000);
});
