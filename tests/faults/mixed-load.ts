import type { DemoClient } from '../flows/demo.js';
import type { UserAgent } from '../flows/user-agent.js';
import { type Answered, LoadClient, Unexpected } from './load-client.js';
import { CALLBACK, CIBA, type ClientName, declared, type Drivers, PASSWORD, PEOPLE } from './mixed-clients.js';

/** Who has a session. */
const SIGNED_IN = 5;
/** Backchannel requests of one person, and polls that are held: together no more than may wait for one person (CIB-4). */
const REQUESTS_EACH = 2;
const HELD = 4;
const DEVICES = 60;
/** Every device and every backchannel request is polled at its interval, which is 5 s, and a little more. */
const POLL_MS = 5_500;
export const HELD_FLOW = 'held poll';
const SLOW_DOWN_MS = 5_000;
const TICK_MS = 20;

/** An answer that was not the expected one. `at` and `ms` are of the monotonic clock. */
export interface Failure {
  readonly flow: string;
  readonly at: number;
  readonly ms: number;
  readonly status: number | string;
  readonly error: unknown;
  /** Whether a client that asks once more, after a 503, gets what it wanted; null where nobody may ask again. */
  readonly curedByRetry: boolean | null;
}

/** What the load has seen since a moment. */
export interface Seen {
  readonly answered: number;
  readonly failures: readonly Failure[];
  /** Connections that broke and whose request was sent once more on a new one. */
  readonly resets: number;
  /** Polls that were told to slow down: one that was sent twice may be, and nobody else. */
  readonly slowedDown: number;
  readonly byFlow: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

type Flow = 'client credentials' | 'introspection' | 'code' | 'refresh' | 'device poll' | 'backchannel poll';

/** In 200 requests: a code flow is two of them. */
const SHARES: readonly (readonly [Flow, number])[] = [
  ['client credentials', 90],
  ['introspection', 50],
  ['code', 12],
  ['refresh', 18],
  ['device poll', 10],
  ['backchannel poll', 7],
];
const REQUESTS_OF_SHARES = SHARES.reduce((sum, [flow, share]) => sum + share * (flow === 'code' ? 2 : 1), 0);

/** Spreads the shares evenly, so that every stretch of the load is mixed. */
function rotation(): readonly Flow[] {
  const places = SHARES.flatMap(([flow, share]) => Array.from({ length: share }, (_, index): [number, Flow] => [(index + 0.5) / share, flow]));
  return places.sort(([one], [other]) => one - other).map(([, flow]) => flow);
}

interface Pollable {
  readonly form: Readonly<Record<string, string>>;
  readonly client: DemoClient;
  due: number;
  everyMs: number;
}

interface Chain {
  readonly client: DemoClient;
  token: string;
}

/** Requests of all flows at a rate that does not wait for answers. Every answer is checked for being the right one. */
export class MixedLoad {
  private readonly client: LoadClient;
  private readonly rotation = rotation();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly devices: Pollable[] = [];
  private readonly requests: Pollable[] = [];
  private readonly held: Pollable[] = [];
  private stopped = false;
  private readonly chains: Chain[] = [];
  private readonly people: UserAgent[] = [];
  private timer: NodeJS.Timeout | undefined;
  private turn = 0;
  private seen = { answered: 0, failures: [] as Failure[], resets: 0, slowedDown: 0, byFlow: {} as Record<string, number>, slowestMs: 0 };

  private constructor(
    private readonly drivers: Drivers,
    port: number,
    private readonly clientOf: (clientId: ClientName) => DemoClient,
  ) {
    this.client = new LoadClient(port, new URL(drivers.demo.issuer).host, () => (this.seen.resets += 1));
  }

  /** Signs people in, starts devices and backchannel requests; `port` is where all requests of the load go. */
  static async prepare(drivers: Drivers, port: number): Promise<MixedLoad> {
    const load = new MixedLoad(drivers, port, await declared(drivers));
    for (let index = 0; index < SIGNED_IN; index += 1) await load.signIn(index);
    for (let index = 0; index < DEVICES; index += 1) await load.startDevice(index);
    for (let index = 0; index < PEOPLE * REQUESTS_EACH; index += 1) load.requests.push(await load.askPerson('mixed-ciba', index));
    for (let index = 0; index < HELD; index += 1) load.held.push(await load.askPerson('mixed-held', index));
    return load;
  }

