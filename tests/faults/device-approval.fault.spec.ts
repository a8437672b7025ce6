import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { choices, System, TRIALS, until } from './system.js';

const CLIENT = 'demo-device';
const SCOPE = 'openid profile';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Who may be killed while a person decides, and how late after the button was pressed. */
const VICTIMS = ['device-ciba', 'authorization', 'token'] as const;
const KILL_MS_MAX = 40;
const RECOVERY_MS_MAX = 15_000;
const TRIAL_MS_MAX = 60_000;

/** What the page after a decision says. */
type Shown = 'connected' | 'refused' | 'nothing';

/** A person's browser, as far as it takes to decide about a device. */
class Person {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly issuer: string,
    private readonly password: string,
  ) {}

  /** From a user code to the page that compares; the address of its interaction. */
  async compare(userCode: string): Promise<string> {
    const entry = await this.request('/device');
    const entered = await this.request('/device', { csrf: field(entry.html, 'csrf'), user_code: userCode });
    const login = await this.request(entered.location);
    if (!login.html.includes('name="password"')) return entered.location;
    const fields = { interaction: field(login.html, 'interaction'), csrf: field(login.html, 'csrf'), step: 'password' };
    await this.request('/interaction', { ...fields, identifier: 'alice', password: this.password });
    return entered.location;
  }

  /** Presses a button of the page that compares, if that page still comes; what the person is told in the end. */
  async decide(address: string, decision: 'allow' | 'deny'): Promise<Shown> {
    const page = await this.request(address);
    if (!page.html.includes('value="device-consent"')) return told(page);
    const fields = { interaction: field(page.html, 'interaction'), csrf: field(page.html, 'csrf'), step: 'device-consent', decision };
    return told(await this.request('/interaction', fields, SCOPE.split(' ')));
  }

  private async request(at: string, form?: Readonly<Record<string, string>>, scope: readonly string[] = []): Promise<{ status: number; html: string; location: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const pairs = [...Object.entries(form ?? {}), ...scope.map((one): [string, string] => ['scope', one])];
    const response = await fetch(new URL(at, this.issuer), {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, origin: this.issuer, ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(pairs).toString() }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return { status: response.status, html: await response.text(), location: response.headers.get('location') ?? '' };
  }
}

const field = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

function told({ html }: { html: string }): Shown {
  if (/is connected( already)?<\/h1>/.test(html)) return 'connected';
  return /is not connected<\/h1>|was turned down already<\/h1>/.test(html) ? 'refused' : 'nothing';
}

describe('F05, F14 a process is killed while a person decides about a device', () => {
  let system: System;
  let database: pg.Client;
  let password: string;
  beforeAll(async () => {
    system = await System.start({ env: { SOURCE_PAGES_PER_MINUTE: '100000', SOURCE_FAILURES_PER_MINUTE: '100000' } });
    database = new pg.Client({ connectionString: system.database });
    await database.connect();
    const demo = z.object({ users: z.array(z.object({ username: z.string(), password: z.string() })) }).parse(JSON.parse(readFileSync(path.join(system.dataDirectory, 'demo.json'), 'utf8')));
    password = demo.users.find(({ username }) => username === 'alice')?.password ?? '';
  }, 120_000);
  afterAll(async () => {
    await database.end();
    await system.stop();
  }, 60_000);

  const poll = (deviceCode: string) => system.post('/token', { client_id: CLIENT, grant_type: DEVICE_GRANT, device_code: deviceCode });

  /** Asks until nothing is pending; a device that was told to slow down waits no longer here than it has to. */
  async function outcome(deviceCode: string): Promise<string> {
    const ended = await until(
      async () => {
        const { status, body } = await poll(deviceCode).catch(() => ({ status: 503, body: {} as Record<string, unknown> }));
        return status === 200 ? 'tokens' : String(body['error']);
      },
      (answer) => ['tokens', 'access_denied', 'invalid_grant', 'expired_token'].includes(answer),
      RECOVERY_MS_MAX,
    );
    return ended?.found ?? 'nothing';
  }

  it('loses no approval that was confirmed, delivers none for a denial, redeems none twice', async () => {
    const choose = choices();
    const person = new Person(system.issuer, password);
    for (let trial = 1; trial <= TRIALS; trial += 1) {
      const victim = VICTIMS[choose(VICTIMS.length)] ?? 'device-ciba';
      const decision = choose(4) === 0 ? 'deny' : 'allow';
      const killAfterMs = choose(KILL_MS_MAX);
      const { body } = await system.post('/device_authorization', { client_id: CLIENT, scope: SCOPE });
      const deviceCode = String(body['device_code']);
      const address = await person.compare(String(body['user_code']));
      const first = person.decide(address, decision).catch((): Shown => 'nothing');
      await delay(killAfterMs);
      system.process(victim).kill('SIGKILL');
      const confirmed = await first;
      await system.process(victim).restart();
      // Whoever was told nothing goes on at the same address: there is the question still, or what became of it.
      const told = confirmed !== 'nothing' ? confirmed : await until(() => person.decide(address, decision).catch((): Shown => 'nothing'), (shown) => shown !== 'nothing', RECOVERY_MS_MAX).then((end) => end?.found ?? 'nothing');
      const context = `trial ${trial}: ${victim} killed after ${killAfterMs} ms, ${decision}`;
      expect(`${context}: ${told}`).toBe(`${context}: ${decision === 'allow' ? 'connected' : 'refused'}`);
      expect(`${context}: ${await outcome(deviceCode)}`).toBe(`${context}: ${decision === 'allow' ? 'tokens' : 'access_denied'}`);
      expect(`${context}: ${await outcome(deviceCode)}`).toBe(`${context}: ${decision === 'allow' ? 'invalid_grant' : 'access_denied'}`);
    }
    const { rows } = await database.query<{ state: string; n: number; redeemed: number }>(
      `SELECT d.state, count(*)::int AS n, (SELECT count(*)::int FROM device_ciba_audit_event a WHERE a.action = 'device-authorization.redeemed') AS redeemed
         FROM device_authorization d GROUP BY d.state`,
    );
    const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0;
    expect(of('redeemed') + of('denied')).toBe(TRIALS);
    expect(rows[0]?.redeemed).toBe(of('redeemed'));
  }, TRIAL_MS_MAX * TRIALS);
});
