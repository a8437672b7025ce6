import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { NatsServer, testNkey } from '@tessera/messaging/testing';

const FOLDER = path.resolve(import.meta.dirname, '..');
const SEED = new TextDecoder().decode(testNkey().seed);
const PATIENCE_MS = 20_000;
const TRIVIAL = `async () => ({ checks: [], stop: async () => {} })`;
const SECRET = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A process of its own that runs a start, written as the source of the function: what its end means only shows from outside. */
class Program {
  readonly lines: Line[] = [];
  stderr = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(start: string, environment: Readonly<Record<string, string>>) {
    const source = `
      import { runProcess } from '@tessera/lifecycle';
      import { ConfigurationError } from '@tessera/configuration';
      import { Outage } from '@tessera/vocabulary';
      const told = () => new Promise((resolve) => process.stdin.once('data', resolve));
      await runProcess({ service: 'token', settings: {}, start: ${start} });`;
    this.child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      cwd: FOLDER,
      env: { PATH: process.env['PATH'] ?? '', TESSERA_ISSUER: 'https://login.example.com', NATS_SEED: SEED, OPS_PORT: '0', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts.map((line): Line => JSON.parse(line)));
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Lets what waits for `told()` go on. */
  tell(): void {
    this.child.stdin?.write('go on\n');
  }

  /** A process that ends writes its last lines at once, also past one that is still on its way: their order is not told. */
  messages(): string[] {
    return this.lines.map((line) => line.msg);
  }

  /** Waits for a line with this message. */
  async said(message: string): Promise<Line> {
    await until(() => this.messages().includes(message) || this.child.exitCode !== null);
    const line = this.lines.find((one) => one.msg === message);
    if (line === undefined) throw new Error(`it never said "${message}": ${JSON.stringify(this.lines)} ${this.stderr}`);
    return line;
  }

  async probe(port: number, at: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`http://127.0.0.1:${port}${at}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async end(): Promise<{ code: number | null; signal: string | null; ms: number }> {
    const began = performance.now();
    return { ...(await this.ended), ms: performance.now() - began };
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Looks again until it is so; waiting is on a condition with a bound. */
async function until(holds: () => boolean | Promise<boolean>, boundMs = PATIENCE_MS): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > boundMs) throw new Error(`not so after ${boundMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

let nats: NatsServer;
const programs: Program[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
});
afterAll(() => nats.stop());

function run(start: string, environment: Readonly<Record<string, string>> = {}): Program {
  const program = new Program(start, { NATS_URL: nats.url, ...environment });
  programs.push(program);
  return program;
}

async function serving(start = TRIVIAL, environment: Readonly<Record<string, string>> = {}): Promise<{ program: Program; port: number }> {
  const program = run(start, environment);
  const { port } = await program.said('serving');
  return { program, port: Number(port) };
}

describe('Ours: how a process ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('REL-5 %s: stops, says so, and ends with 0', async (signal) => {
    const { program } = await serving();
    program.signal(signal);
    expect(await program.end()).toMatchObject({ code: 0, signal: null });
    expect(program.messages().slice(-2).sort()).toEqual(['stopped', 'stopping']);
    expect([program.lines.at(-2)?.['signal'], program.stderr]).toEqual([signal, '']);
  }, 30_000);

  it('is not ready while it stops, lives on, and a second SIGTERM changes nothing', async () => {
    const { program, port } = await serving(`async () => ({ checks: [], stop: told })`);
    program.signal('SIGTERM');
    await program.said('stopping');
    expect(await program.probe(port, '/readyz')).toMatchObject({ status: 503, body: { stage: 'draining' } });
    program.signal('SIGTERM');
    expect((await program.probe(port, '/livez')).status).toBe(200);
    program.tell();
    expect(await program.end()).toMatchObject({ code: 0 });
    expect(program.messages().filter((message) => message === 'stopping')).toHaveLength(1);
  }, 30_000);

  it('ends at once with 1 when SIGINT is repeated', async () => {
    const { program } = await serving(`async () => ({ checks: [], stop: told })`);
    program.signal('SIGINT');
    await program.said('stopping');
    program.signal('SIGINT');
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.messages().at(-1)).toBe('asked to end at once');
  }, 30_000);

  it('ends with 1, and tells why, when the stop fails', async () => {
    const { program } = await serving(`async () => ({ checks: [], stop: () => Promise.reject(new Error('pool is broken')) })`);
    program.signal('SIGTERM');
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.lines.at(-1)).toMatchObject({ level: 'error', msg: 'the process cannot go on', error: { message: 'pool is broken' } });
  }, 30_000);

  it.each([
    ['a rejection', `setImmediate(() => void Promise.reject(new Error('lost ${SECRET}')))`],
    ['an exception', `setImmediate(() => { throw new Error('lost ${SECRET}') })`],
    ['no error at all', `setImmediate(() => { throw 'lost ${SECRET}' })`],
  ])('SEC-2 tells %s that nobody catches once, redacted, and ends with 1', async (_case, act) => {
    const { program } = await serving(`async () => { process.stdin.once('data', () => { ${act} }); return { checks: [], stop: async () => {} } }`);
    program.tell();
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.messages()).toEqual(['serving', 'an error that nobody caught ends the process']);
    expect(JSON.stringify(program.lines.at(-1))).toContain('lost [redacted]');
    expect(program.stderr).toBe('');
  }, 30_000);
});

