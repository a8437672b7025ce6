import { TEAM_REQUEST_CONTRACTS } from '@tessera/contracts';
import { type ServiceName, type TeamRight } from '@tessera/vocabulary';
import { connect, type NatsConnection, nkeyAuthenticator } from 'nats';
import { NatsServer, testNkey, testNkeys } from '../testing/index.js';
import { ALL_CONTRACTS, busPermissions } from './bus-permissions.js';
import { natsServerConfig } from './nats-server-config.js';
import { type BusTeam, teamSubjects } from './team-accounts.js';

const ENOUGH_MS = 60_000;
const known = testNkeys();
const SERVICES = Object.keys(known) as ServiceName[];
const ALL: readonly TeamRight[] = ['start', 'read', 'decide', 'cancel'];
/** A team with each right alone, and one with all. */
const TEAMS = [...ALL.map((right) => ({ name: `only-${right}`, rights: [right] })), { name: 'all-rights', rights: [...ALL] }].map((team) => ({ ...team, nkey: testNkey() }));
const asDeclared = (teams = TEAMS): BusTeam[] => teams.map(({ name, rights, nkey }) => ({ name, rights, nkeys: [nkey.publicKey] }));
const nkeys = Object.fromEntries(SERVICES.map((service) => [service, [known[service].publicKey]]));
const config = (teams = asDeclared()) => (port: number): string => natsServerConfig({ port, permissions: busPermissions(), nkeys, teams });

