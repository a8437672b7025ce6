import { createHash, randomBytes } from 'node:crypto';
import { REPLAY_LEDGER_LAWS } from '@tessera/protocol/client-authentication/testing';
import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';
import { Queries, type QueryRunner } from './queries.js';
import { SqlReplayLedger } from './sql-replay-ledger.js';
import { loadStatements } from './statements.js';

const [, TOKEN] = DATABASE_ROLES;
const SLOT_SECONDS = 300;
const RING = 8;
const ROUNDS = 25;
const RACERS = 40;

const suite = useDatabase();

/** A ledger as one process has it; `seen` counts its statements. */
function process(max = 5): { readonly ledger: SqlReplayLedger; readonly statements: string[] } {
  const statements: string[] = [];
  const queries = new Queries(suite.pool(TOKEN, max), loadStatements('token'));
  const counted: QueryRunner = {
    run: (name, params) => {
      statements.push(name);
      return queries.run(name, params);
    },
  };
  return { ledger: new SqlReplayLedger(counted), statements };
}

async function databaseNow(): Promise<number> {
  const { rows } = await suite.owner.query<{ now: number }>('SELECT floor(extract(epoch FROM now()))::float8 AS now');
  return rows[0]?.now ?? 0;
}

/** What the work observed while one slot lasted: a slot that ended meanwhile, once in five minutes, is tried again. */
async function withinOneSlot<Seen>(work: (now: number) => Promise<Seen>): Promise<Seen> {
  for (;;) {
    const now = await databaseNow();
    const seen = await work(now);
    if (Math.floor(now / SLOT_SECONDS) === Math.floor((await databaseNow()) / SLOT_SECONDS)) return seen;
  }
}

async function entriesByBucket(): Promise<ReadonlyMap<number, number>> {
  const { rows } = await suite.owner.query<{ bucket: number; count: number }>('SELECT bucket, count(*)::int AS count FROM replay_ledger GROUP BY bucket');
  return new Map(rows.map(({ bucket, count }) => [bucket, count]));
}

const digest = (text = randomBytes(16).toString('hex')) => createHash('sha256').update(text).digest();
const bucketOf = (expiry: number) => Math.floor(expiry / SLOT_SECONDS) % RING;
/** As the ledger stores it, for entries that time has left behind. */
const stored = (entry: Buffer, expiry: number) => {
  const slot = Buffer.alloc(8);
  slot.writeBigUInt64BE(BigInt(Math.floor(expiry / SLOT_SECONDS)));
  return createHash('sha256').update(slot).update(entry).digest();
};

beforeEach(() => suite.owner.query('TRUNCATE replay_ledger'));

describe('CLI-7 the laws of a replay ledger, in PostgreSQL', () => {
  const open = async () => ({ ledger: process().ledger, now: await databaseNow() });

  it.each(REPLAY_LEDGER_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });
});

describe('I1 of concurrent presentations exactly one counts', () => {
  it(`MUST have one winner of ${RACERS} in four processes, ${ROUNDS} times`, async () => {
    const processes = Array.from({ length: 4 }, () => process().ledger);
    for (let round = 0; round < ROUNDS; round++) {
      const [entry, expiry] = [digest(), (await databaseNow()) + 60];
      const racing = Array.from({ length: RACERS / processes.length }, () => processes.map((ledger) => ledger.spend(entry, expiry))).flat();
      expect((await Promise.all(racing)).filter((one) => one === 'spent')).toHaveLength(1);
    }
  });

  it(`MUST have one winner when each presentation is a statement of its own, ${ROUNDS} times`, async () => {
    const { ledger } = process(10);
    for (let round = 0; round < ROUNDS; round++) {
      const entry = { digest: digest(), expiresAt: (await databaseNow()) + 60 };
      const racing = await Promise.all(Array.from({ length: RACERS }, () => ledger.spendAll([entry])));
      expect(racing.flat().filter((one) => one === 'spent')).toHaveLength(1);
    }
  });

  it('MUST decide batches with the same entries in any order, without a deadlock', async () => {
    const ledgers = Array.from({ length: 4 }, () => process().ledger);
    for (let round = 0; round < ROUNDS; round++) {
      const now = await databaseNow();
      const entries = Array.from({ length: 50 }, (_, i) => ({ digest: digest(), expiresAt: now + 10 + ((i * 37) % 500) }));
      const shuffled = (seed: number) => [...entries].sort((a, b) => a.digest.readUInt8(seed) - b.digest.readUInt8(seed));
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, async (_, i) => {
          const mine = shuffled(i);
          const won = (await ledgers[i % 4]?.spendAll(mine)) ?? [];
          return mine.filter((_entry, at) => won[at] === 'spent');
        }),
      );
      expect(outcomes.flat()).toHaveLength(entries.length);
      expect(new Set(outcomes.flat()).size).toBe(entries.length);
    }
  });
});

describe('Cost rule: the presentations of one turn are one statement', () => {
  it('MUST answer each by itself, and of two equal ones exactly one with true', async () => {
    const { ledger, statements } = process();
    const expiry = (await databaseNow()) + 60;
    const [same, other] = [digest('same'), digest('other')];
    expect(await Promise.all([ledger.spend(same, expiry), ledger.spend(other, expiry), ledger.spend(same, expiry)])).toEqual(['spent', 'spent', 'replayed']);
    expect(statements).toEqual(['spend-replay-entries']);
  });

  it('splits a turn that is fuller than a statement takes', async () => {
    const { ledger, statements } = process();
    const expiry = (await databaseNow()) + 60;
    const won = await Promise.all(Array.from({ length: 250 }, () => ledger.spend(digest(), expiry)));
    expect(new Set(won)).toEqual(new Set(['spent']));
    expect(statements).toHaveLength(3);
  });
});

