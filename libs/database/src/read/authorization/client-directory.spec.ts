import { jest } from '@jest/globals';
import { type Logger, silentLogger } from '@tessera/observability';
import { client, resource } from '@tessera/protocol/client/testing';
import { Outage } from '@tessera/vocabulary';
import type { QueryRunner } from '../../queries.js';
import { ClientDirectory } from './client-directory.js';

interface Asked {
  readonly name: string;
  readonly params: readonly unknown[];
  answer(rows: readonly unknown[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Lets everything that can go on now go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A database that answers when the test says so. */
class HeldQueries implements QueryRunner {
  readonly asked: Asked[] = [];

  run(name: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        name,
        params,
        answer: (rows) => (resolve(rows), settled()),
        fail: (error) => (reject(error), settled()),
      });
    });
  }

  /** The only question of this kind that was not taken yet. */
  take(name: string): Asked {
    const [found, second] = this.asked.filter((one) => one.name === name);
    if (found === undefined || second !== undefined) throw new Error(`asked for ${name}: ${second === undefined ? 'never' : 'twice'}`);
    this.asked.splice(this.asked.indexOf(found), 1);
    return found;
  }
}

const row = (name: string, standsForMs: number | null = null) => ({ ...client({ name }), standsForMs });
const changes = (number: number, ids: readonly string[] = [], server = 'one', kind = 'client') =>
  ids.length === 0 ? [{ number, server, now: 0, kind: null, id: null }] : ids.map((id) => ({ number, server, now: 0, kind, id }));
const ID = client().clientId;
const AGE_MS_MAX = 5_000;
const POLL_MS = 500;

/** A started directory whose first question was answered at 0 ms. */
async function started(entriesMax = 10) {
  const clock = { now: 0, wall: 0, monotonicMs: () => clock.now, epochSeconds: () => clock.wall };
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const queries = new HeldQueries();
  const directory = new ClientDirectory(queries, { clock, logger, pollMs: POLL_MS, ageMsMax: AGE_MS_MAX, entriesMax });
  const starting = directory.start();
  await queries.take('read-client-changes').answer(changes(1));
  await starting;
  const poll = async (rows: readonly unknown[]) => {
    directory.pollNow();
    await queries.take('read-client-changes').answer(rows);
  };
  const known = async (name: string, id: string = ID) => {
    const found = directory.client(id);
    await queries.take('read-client').answer([{ ...row(name), clientId: id }]);
    return await found;
  };
  return { clock, lines, queries, directory, poll, known };
}

let directory: ClientDirectory | undefined;
async function open(entriesMax?: number) {
  const opened = await started(entriesMax);
  directory = opened.directory;
  return opened;
}
afterEach(() => directory?.stop());

describe('Decision 4: what is known is asked for once', () => {
  it('MUST answer again from memory', async () => {
    const { directory, queries, known } = await open();
    expect(await known('first')).toMatchObject({ name: 'first' });
    expect(await directory.client(ID)).toMatchObject({ name: 'first' });
    expect(queries.asked).toEqual([]);
  });

  it('MUST share one read among all who ask meanwhile', async () => {
    const { directory, queries } = await open();
    const asking = [directory.client(ID), directory.client(ID), directory.client(ID)];
    await queries.take('read-client').answer([row('shared')]);
    expect((await Promise.all(asking)).map((one) => one?.name)).toEqual(['shared', 'shared', 'shared']);
  });

  it('MUST not keep ids that nobody has, so that a new client is known at once', async () => {
    const { directory, queries } = await open();
    const first = directory.client('nobody');
    await queries.take('read-client').answer([]);
    expect(await first).toBeNull();
    const second = directory.client('nobody');
    await queries.take('read-client').answer([{ ...row('new'), clientId: 'nobody' }]);
    expect(await second).toMatchObject({ name: 'new' });
  });

  it('MUST not keep a failure', async () => {
    const { directory, queries, known } = await open();
    const first = directory.client(ID);
    const refused = expect(first).rejects.toThrow('postgresql: gone');
    await queries.take('read-client').fail(new Outage('postgresql', 'gone'));
    await refused;
    expect(await known('after')).toMatchObject({ name: 'after' });
  });

  it('I12 keeps a bounded number, the least recently asked for leaving first', async () => {
    const { directory, queries, known } = await open(2);
    await known('a', 'a');
    await known('b', 'b');
    await directory.client('a');
    await known('c', 'c');
    expect(await directory.client('a')).not.toBeNull();
    expect(queries.asked).toEqual([]);
    void directory.client('b').catch(() => {});
    expect(queries.asked.map(({ params }) => params[0])).toEqual(['b']);
  });

  it('keeps resources in the same way', async () => {
    const { directory, queries, poll } = await open();
    const { identifier } = resource();
    const first = directory.resource(identifier);
    await queries.take('read-resource').answer([resource()]);
    expect(await first).toEqual(resource());
    expect(await directory.resource(identifier)).toEqual(resource());
    await poll(changes(2, [identifier], 'one', 'resource'));
    void directory.resource(identifier).catch(() => {});
    expect(queries.asked.map(({ name }) => name)).toEqual(['read-resource']);
  });
});