let nats: NatsServer;
const connections: NatsConnection[] = [];
async function as(seed: Uint8Array, inboxPrefix?: string): Promise<NatsConnection> {
  const connection = await connect({ servers: nats.url, authenticator: nkeyAuthenticator(seed), reconnect: false, ...(inboxPrefix === undefined ? {} : { inboxPrefix }) });
  connections.push(connection);
  return connection;
}
const teamOf = (name: string) => {
  const found = TEAMS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no team ${name}`);
  return found;
};

/** device-ciba, answering everything teams ask with the subject it was asked on. */
async function answering(): Promise<string[]> {
  const heard: string[] = [];
  const connection = await as(known['device-ciba'].seed, '_INBOX.device-ciba');
  for (const { subject } of TEAM_REQUEST_CONTRACTS) {
    connection.subscribe(`${subject}.*`, {
      queue: 'device-ciba',
      callback: (_error, message) => {
        heard.push(message.subject);
        message.respond(Buffer.from(message.subject));
      },
    });
  }
  await connection.flush();
  return heard;
}

beforeEach(async () => {
  nats = await NatsServer.start(config());
});
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await nats.stop();
});

/** Everything somebody might publish from a team's account. */
const publishCells = (): string[] => [
  ...TEAM_REQUEST_CONTRACTS.flatMap(({ subject }) => [subject, `${subject}.x`, ...TEAMS.map(({ name }) => `${subject}.${name}`)]),
  ...ALL_CONTRACTS.requests.flatMap(({ subject, callers }) => [subject, ...callers.map((caller) => `${subject}.${caller}`)]),
  ...ALL_CONTRACTS.events.map(({ subject }) => subject),
  ...SERVICES.map((service) => `_INBOX.${service}.instance.frame`),
  '_INBOX.x', '_R_.x', '_R_.x.y', 'anything', '$SYS.REQ.SERVER.PING', '$JS.API.INFO',
];
const subscribeCells = (): string[] => [
  ...publishCells().filter((subject) => !subject.startsWith('_INBOX.')),
  ...TEAM_REQUEST_CONTRACTS.flatMap(({ subject }) => [`${subject}.*`]),
  '>', '*', '*.>', 'api.>', '_R_.>', '$SYS.>',
];

describe('NAT-2, decision 42: every publish cell of a team', () => {
  it.each(TEAMS)('$name says what its rights allow and nothing else', async ({ rights, nkey }) => {
    const connection = await as(nkey.seed);
    const refused = new Set<string>();
    void (async () => {
      for await (const { permissionContext } of connection.status()) if (permissionContext !== undefined) refused.add(permissionContext.subject);
    })();
    const cells = publishCells();
    for (const subject of cells) connection.publish(subject);
    await connection.flush();
    await connection.flush();
    expect(cells.filter((subject) => !refused.has(subject)).sort()).toEqual(teamSubjects(rights));
    expect(refused.size).toBeGreaterThan(100);
  }, ENOUGH_MS);
});

describe('NAT-2, decision 42: every subscribe cell of a team', () => {
  it.each(TEAMS)('$name hears its own inbox and nothing else', async ({ nkey }) => {
    const connection = await as(nkey.seed);
    const refused = new Set<string>();
    const cells = subscribeCells();
    for (const queue of [undefined, 'device-ciba']) {
      for (const subject of cells) {
        connection.subscribe(subject, { ...(queue === undefined ? {} : { queue }), callback: (error) => void (error !== null && refused.add(`${subject} ${queue ?? ''}`)) });
      }
    }
    await connection.flush();
    await connection.flush();
    expect(refused.size).toBe(new Set(cells).size * 2);
  }, ENOUGH_MS);

  it('an inbox of a service, or of another team, is another account’s', async () => {
    const listener = await as(teamOf('all-rights').nkey.seed);
    const heard: string[] = [];
    listener.subscribe('_INBOX.>', { callback: (_error, message) => void heard.push(message.subject) });
    await listener.flush();
    const gateway = await as(known.gateway.seed, '_INBOX.gateway');
    const deviceCiba = await as(known['device-ciba'].seed, '_INBOX.device-ciba');
    deviceCiba.publish('_INBOX.gateway.instance.frame', Buffer.from('secret'));
    await deviceCiba.flush();
    await answering();
    await (await as(teamOf('only-read').nkey.seed)).request(teamSubjects(['read'])[0] ?? '', Buffer.from('x'), { timeout: 2_000 });
    await gateway.flush();
    await listener.flush();
    expect(heard).toEqual([]);
  });
});

describe('Decision 9, decision 42: the broker vouches for the team', () => {
  it('what a team says arrives with its name, and the answer comes back', async () => {
    const heard = await answering();
    for (const { name, rights, nkey } of TEAMS) {
      const connection = await as(nkey.seed);
      for (const subject of teamSubjects(rights)) {
        const answer = await connection.request(subject, Buffer.from('x'), { timeout: 2_000 });
        expect(Buffer.from(answer.data).toString()).toBe(`${subject}.${name}`);
      }
    }
    expect(new Set(heard).size).toBe(TEAM_REQUEST_CONTRACTS.length * 2);
  }, ENOUGH_MS);

  it('no service but device-ciba may say what a team says, nor answer in its place', async () => {
    const [subject = ''] = teamSubjects(ALL);
    for (const service of SERVICES) {
      const connection = await as(known[service].seed, `_INBOX.${service}`);
      const refused: string[] = [];
      void (async () => {
        for await (const { permissionContext } of connection.status()) if (permissionContext !== undefined) refused.push(permissionContext.subject);
      })();
      connection.publish(subject);
      connection.publish(`${subject}.all-rights`);
      connection.publish('_R_.guess');
      connection.subscribe('_R_.>', { callback: (error) => void (error !== null && refused.push('to hear replies')) });
      await connection.flush();
      await connection.flush();
      const replies = service === 'device-ciba' ? [] : ['_R_.guess'];
      expect(new Set(refused)).toEqual(new Set([subject, `${subject}.all-rights`, ...replies, '_R_.>', 'to hear replies']));
    }
  }, ENOUGH_MS);

  it('nats-server refuses a configuration in which an account speaks for another', async () => {
    const forged = (port: number): string => config()(port).replaceAll('.v1.only-read"', '.v1.all-rights"');
    await expect(nats.reload(forged)).rejects.toThrow('service import not authorized');
  });
});

describe('Ours: rotation of a team’s nkey with overlap', () => {
  it('new beside old, change over, remove old: nobody else notices', async () => {
    const next = testNkey();
    const { name, rights, nkey } = teamOf('only-read');
    const others = asDeclared(TEAMS.filter((one) => one.name !== name));
    const old = await as(nkey.seed);
    const bystander = await as(teamOf('all-rights').nkey.seed);
    await answering();
    await nats.reload(config([...others, { name, rights, nkeys: [nkey.publicKey, next.publicKey] }]));
    const rolled = await as(next.seed);
    const [subject = ''] = teamSubjects(rights);
    for (const connection of [old, rolled, bystander]) expect((await connection.request(subject, Buffer.from('x'), { timeout: 2_000 })).data.length).toBeGreaterThan(0);
    const gone = old.closed();
    await nats.reload(config([...others, { name, rights, nkeys: [next.publicKey] }]));
    await gone;
    expect((await rolled.request(subject, Buffer.from('x'), { timeout: 2_000 })).data.length).toBeGreaterThan(0);
    await expect(connect({ servers: nats.url, reconnect: false, authenticator: nkeyAuthenticator(nkey.seed) })).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
  }, ENOUGH_MS);
});

describe('Ours: the account of a team', () => {
  it.each([
    ['a name that ends the block', { name: 'a }', nkeys: [testNkey().publicKey] }],
    ['the account of the services', { name: 'TESSERA', nkeys: [testNkey().publicKey] }],
    ['a seed', { name: 'team', nkeys: [Buffer.from(testNkey().seed).toString()] }],
  ])('MUST NOT be written with %s', (_case, team) => {
    expect(() => config([{ rights: ['read'], ...team }])(4222)).toThrow(RangeError);
  });
});