describe('Decision 5: the bucket follows from the expiry of the signed claim', () => {
  it('MUST put an entry where its expiry says, whenever it arrives', async () => {
    const { ledger } = process();
    const now = await databaseNow();
    const expiries = [now + 10, now + 200, now + 400, now + 599];
    for (const expiry of expiries) expect(await ledger.spend(digest(), expiry)).toBe('spent');
    const expected = new Map<number, number>();
    for (const expiry of expiries) expected.set(bucketOf(expiry), (expected.get(bucketOf(expiry)) ?? 0) + 1);
    expect(await entriesByBucket()).toEqual(expected);
  });

  it('MUST not take what is past by the clock of the database, nor what lies beyond the ring', async () => {
    const { ledger } = process();
    const now = await databaseNow();
    for (const expiry of [now - 3, now - 3_600]) expect(await ledger.spend(digest(), expiry)).toBe('past');
    for (const expiry of [now + 700, now + RING * SLOT_SECONDS]) expect(await ledger.spend(digest(), expiry)).toBe('beyond');
    expect(await entriesByBucket()).toEqual(new Map());
  });

  it('MUST never let a replay in through a bucket that nobody emptied', async () => {
    const { ledger } = process();
    const expiry = (await databaseNow()) + 100;
    const entry = digest();
    // One ring earlier this bucket was full, and nothing has ever been emptied.
    for (let i = 0; i < 100; i++) {
      const old = expiry - RING * SLOT_SECONDS;
      await suite.owner.query('INSERT INTO replay_ledger VALUES ($1, $2)', [bucketOf(old), stored(digest(), old)]);
    }
    expect(await ledger.spend(entry, expiry)).toBe('spent');
    expect(await ledger.spend(entry, expiry)).toBe('replayed');
  });

  it('MUST not refuse a new assertion for an old entry of a ring before, not even one with the same jti', async () => {
    const { ledger } = process();
    const expiry = (await databaseNow()) + 100;
    const entry = digest('the same jti again');
    for (const rings of [1, 2, 10]) {
      const old = expiry - rings * RING * SLOT_SECONDS;
      expect(bucketOf(old)).toBe(bucketOf(expiry));
      await suite.owner.query('INSERT INTO replay_ledger VALUES ($1, $2)', [bucketOf(old), stored(entry, old)]);
    }
    expect(await ledger.spend(entry, expiry)).toBe('spent');
  });
});

describe('Decision 5: a bucket wholly past is emptied', () => {
  it('MUST never name a bucket in which something may still be entered, at any second of the ring', async () => {
    const { rows } = await suite.owner.query<{ instants: number; wrong: number; named: number }>(`
      WITH instants AS (SELECT 1767225600 + s AS now, past_replay_buckets(to_timestamp(1767225600 + s)) AS past FROM generate_series(0, 2 * 2400, 1) AS s)
      SELECT count(*)::int AS instants,
             count(*) FILTER (WHERE EXISTS (
               -- What the statement takes, and 300 s more on both sides for one that takes that long to commit.
               SELECT FROM generate_series((now - 301) / 300, (now + 899) / 300) AS slot WHERE (slot % 8)::smallint = ANY (past)))::int AS wrong,
             count(DISTINCT past[1])::int AS named
        FROM instants`);
    expect(rows).toEqual([{ instants: 4_801, wrong: 0, named: RING }]);
  }, 60_000);

  it('MUST empty exactly the past buckets, by a process that has no right to truncate', async () => {
    const { ledger } = process();
    const seen = await withinOneSlot(async (now) => {
      for (let bucket = 0; bucket < RING; bucket++) await suite.owner.query('INSERT INTO replay_ledger VALUES ($1, $2)', [bucket, digest()]);
      const emptied = await ledger.emptyPastBuckets();
      const left = [...(await entriesByBucket()).keys()].sort();
      return { current: Math.floor(now / SLOT_SECONDS), emptied, left, again: await ledger.emptyPastBuckets() };
    });
    const past = [(seen.current - 3) % RING, (seen.current - 4) % RING];
    expect(seen.emptied).toBe(2);
    expect(seen.left).toEqual([0, 1, 2, 3, 4, 5, 6, 7].filter((bucket) => !past.includes(bucket)));
    expect(seen.again).toBe(0);
  });

  it('keeps every answer that still matters', async () => {
    const { ledger } = process();
    const now = await databaseNow();
    const spent = [now + 10, now + 300, now + 599].map((expiry) => ({ entry: digest(), expiry }));
    for (const { entry, expiry } of spent) expect(await ledger.spend(entry, expiry)).toBe('spent');
    await ledger.emptyPastBuckets();
    for (const { entry, expiry } of spent) expect(await ledger.spend(entry, expiry)).toBe('replayed');
  });

  it('does not hold up those who spend', async () => {
    const { ledger } = process();
    const now = await databaseNow();
    const past = (Math.floor(now / SLOT_SECONDS) - 3) % RING;
    const emptying = await suite.owner.connect();
    await emptying.query('BEGIN');
    await emptying.query(`LOCK TABLE replay_ledger_${past} IN ACCESS EXCLUSIVE MODE`);
    expect(await ledger.spend(digest(), now + 60)).toBe('spent');
    await emptying.query('ROLLBACK');
    emptying.release();
  });
});