describe('Decision 4: what changed is forgotten', () => {
  it('MUST ask with the number it knows and drop what changed, and nothing else', async () => {
    const { directory, queries, known } = await open();
    await known('old');
    await known('other', 'other');
    directory.pollNow();
    const question = queries.take('read-client-changes');
    expect(question.params[0]).toBe(1);
    await question.answer(changes(7, [ID]));
    expect(await directory.client('other')).toMatchObject({ name: 'other' });
    expect(await known('new')).toMatchObject({ name: 'new' });
    directory.pollNow();
    expect(queries.take('read-client-changes').params[0]).toBe(7);
  });

  it('MUST not keep what was dropped while it was being read, nor answer with it', async () => {
    const { directory, queries, poll } = await open();
    const early = directory.client(ID);
    const slow = queries.take('read-client');
    await poll(changes(2, [ID]));
    // Asked after the change is known: must not be told what the early read saw.
    const late = directory.client(ID);
    const fresh = queries.take('read-client');
    await slow.answer([row('before the change')]);
    await fresh.answer([row('after the change')]);
    expect(await late).toMatchObject({ name: 'after the change' });
    expect(await early).toMatchObject({ name: 'after the change' });
    expect(await directory.client(ID)).toMatchObject({ name: 'after the change' });
    expect(queries.asked).toEqual([]);
  });

  it('MUST not keep it either when nobody else asks meanwhile', async () => {
    const { directory, queries, poll, known } = await open();
    const early = directory.client(ID);
    const slow = queries.take('read-client');
    await poll(changes(2, [ID]));
    await slow.answer([row('before')]);
    await queries.take('read-client').answer([row('after')]);
    expect(await early).toMatchObject({ name: 'after' });
    await poll(changes(3, [ID]));
    expect(await known('later')).toMatchObject({ name: 'later' });
  });

  it('gives up on a client that changes faster than it can be read', async () => {
    const { directory, queries, poll } = await open();
    const asking = directory.client(ID);
    const refused = expect(asking).rejects.toMatchObject({ dependency: 'client-metadata' });
    for (let number = 2; number < 5; number++) {
      const slow = queries.take('read-client');
      await poll(changes(number, [ID]));
      await slow.answer([row('never seen')]);
    }
    await refused;
  });

  it('forgets an answer when a secret or a key set in it comes to its end', async () => {
    const { clock, directory, queries, poll } = await open();
    const first = directory.client(ID);
    clock.now = 100;
    await queries.take('read-client').answer([row('until 1000', 1_000)]);
    await first;
    clock.now = 999;
    expect(await directory.client(ID)).toMatchObject({ name: 'until 1000' });
    clock.now = 1_000;
    await poll(changes(1));
    void directory.client(ID).catch(() => {});
    expect(queries.asked.map(({ name }) => name)).toEqual(['read-client']);
  });

  it.each([
    ['another server answers', changes(1, [], 'two')],
    ['the numbers went back, as after a restore', changes(0)],
    ['there is more news than one answer holds', Array.from({ length: 1_000 }, (_, i) => ({ number: 2_000, server: 'one', now: 0, kind: 'client', id: `other-${i}` }))],
  ])('MUST forget everything when %s', async (_title, rows) => {
    const { poll, known } = await open();
    await known('old');
    await poll(rows);
    expect(await known('new')).toMatchObject({ name: 'new' });
  });
});

