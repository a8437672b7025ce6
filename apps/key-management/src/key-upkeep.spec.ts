import { ManualTime, until } from '@tessera/key-lease/testing';
import { Metrics, silentLogger } from '@tessera/observability';
import { keyRecord } from '@tessera/protocol/key-lifecycle/testing';
import { Outage } from '@tessera/vocabulary';
import type { KeyManagement } from './key-management.js';
import { KeyUpkeep } from './key-upkeep.js';

function upkept() {
  const state: { encryption: Error | null; database: Error | null } = { encryption: null, database: null };
  const runs: string[] = [];
  const attempt = (name: string, failure: () => Error | null, result: unknown = undefined) => () => {
    const error = failure();
    if (error !== null) return Promise.reject(error);
    runs.push(name);
    return Promise.resolve(result);
  };
  const management = {
    checkEncryption: attempt('check', () => state.encryption),
    schedule: { run: attempt('schedule', () => state.database, [keyRecord({ activeAt: 1_699_999_990, algorithm: 'ES256' })]) },
    wrappings: { counts: attempt('counts', () => null, [{ id: 'kek-1', wrapped: 7 }]) },
    leases: { removeOldAudit: attempt('audit', () => null) },
    vault: { keepOnly: (kids: ReadonlySet<string>) => void runs.push(`keep ${[...kids].join()}`) },
  } as unknown as KeyManagement;
  const time = new ManualTime();
  const metrics = new Metrics('key-management');
  const lines: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => void lines.push(message) };
  const upkeep = new KeyUpkeep(management, { clock: time, timer: time, logger, metrics });
  const next = async () => {
    await until(() => time.nextMs !== null);
    time.advance(time.nextMs ?? 0);
    await until(() => time.nextMs !== null);
  };
  return { upkeep, state, runs, time, metrics, lines, next };
}

const missing = new Outage('key-encryption', 'key-encryption key "kek-1" is missing');

describe('F29 the key-encryption key is away', () => {
  it('at the start: an outage that names it, nothing made, and the start may be tried again', async () => {
    const { upkeep, state, runs } = upkept();
    state.encryption = missing;
    await expect(upkeep.start()).rejects.toThrow('"kek-1" is missing');
    expect(runs).toEqual([]);
    state.encryption = null;
    await upkeep.start();
    expect(runs).toContain('schedule');
  });

  it('at run time: the schedule goes on, the check says so, one line is written, and it heals', async () => {
    const { upkeep, state, runs, lines, next } = upkept();
    await upkeep.start();
    state.encryption = missing;
    await next();
    await next();
    expect([upkeep.encryptionHolds, lines, runs.filter((run) => run === 'schedule')]).toEqual([false, ['a key-encryption key is away'], ['schedule', 'schedule', 'schedule']]);
    state.encryption = null;
    await next();
    expect(upkeep.encryptionHolds).toBe(true);
  });
});

describe('Ours: the schedule of keys', () => {
  it('is kept every ten seconds, give or take a tenth', async () => {
    const { upkeep, time } = upkept();
    await upkeep.start();
    expect(time.nextMs).toBeGreaterThanOrEqual(9_000);
    expect(time.nextMs).toBeLessThanOrEqual(11_000);
  });

  it('goes on after the database was away, and stops when told to', async () => {
    const { upkeep, state, runs, lines, next, time } = upkept();
    await upkeep.start();
    state.database = new Outage('postgresql', 'away');
    await next();
    expect(lines).toEqual(['the schedule of keys cannot be kept']);
    state.database = null;
    await next();
    expect(runs.filter((run) => run === 'schedule')).toHaveLength(2);
    upkeep.stop();
    expect(time.nextMs).toBeNull();
  });

  it('lets go of removed keys, and shows what operators watch', async () => {
    const { upkeep, runs, metrics } = upkept();
    await upkeep.start();
    expect(runs).toContain('keep key-1');
    const shown = await metrics.exposition();
    expect(shown).toMatch(/tessera_kek_wrapped_keys\{kek="kek-1",process="key-management"\} 7/);
    expect(shown).toMatch(/tessera_signing_key_age_seconds\{algorithm="ES256",state="active",process="key-management"\} 10/);
  });
});