  /** Begins, at so many requests a second. */
  start(perSecond: number): void {
    for (const one of this.held) void this.hold(one);
    const began = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      const wanted = ((performance.now() - began) / 1_000) * perSecond * (this.rotation.length / REQUESTS_OF_SHARES);
      for (; sent < wanted; sent += 1) this.launch();
    }, TICK_MS);
  }

  /** What was seen since the last time this was asked. */
  take(): Seen {
    const { seen } = this;
    this.seen = { answered: 0, failures: [], resets: 0, slowedDown: 0, byFlow: {}, slowestMs: 0 };
    return seen;
  }

  /** How many answers came since then, without taking them. */
  get answered(): number {
    return this.seen.answered;
  }

  /** A person who signed in before the load began. */
  somebody(): UserAgent {
    return (this.people[0] ?? new this.drivers.UserAgent()).copy();
  }

  /** What went wrong since then, without taking it. */
  get failures(): readonly Failure[] {
    return this.seen.failures;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    this.client.close();
  }

  private async signIn(index: number): Promise<void> {
    const { drivers } = this;
    const agent = new drivers.UserAgent();
    const person = { username: `mixed-${index}`, password: PASSWORD };
    for (const client of [this.clientOf('mixed-web'), this.clientOf('mixed-native')]) {
      const more = { scope: 'openid offline_access', prompt: 'consent' };
      const answer = await drivers.tokensByCode(client, CALLBACK, more, { agent, person });
      this.chains.push({ client, token: drivers.text(answer, 'refresh_token') });
    }
    this.people.push(agent);
  }

  private async startDevice(index: number): Promise<void> {
    const client = this.clientOf('mixed-device');
    const { deviceCode } = await this.drivers.startDevice(client);
    this.devices.push({ client, form: { grant_type: this.drivers.DEVICE_GRANT, device_code: deviceCode }, due: performance.now() + (POLL_MS * index) / DEVICES, everyMs: POLL_MS });
  }

  private async askPerson(by: ClientName, index: number): Promise<Pollable> {
    const client = this.clientOf(by);
    const answer = await this.drivers.asClient(client, '/bc-authorize', { scope: 'openid', login_hint: `mixed-${index % PEOPLE}` });
    const due = performance.now() + (POLL_MS * index) / (PEOPLE * REQUESTS_EACH);
    return { client, form: { grant_type: CIBA, auth_req_id: this.drivers.text(answer, 'auth_req_id') }, due, everyMs: POLL_MS };
  }

  /** CIBA Core §10.1.1: a poll that waits at the gateway, and another when it came back; beside the rate, for it lasts up to 25 s. */
  private async hold(one: Pollable): Promise<void> {
    while (!this.stopped) {
      await this.pollOnce(HELD_FLOW, one);
      await new Promise((resolve) => setTimeout(resolve, one.everyMs).unref());
    }
  }

  private launch(): void {
    const flow = this.rotation[this.turn % this.rotation.length] ?? 'client credentials';
    this.turn += 1;
    const running = this.run(flow).finally(() => this.inFlight.delete(running));
    this.inFlight.add(running);
  }

  private run(flow: Flow): Promise<void> {
    switch (flow) {
      case 'client credentials':
        return this.counted(flow, () => this.clientCredentials().then(() => undefined));
      case 'introspection':
        return this.counted(flow, () => this.introspection());
      case 'code':
        return this.code();
      case 'refresh':
        return this.refresh();
      case 'device poll':
        return this.poll(flow, this.devices);
      case 'backchannel poll':
        return this.poll(flow, this.requests);
    }
  }

  private async clientCredentials(): Promise<string> {
    const { body } = await this.ask('/token', this.drivers.demoClient('demo-service'), { grant_type: 'client_credentials' });
    return string(body['access_token']);
  }

  private token: string | undefined;
  private async introspection(): Promise<void> {
    this.token ??= await this.clientCredentials();
    const { status, body } = await this.ask('/introspect', this.drivers.demoClient('demo-resource-server'), { token: this.token });
    if (body['active'] !== true) throw new Unexpected(status, body);
  }

  /** From the session of a person to tokens; what was redeemed begins a new chain now and then. */
  private async code(): Promise<void> {
    const agent = this.people[this.turn % this.people.length];
    if (agent === undefined) return;
    const client = this.clientOf(this.turn % 2 === 0 ? 'mixed-web' : 'mixed-native');
    const { verifier, challenge } = this.drivers.proofKey();
    const parameters = { response_type: 'code', client_id: client.client_id, redirect_uri: CALLBACK, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' };
    let code: string | null = null;
    await this.counted('authorization', async () => {
      const cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const { status, location, body } = await this.client.exchange('GET', `/authorize?${new URLSearchParams(parameters)}`, { cookie, accept: 'text/html' });
      code = location === undefined ? null : new URL(location, CALLBACK).searchParams.get('code');
      if (code === null) throw new Unexpected(status, location ?? body);
    });
    if (code === null) return;
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
    await this.counted('code', () => this.ask('/token', client, form).then(() => undefined));
  }

  /** A chain is in one pair of hands at a time, as in a client; one that ended for good is not gone on with. */
  private async refresh(): Promise<void> {
    const chain = this.chains.shift();
    if (chain === undefined) return this.run('client credentials');
    let held = false;
    await this.counted('refresh', async () => {
      const { body } = await this.ask('/token', chain.client, { grant_type: 'refresh_token', refresh_token: chain.token });
      chain.token = string(body['refresh_token']);
      held = true;
    });
    if (held) this.chains.push(chain);
  }

  /** RFC 8628 §3.5: after an answer the interval passes, and whoever was told to slow down waits 5 s more from then on. */
  private async poll(flow: Flow, all: Pollable[]): Promise<void> {
    const one = all.find(({ due }) => due <= performance.now());
    if (one === undefined) return this.run('client credentials');
    one.due = Number.POSITIVE_INFINITY;
    await this.pollOnce(flow, one);
    one.due = performance.now() + one.everyMs;
  }

  private pollOnce(flow: string, one: Pollable): Promise<void> {
    return this.counted(flow, async () => {
      const { status, body } = await this.exchangeForm('/token', one.client, one.form);
      if (status === 400 && body['error'] === 'slow_down') {
        one.everyMs += SLOW_DOWN_MS;
        this.seen.slowedDown += 1;
      } else if (status !== 400 || body['error'] !== 'authorization_pending') throw new Unexpected(status, body);
    });
  }

  private async counted(flow: string, ask: () => Promise<void>): Promise<void> {
    const at = performance.now();
    const wrong = await ask().then(() => null, (error: unknown) => (error instanceof Unexpected ? error : new Unexpected(String(error), null)));
    const ms = performance.now() - at;
    if (wrong !== null) {
      const { status, error } = wrong;
      const curedByRetry = status === 503 || status === 'reset twice' ? await ask().then(() => true, () => false) : null;
      this.seen.failures.push({ flow, at, ms, status, error, curedByRetry });
    }
    this.seen.answered += 1;
    this.seen.byFlow[flow] = (this.seen.byFlow[flow] ?? 0) + 1;
    if (flow !== HELD_FLOW) this.seen.slowestMs = Math.max(this.seen.slowestMs, ms);
  }

  private async ask(path: string, client: DemoClient, form: Readonly<Record<string, string>>): Promise<Answered> {
    const answer = await this.exchangeForm(path, client, form);
    if (answer.status !== 200) throw new Unexpected(answer.status, answer.body);
    return answer;
  }

  private exchangeForm(path: string, client: DemoClient, form: Readonly<Record<string, string>>): Promise<Answered> {
    const secret = client.client_secret !== undefined;
    const body = new URLSearchParams(secret ? form : { ...form, client_id: client.client_id }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(secret ? { authorization: this.drivers.basic(client) } : {}) };
    return this.client.exchange('POST', path, headers, body);
  }
}

function string(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Unexpected('no string', value);
}

