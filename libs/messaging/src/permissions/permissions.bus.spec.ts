import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TEAM_REQUEST_CONTRACTS } from '@tessera/contracts';
import { ServiceName } from '@tessera/vocabulary';
import { connect, type NatsConnection, nkeyAuthenticator } from 'nats';
import { Bus } from '../bus.js';
import { newCallContext } from '../call-context.js';
import { ServiceClient } from '../client/service-client.js';
import { NatsServer, serving, testIdentity, testNkey, testNkeys, transportServing } from '../testing/index.js';
import { Echo } from '../testing/spec-contracts.js';
import { ALL_CONTRACTS, busPermissions } from './bus-permissions.js';
import { natsServerConfig, type ServiceNkeys } from './nats-server-config.js';

const ENOUGH_MS = 60_000;
const SERVICES = ServiceName.options;
/** What teams ask, which one service answers. */
const TEAM_SUBJECTS = TEAM_REQUEST_CONTRACTS.map(({ subject }) => subject);
const TEAM_OWNER = 'device-ciba';
const known = testNkeys();

let nats: NatsServer;
const connections: NatsConnection[] = [];

function everyone(): Record<ServiceName, string[]> {
  const of = (service: ServiceName): string[] => [known[service].publicKey];
  return {
    gateway: of('gateway'),
    token: of('token'),
    authorization: of('authorization'),
    'device-ciba': of('device-ciba'),
    worker: of('worker'),
    'key-management': of('key-management'),
    operator: of('operator'),
  };
}

function config(nkeys: ServiceNkeys = everyone()) {
  return (port: number): string => natsServerConfig({ port, permissions: busPermissions(), nkeys });
}

/** A connection that does what it is told, unlike ours. */
async function intruder(service: ServiceName, seed = known[service].seed): Promise<NatsConnection> {
  const connection = await connect({ servers: nats.url, authenticator: nkeyAuthenticator(seed), reconnect: false });
  connections.push(connection);
  return connection;
}

beforeEach(async () => {
  nats = await NatsServer.start(config());
});

afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await nats.stop();
});

/** Everything somebody might publish: each request under each name, each event, each inbox, and what is nobody's. */
function publishCells(): string[] {
  return [
    ...ALL_CONTRACTS.requests.flatMap(({ subject }) => [subject, ...SERVICES.map((service) => `${subject}.${service}`), `${subject}.token.x`]),
    ...ALL_CONTRACTS.events.map(({ subject }) => subject),
    ...SERVICES.flatMap((service) => [`_INBOX.${service}.instance.frame`, `_INBOX.${service}`]),
    ...TEAM_SUBJECTS.flatMap((subject) => [subject, `${subject}.call-centre`]),
    '_R_.unguessable',
    '_INBOX.mallory.instance.frame',
    'anything',
    '$SYS.REQ.SERVER.PING',
  ];
}

function mayPublish(service: ServiceName, subject: string): boolean {
  const { requests, events } = ALL_CONTRACTS;
  if (requests.some((request) => request.callers.includes(service) && `${request.subject}.${service}` === subject)) return true;
  if (events.some((event) => event.owner === service && event.subject === subject)) return true;
  if (subject === '_R_.unguessable') return service === TEAM_OWNER;
  const [, inboxOf, ...rest] = subject.startsWith('_INBOX.') ? subject.split('.') : [];
  return rest.length > 0 && requests.some(({ owner, callers }) => owner === service && callers.some((caller) => caller === inboxOf));
}

/** Everything somebody might listen to: each request in each queue group and in none, each event, each inbox, all of it. */
function subscribeCells(): { subject: string; queue?: string }[] {
  return [
    ...ALL_CONTRACTS.requests.flatMap(({ subject }) => [
      { subject: `${subject}.*` },
      { subject: `${subject}.gateway` },
      ...SERVICES.map((queue) => ({ subject: `${subject}.*`, queue })),
    ]),
    ...ALL_CONTRACTS.events.map(({ subject }) => ({ subject })),
    ...SERVICES.flatMap((service) => [{ subject: `_INBOX.${service}.>` }, { subject: `_INBOX.${service}.instance.*` }, { subject: `${service}.>` }]),
    ...TEAM_SUBJECTS.flatMap((subject) => [{ subject: `${subject}.*` }, ...SERVICES.map((queue) => ({ subject: `${subject}.*`, queue }))]),
    { subject: '_R_.>' },
    { subject: '>' },
    { subject: '*.>' },
    { subject: '_INBOX.>' },
    { subject: '_INBOX.*.instance.*' },
    { subject: '$SYS.>' },
    ...SERVICES.map((queue) => ({ subject: '>', queue })),
  ];
}

function maySubscribe(service: ServiceName, { subject, queue }: { subject: string; queue?: string }): boolean {
  const { requests, events } = ALL_CONTRACTS;
  if (subject.startsWith(`_INBOX.${service}.`)) return true;
  if (events.some((event) => event.subject === subject && event.subscribers.includes(service))) return true;
  // `<subject>.gateway` is part of the owner's `<subject>.*`, but outside its queue group.
  if (queue === service && service === TEAM_OWNER && TEAM_SUBJECTS.some((one) => `${one}.*` === subject)) return true;
  return queue === service && requests.some((request) => request.owner === service && `${request.subject}.*` === subject);
}

