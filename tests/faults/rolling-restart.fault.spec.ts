import path from 'node:path';
import { freePort } from '../../tools/launcher/ports.mjs';
import { type Drivers, loadedDrivers } from './mixed-clients.js';
import { type Failure, HELD_FLOW, MixedLoad } from './mixed-load.js';
import type { Started } from '../flows/device.js';
import { RoundRobin } from './round-robin.js';
import { choices, type FaultyProcess, SAMPLE, System, TRIALS, until } from './system.js';

const WORKLOADS = ['gateway', 'token', 'authorization', 'device-ciba', 'worker', 'key-management'] as const;
type Workload = (typeof WORKLOADS)[number];
const REPLICAS = Object.fromEntries(WORKLOADS.map((name) => [name, 2]));
const PER_SECOND = 200;
/** Twelve restarts a round take a minute on a busy machine: twenty-five rounds would leave a full run no time for the rest. */
const ROUNDS = Math.min(TRIALS, 5);
/** Everything comes from one address here. */
const LIMITS = {
  CLIENT_FAILURES_PER_MINUTE: '1000000',
  SOURCE_FAILURES_PER_MINUTE: '1000000',
  SOURCE_PAGES_PER_MINUTE: '1000000',
  DEVICE_CODES_PER_CLIENT: '100000',
  DEVICE_CODES_PER_SOURCE: '100000',
};

/** How long the loss of a process may go unnoticed, how long its start may take, and how long clients may see errors. */
const NOT_READY_MS = 10_000;
const READY_MS = 15_000;
const WHOLE_MS = 30_000;
/** Keys are lent for a minute, and deliveries wait: nobody notices that these are away. */
const NEVER_ASKED: readonly Workload[] = ['key-management', 'worker'];
/** A graceful stop takes at most this long. */
const STOPPED_MS = 25_000;
/** A restart that lost a flow from the mixture would prove nothing. */
const FLOWS = ['authorization', 'backchannel poll', 'client credentials', 'code', 'device poll', 'introspection', 'refresh'];
const underTest = process.env['TESSERA_DEMO'];
const choose = choices();
/** A restart of all six takes more than a minute: a sample is one of them, by the seed. */
const CHOSEN: readonly Workload[] = SAMPLE ? [WORKLOADS[choose(WORKLOADS.length)] ?? 'token'] : WORKLOADS;

/** The tables of docs/reliability.md, as this run would write them. */
const TABLES = {
  rolling: ['restarted one after the other', 'requests', 'failed', 'broken connections', 'longest stop, s', 'slowest answer, ms'],
  one: ['one of two killed', 'requests', 'broken connections', 'failed', 'failed after one retry', 'not ready after, ms', 'ready again after, s', 'whole again after, s'],
  all: ['all killed', 'requests', 'failed meanwhile', 'not ready after, ms', 'ready again after, s', 'whole again after, s'],
};
const rows: Record<keyof typeof TABLES, (string | number)[][]> = { rolling: [], one: [], all: [] };
const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;
const seconds = (ms: number) => (ms / 1_000).toFixed(1);

function printTables(): void {
  for (const [name, heads] of Object.entries(TABLES)) {
    const all = rows[name === 'one' || name === 'all' ? name : 'rolling'];
    if (all.length > 0) process.stdout.write([line(heads), line(heads.map(() => '---')), ...all.map(line), '\n'].join(''));
  }
}

let front: RoundRobin;
let system: System;
let drivers: Drivers;
let load: MixedLoad;
let before: Started;

const copies = (name: Workload) => [system.process(name), system.process(`${name}-2`)];
const portOf = (replica: FaultyProcess) => Number(replica.env['PORT']);