describe('Decision 4: a process that has had no answer for 5 s answers 503', () => {
  it('MUST count from when the answered question was sent, not from the answer', async () => {
    const { clock, directory, queries, known } = await open();
    await known('known');
    clock.now = 1_000;
    directory.pollNow();
    clock.now = 3_000;
    await queries.take('read-client-changes').answer(changes(1));
    clock.now = 6_000;
    expect(directory.fresh).toBe(true);
    expect(await directory.client(ID)).toMatchObject({ name: 'known' });
    clock.now = 6_001;
    expect(directory.fresh).toBe(false);
    await expect(directory.client(ID)).rejects.toMatchObject({ name: 'Outage', dependency: 'client-metadata' });
    await expect(directory.resource('https://r')).rejects.toMatchObject({ dependency: 'client-metadata' });
  });

  it('MUST say nothing before the first answer', async () => {
    const queries = new HeldQueries();
    const { clock, directory: other } = await open();
    const unstarted = new ClientDirectory(queries, { clock, logger: silentLogger });
    other.stop();
    await expect(unstarted.client(ID)).rejects.toThrow(Outage);
    expect(queries.asked).toEqual([]);
  });

  it('MUST not answer with a read that came back too late', async () => {
    const { clock, directory, queries } = await open();
    const asking = directory.client(ID);
    const refused = expect(asking).rejects.toMatchObject({ dependency: 'client-metadata' });
    clock.now = AGE_MS_MAX + 1;
    await queries.take('read-client').answer([row('late')]);
    await refused;
  });

  it('MUST begin with nothing after such a time, and be well again with one answer', async () => {
    const { clock, directory, lines, queries, known, poll } = await open();
    await known('old');
    directory.pollNow();
    await queries.take('read-client-changes').fail(new Outage('postgresql', 'gone'));
    clock.now = 60_000;
    await poll(changes(1));
    expect(directory.fresh).toBe(true);
    expect(await known('new')).toMatchObject({ name: 'new' });
    expect(lines).toEqual(['cannot ask for changes of client metadata', 'client metadata is up to date again']);
  });
});

describe('F18 the clock of the process is compared with each answer', () => {
  it('says how far apart they are, and nothing before the first answer', async () => {
    const { clock, directory, poll } = await open();
    expect(directory.clockSkewSeconds).toBe(0);
    expect(new ClientDirectory(new HeldQueries(), { clock, logger: silentLogger }).clockSkewSeconds).toBeNull();
    clock.wall = 120;
    await poll(changes(1));
    expect([directory.clockSkewSeconds, directory.clockAgrees]).toEqual([120, true]);
    await poll(changes(1));
    await poll(changes(1));
    expect(directory.clockAgrees).toBe(false);
  });

  it('MUST not stop answering by itself: readiness decides', async () => {
    const { clock, directory, known, poll } = await open();
    clock.wall = 120;
    for (let count = 0; count < 3; count += 1) await poll(changes(1));
    expect(directory.fresh).toBe(true);
    expect(await known('known')).toMatchObject({ name: 'known' });
  });
});

describe('Decision 4: one question at a time', () => {
  it('MUST not overlap itself, and ask once more when an event came meanwhile', async () => {
    const { directory, queries } = await open();
    directory.pollNow();
    directory.pollNow();
    directory.pollNow();
    expect(queries.asked).toHaveLength(1);
    await queries.take('read-client-changes').answer(changes(1));
    expect(queries.asked).toHaveLength(1);
    await queries.take('read-client-changes').answer(changes(2));
    expect(queries.asked).toEqual([]);
  });

  it('asks every 500 ms, after a failure too, and not any more once stopped', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    try {
      const { directory, queries } = await open();
      await jest.advanceTimersByTimeAsync(POLL_MS - 1);
      expect(queries.asked).toHaveLength(0);
      await jest.advanceTimersByTimeAsync(1);
      await queries.take('read-client-changes').fail(new Error('a bug'));
      await jest.advanceTimersByTimeAsync(POLL_MS);
      await queries.take('read-client-changes').answer(changes(1));
      directory.stop();
      await jest.advanceTimersByTimeAsync(10 * POLL_MS);
      expect(queries.asked).toHaveLength(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