describe('NAT-2 every publish cell', () => {
  it.each(SERVICES)('%s is allowed what its contracts say and refused everything else', async (service) => {
    const connection = await intruder(service);
    const refused = new Set<string>();
    void (async () => {
      for await (const { permissionContext } of connection.status()) if (permissionContext !== undefined) refused.add(permissionContext.subject);
    })();
    const cells = publishCells();
    for (const subject of cells) connection.publish(subject);
    await connection.flush();
    await connection.flush();
    expect(cells.filter((subject) => !refused.has(subject)).sort()).toEqual(cells.filter((subject) => mayPublish(service, subject)).sort());
    expect(refused.size).toBeGreaterThan(100);
  }, ENOUGH_MS);
});

describe('NAT-2 every subscribe cell', () => {
  it.each(SERVICES)('%s is allowed its inbox, its subjects in its own queue group, its events, and nothing else', async (service) => {
    const connection = await intruder(service);
    const named = ({ subject, queue }: { subject: string; queue?: string }): string => `${subject} ${queue ?? ''}`;
    const refused = new Set<string>();
    const cells = subscribeCells();
    for (const cell of cells) {
      connection.subscribe(cell.subject, {
        ...(cell.queue === undefined ? {} : { queue: cell.queue }),
        callback: (error) => {
          if (error !== null) refused.add(named(cell));
        },
      });
    }
    await connection.flush();
    const allowed = cells.filter((cell) => !refused.has(named(cell)));
    expect(allowed.map(named).sort()).toEqual(cells.filter((cell) => maySubscribe(service, cell)).map(named).sort());
    expect(refused.size).toBeGreaterThan(100);
  }, ENOUGH_MS);
});

describe('NAT-1 nobody is anonymous', () => {
  it.each([
    ['no nkey', undefined],
    ['an nkey nobody registered', nkeyAuthenticator(testNkey().seed)],
  ])('%s is refused', async (_case, authenticator) => {
    const options = { servers: nats.url, reconnect: false, ...(authenticator === undefined ? {} : { authenticator }) };
    await expect(connect(options)).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
  });
});

describe('Ours: a violation shows', () => {
  it('is counted, and the call that met it ends at once', async () => {
    const bus = await Bus.connect(testIdentity('gateway', nats.url, known.gateway.seed));
    const began = performance.now();
    await expect(new ServiceClient(bus).call(Echo, { text: 'a' }, newCallContext())).rejects.toMatchObject({ name: 'Outage' });
    expect(performance.now() - began).toBeLessThan(Echo.deadlineMs / 2);
    expect(bus.permissionViolations).toBe(1);
    await bus.close();
  });

  it('a refused subscription stops the start', async () => {
    const bus = await Bus.connect(testIdentity('token', nats.url, known.token.seed));
    await expect(transportServing(bus, [serving(Echo, ({ text }) => ({ text }))])).rejects.toThrow('may not subscribe to token.spec.echo.v1');
    await bus.close();
    expect(bus.permissionViolations).toBe(1);
  });
});

describe('Ours: rotation of an nkey with overlap', () => {
  it('new beside old, roll, remove old: the live connection stays up until its key is removed', async () => {
    const next = testNkey();
    const old = await Bus.connect(testIdentity('token', nats.url, known.token.seed));
    let drops = 0;
    old.onStatus(({ kind }) => (drops += Number(kind === 'disconnected')));
    await expect(Bus.connect(testIdentity('token', nats.url, next.seed), { firstConnectMs: 0 })).rejects.toMatchObject({ name: 'Outage' });

    await nats.reload(config({ ...everyone(), token: [known.token.publicKey, next.publicKey] }));
    const rolled = await Bus.connect(testIdentity('token', nats.url, next.seed));
    await old.flush();
    expect([old.connected, rolled.connected, drops]).toEqual([true, true, 0]);

    const dropped = new Promise<void>((resolve) => old.onStatus(({ kind }) => kind === 'disconnected' && resolve()));
    await nats.reload(config({ ...everyone(), token: [next.publicKey] }));
    await dropped;
    await rolled.flush();
    expect(rolled.connected).toBe(true);
    await expect(connect({ servers: nats.url, reconnect: false, authenticator: nkeyAuthenticator(known.token.seed) })).rejects.toMatchObject({
      code: 'AUTHORIZATION_VIOLATION',
    });
    await old.close();
    await rolled.close();
  }, ENOUGH_MS);

  it('a process whose key was removed goes on trying and is back when its key is', async () => {
    const bus = await Bus.connect(testIdentity('token', nats.url, known.token.seed));
    const dropped = new Promise<void>((resolve) => bus.onStatus(({ kind }) => kind === 'disconnected' && resolve()));
    const { token: _removed, ...others } = everyone();
    await nats.reload(config(others));
    await dropped;
    const back = new Promise<void>((resolve) => bus.onStatus(({ kind }) => kind === 'connected' && resolve()));
    await nats.reload(config());
    await back;
    expect(bus.connected).toBe(true);
    await bus.close();
  }, ENOUGH_MS);
});

describe('Ours: the committed permissions', () => {
  const file = fileURLToPath(new URL('../../../../k8s/base/nats/permissions.conf', import.meta.url));

  it('are a configuration nats-server accepts, with the nkeys from the environment', () => {
    const nkeys = Object.entries(known).flatMap(([service, { publicKey }]) => {
      const name = `${service.toUpperCase().replaceAll('-', '_')}_NKEY`;
      return [[name, publicKey], [`${name}_STANDBY`, testNkey().publicKey]];
    });
    const { status, stderr } = spawnSync('nats-server', ['-t', '-c', file], { env: { ...process.env, ...Object.fromEntries(nkeys) }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });

  it('are refused by it while an nkey is missing', () => {
    const { status, stderr } = spawnSync('nats-server', ['-t', '-c', file], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('GATEWAY_NKEY')]);
  });
});