beforeAll(async () => {
  front = await RoundRobin.listen();
  const issuer = `http://localhost:${front.port}`;
  const serviceEnv = { gateway: LIMITS, 'device-ciba': LIMITS };
  // Until a second gateway is known the front would lead nowhere, and the demo is declared over the bus.
  const gatewayPort = await freePort();
  system = await System.start({ replicas: REPLICAS, serviceEnv, env: { TESSERA_ISSUER: issuer, PORT: String(gatewayPort) } });
  for (const gateway of copies('gateway')) front.add(portOf(gateway));
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  drivers = await loadedDrivers();
  load = await MixedLoad.prepare(drivers, front.port);
  before = await drivers.startDevice(drivers.demoClient('demo-device'));
  load.start(PER_SECOND);
  await steady(400);
  expect(load.take().failures).toEqual([]);
}, 120_000);

afterAll(async () => {
  printTables();
  await load?.stop();
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await front.close();
}, 60_000);

/** Lets so many more answers come. */
async function steady(answers: number): Promise<void> {
  const wanted = load.answered + answers;
  expect(await until(async () => load.answered, (answered) => answered >= wanted, 30_000)).not.toBeNull();
}

/** What a rollout does to one replica: out of the endpoints, SIGTERM, drained, and its successor in when it is ready. */
async function rolled(name: Workload, replica: FaultyProcess): Promise<number> {
  if (name === 'gateway') front.drop(portOf(replica));
  const asked = performance.now();
  expect(await replica.stop()).toMatchObject({ code: 0 });
  const ms = performance.now() - asked;
  await replica.start();
  if (name === 'gateway') front.add(portOf(replica));
  return ms;
}

describe('F24, REL-5 a rolling restart under 200 mixed requests a second', () => {
  it.each(CHOSEN)('%s: no request fails, and each replica ends with status 0 within 25 s', async (name) => {
    load.take();
    const stops: number[] = [];
    for (let trial = 1; trial <= ROUNDS; trial += 1) {
      for (const replica of copies(name)) {
        stops.push(await rolled(name, replica));
        await steady(100);
      }
    }
    const seen = load.take();
    expect([seen.failures, seen.slowedDown]).toEqual([[], 0]);
    expect(Object.keys(seen.byFlow)).toEqual(expect.arrayContaining(FLOWS));
    // Who waits at a gateway that stops is answered at once, and asks the other.
    if (name === 'gateway') expect(seen.byFlow[HELD_FLOW]).toBeGreaterThan(0);
    expect(Math.max(...stops)).toBeLessThan(STOPPED_MS);
    rows.rolling.push([name, seen.answered, 0, seen.resets, seconds(Math.max(...stops)), Math.round(seen.slowestMs)]);
  }, 90_000 * ROUNDS);

  it('a device that waited through it is approved in a session from before, and gets its tokens', async () => {
    const client = drivers.demoClient('demo-device');
    const agent = load.somebody();
    const comparison = await drivers.enterCode(agent, system.issuer, before.userCode);
    expect(comparison.forms.flatMap(({ fields }) => fields).map(([name]) => name)).not.toContain('password');
    await drivers.answerDevice(agent, comparison, 'allow');
    expect((await drivers.pollDevice(client, before)).status).toBe(200);
  }, 30_000);
});

interface Outcome {
  readonly notReadyMs: number;
  readonly readyMs: number;
  readonly wholeMs: number;
}

/** Kills these replicas together, starts them again as a kubelet does, and says how long it took until nothing failed any more. */
async function killed(replicas: readonly FaultyProcess[]): Promise<Outcome> {
  const at = performance.now();
  for (const replica of replicas) replica.kill('SIGKILL');
  const gone = await Promise.all(replicas.map((replica) => until(() => replica.probe('/readyz'), (ready) => !ready, NOT_READY_MS)));
  expect(await until(async () => replicas.filter(({ pid }) => pid !== null), (living) => living.length === 0, 5_000)).not.toBeNull();
  const began = performance.now();
  await Promise.all(replicas.map((replica) => replica.start()));
  const ready = performance.now();
  await steady(400);
  // An answer that was lost is waited for until its deadline.
  const last = Math.max(ready, ...load.failures.map((one) => one.at + one.ms));
  return { notReadyMs: Math.max(...gone.map((one) => one?.ms ?? Number.POSITIVE_INFINITY)), readyMs: ready - began, wholeMs: last - at };
}