describe('Ours: a stop asked for while the process starts', () => {
  it('ends with 0 without waiting for a bus that is away', async () => {
    const program = run(TRIVIAL, { NATS_URL: `nats://127.0.0.1:${await freePort()}` });
    await program.said('NATS cannot be reached');
    program.signal('SIGTERM');
    const { code, ms } = await program.end();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2_000);
    expect(program.messages().slice(-2).sort()).toEqual(['stopped', 'stopping']);
  }, 30_000);

  it('ends with 0 without waiting for an attempt that hangs', async () => {
    const program = run(`async ({ waitFor, logger }) => { logger.info('asking'); await waitFor('schema', () => new Promise(() => {})) }`);
    await program.said('asking');
    program.signal('SIGTERM');
    expect(await program.end()).toMatchObject({ code: 0 });
  }, 30_000);

  it('lets go of what a start that went on has opened, and never says it serves', async () => {
    const program = run(`async ({ logger }) => { logger.info('opening'); await told(); return { checks: [], stop: async () => logger.info('let go') } }`);
    await program.said('opening');
    program.signal('SIGTERM');
    await program.said('stopping');
    program.tell();
    expect(await program.end()).toMatchObject({ code: 0 });
    expect(program.messages().slice(-4).sort()).toEqual(['let go', 'opening', 'stopped', 'stopping']);
  }, 30_000);
});

describe('Ours: a start that cannot succeed', () => {
  it('ends with 1 and one line for a fault of ours', async () => {
    const program = run(`async () => { throw new TypeError('bug') }`);
    expect(await program.end()).toMatchObject({ code: 1 });
    expect(program.lines.at(-1)).toMatchObject({ level: 'error', msg: 'the process cannot go on', error: { name: 'TypeError', message: 'bug' } });
    expect(program.stderr).toBe('');
  }, 30_000);

  it.each<[string, string, Record<string, string>, string]>([
    ['what the start finds wrong', `async () => { throw new ConfigurationError('PORT is wrong: taken') }`, {}, 'token: PORT is wrong: taken\n'],
    ['a seed that does not fit its check sum', TRIVIAL, { NATS_SEED: `SU${'A'.repeat(56)}` }, 'token: NATS_SEED is wrong: the NATS seed is not an nkey seed (SU...)\n'],
    ['an address of another machine', TRIVIAL, { OPS_HOST: '192.0.2.1' }, 'token: OPS_HOST is wrong: no interface of this machine has that address\n'],
  ])('ends with 2 and one line that names the variable for %s', async (_case, start, environment, line) => {
    const program = run(start, environment);
    expect(await program.end()).toMatchObject({ code: 2 });
    expect(program.stderr).toBe(line);
  }, 30_000);

  it('ends with 2 when the operations port is taken', async () => {
    const { port } = await serving();
    const second = run(TRIVIAL, { OPS_PORT: String(port) });
    expect(await second.end()).toMatchObject({ code: 2 });
    expect(second.stderr).toBe(`token: OPS_PORT is wrong: ${port} is taken; choose another\n`);
  }, 30_000);
});

describe('I10 readiness is honest, I11 liveness does not depend', () => {
  it('starts before its bus, says what it waits for, and serves when the bus is there', async () => {
    const port = await freePort();
    const program = run(TRIVIAL, { NATS_URL: `nats://127.0.0.1:${port}`, OPS_PORT: String(await freePort()) });
    await program.said('NATS cannot be reached');
    const late = await NatsServer.start(() => `listen: "127.0.0.1:${port}"`);
    await program.said('serving').finally(() => late.stop());
    expect(program.messages().filter((message) => message === 'NATS cannot be reached')).toHaveLength(1);
  }, 40_000);

  it('says on /startupz what is waited for, and repeats an outage', async () => {
    const opsPort = await freePort();
    const program = run(
      `async ({ waitFor }) => { let there = false; void told().then(() => (there = true)); await waitFor('schema', async () => { if (!there) throw new Outage('schema', 'no table yet') }); return { checks: [], stop: async () => {} } }`,
      { OPS_PORT: String(opsPort) },
    );
    expect(await program.said('waiting for a dependency')).toMatchObject({ level: 'warn', dependency: 'schema', attempt: 1 });
    expect(await program.probe(opsPort, '/startupz')).toMatchObject({ status: 503, body: { waitingFor: 'schema' } });
    expect((await program.probe(opsPort, '/livez')).status).toBe(200);
    program.tell();
    await program.said('serving');
    expect((await program.probe(opsPort, '/readyz')).status).toBe(200);
  }, 30_000);

  it('is red within 10 s of the loss of the bus and green within 15 s of its return, in the same process', async () => {
    const { program, port } = await serving();
    const ready = async () => (await program.probe(port, '/readyz')).status === 200;
    expect(await ready()).toBe(true);
    await nats.kill();
    expect(await until(async () => !(await ready()))).toBeLessThan(10_000);
    expect((await program.probe(port, '/livez')).status).toBe(200);
    await nats.restart();
    expect(await until(ready)).toBeLessThan(15_000);
    await program.said('NATS disconnected');
    await program.said('NATS connected');
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toMatch(/^tessera_bus_connected\{process="token"\} 1$/m);
  }, 60_000);

  it('is red within 10 s when the bus stands still without closing anything', async () => {
    const { program, port } = await serving();
    const ready = async () => (await program.probe(port, '/readyz')).status === 200;
    nats.signal('SIGSTOP');
    try {
      expect(await until(async () => !(await ready()))).toBeLessThan(10_000);
    } finally {
      nats.signal('SIGCONT');
    }
    expect(await until(ready)).toBeLessThan(15_000);
  }, 60_000);
});

describe('Ours: LOG_LEVEL', () => {
  it('leaves out what is less severe', async () => {
    const program = run(`async ({ logger }) => { for (const level of ['debug', 'info', 'warn', 'error']) logger[level](level); throw new ConfigurationError('enough') }`, { LOG_LEVEL: 'warn' });
    expect(await program.end()).toMatchObject({ code: 2 });
    expect(program.messages()).toEqual(['warn', 'error']);
  }, 30_000);
});