function expectInTime({ notReadyMs, readyMs, wholeMs }: Outcome): void {
  expect(notReadyMs).toBeLessThan(NOT_READY_MS);
  expect(readyMs).toBeLessThan(READY_MS);
  expect(wholeMs).toBeLessThan(WHOLE_MS);
}

const others = (name: Workload) => system.processes.filter((one) => !copies(name).includes(one));
const shown = ({ notReadyMs, readyMs, wholeMs }: Outcome) => [Math.round(notReadyMs), seconds(readyMs), seconds(wholeMs)];
const worst = (outcomes: readonly Outcome[]): Outcome => ({
  notReadyMs: Math.max(...outcomes.map((one) => one.notReadyMs)),
  readyMs: Math.max(...outcomes.map((one) => one.readyMs)),
  wholeMs: Math.max(...outcomes.map((one) => one.wholeMs)),
});

/** 503 or a connection that nobody took: never a refusal, which would say something of the request. */
function expectOutagesOnly(failures: readonly Failure[]): void {
  expect(failures.filter(({ status }) => status !== 503 && status !== 'reset twice')).toEqual([]);
}

/**
 * No 503 took longer than 5 s, the first bound above a hop's 2.5 s; as the gateways count it, because on a busy machine the load
 * waits for its own turn as well. Not of the token endpoint, where polls are held.
 */
async function expectOutagesInTime(): Promise<void> {
  for (const { opsUrl } of copies('gateway')) {
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    for (const endpoint of ['introspection', 'authorization']) {
      const upTo = (bound: string) => new RegExp(`^tessera_http_request_seconds_bucket\\{le="${bound}".*endpoint="${endpoint}",status="5xx"\\} (\\d+)$`, 'm').exec(metrics)?.[1];
      expect([endpoint, upTo('5')]).toEqual([endpoint, upTo('\\+Inf')]);
    }
  }
}

describe('F01, F02, F04, F05, F06 one replica of two is killed under 200 mixed requests a second', () => {
  it.each(CHOSEN)('%s: what it had in hand is 503 and comes through when asked again; within 15 s it is ready, and all others stay so', async (name) => {
    load.take();
    const outcomes: Outcome[] = [];
    for (let trial = 1; trial <= ROUNDS; trial += 1) {
      outcomes.push(await killed([copies(name)[choose(2)] ?? system.process(name)]));
      for (const one of others(name)) expect([one.opsUrl, await one.probe('/readyz')]).toEqual([one.opsUrl, true]);
    }
    const { failures, ...seen } = load.take();
    const lost = failures.filter(({ curedByRetry }) => curedByRetry !== true);
    rows.one.push([name, seen.answered, seen.resets, failures.length, lost.length, ...shown(worst(outcomes))]);
    expectOutagesOnly(failures);
    // A code or a refresh token may be spent although its answer was lost: then it is refused, as it must be (RFC 6749 §4.1.2).
    expect(lost.filter(({ flow }) => flow !== 'code' && flow !== 'refresh')).toEqual([]);
    expectInTime(worst(outcomes));
  }, 90_000 * ROUNDS);
});

// Each takes as long as its processes need to start; a sample does without.
if (!SAMPLE)
describe('F01 to F07 all replicas are killed under 200 mixed requests a second', () => {
  it.each(WORKLOADS)('%s: only outages meanwhile, and within 30 s nothing fails any more', async (name) => {
    load.take();
    const outcome = await killed(copies(name));
    const { failures, ...seen } = load.take();
    rows.all.push([name, seen.answered, failures.length, ...shown(outcome)]);
    expectOutagesOnly(failures);
    await expectOutagesInTime();
    if (NEVER_ASKED.includes(name)) expect(failures).toEqual([]);
    expectInTime(outcome);
  }, 90_000);
});
