import { silentLogger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { TokenMaintenance } from './token-maintenance.js';

/** Tables with a number of past rows, a ledger, and pauses that end when the test says so. */
function maintenance(past: Record<string, number> = {}) {
  const steps: string[] = [];
  const pauses: (() => void)[] = [];
  const failures: Error[] = [];
  const queries = {
    run: (name: string, [rowsMax]: readonly unknown[]) => {
      const failure = failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      const count = Math.min(past[name] ?? 0, Number(rowsMax));
      past[name] = (past[name] ?? 0) - count;
      steps.push(`${name} ${count}`);
      return Promise.resolve(Array.from({ length: count }, () => ({})));
    },
  };
  const ledger = { emptyPastBuckets: () => Promise.resolve(steps.push('buckets')).then(() => 2) };
  const pause = (_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      pauses.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  return { steps, pauses, failures, maintenance: new TokenMaintenance(queries, ledger, silentLogger, pause) };
}

/** Lets everything run that is not waiting for a pause. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('Ours: what is past gives back its space', () => {
  it('empties buckets, then removes tokens and revocations', async () => {
    const { maintenance: work, steps } = maintenance({ 'remove-expired-opaque-access-tokens': 7, 'remove-expired-revoked-jtis': 3 });
    await expect(work.run()).resolves.toEqual({ buckets: 2, rows: 10 });
    expect(steps).toEqual([
      'buckets', 'remove-expired-opaque-access-tokens 7', 'remove-expired-revoked-jtis 3', 'remove-expired-refresh-generations 0',
      'remove-expired-refresh-families 0',
    ]);
  });

  it('goes on while batches are full', async () => {
    const { maintenance: work } = maintenance({ 'remove-expired-opaque-access-tokens': 2_500 });
    await expect(work.run()).resolves.toMatchObject({ rows: 2_500 });
  });

  it('leaves the rest of a long backlog to the next run (F30)', async () => {
    const { maintenance: work } = maintenance({ 'remove-expired-opaque-access-tokens': 50_000 });
    await expect(work.run()).resolves.toMatchObject({ rows: 20_000 });
    await expect(work.run()).resolves.toMatchObject({ rows: 20_000 });
    await expect(work.run()).resolves.toMatchObject({ rows: 10_000 });
  });

  it('repeats, through an outage, until it is stopped', async () => {
    const { maintenance: work, steps, pauses, failures } = maintenance();
    work.start();
    expect(steps).toEqual([]);
    failures.push(new Outage('postgresql', 'away'));
    pauses.shift()?.();
    await turns();
    expect(steps).toEqual(['buckets']);
    pauses.shift()?.();
    await turns();
    expect(steps.filter((step) => step === 'buckets')).toHaveLength(2);
    await work.stop();
    expect(steps).toHaveLength(6);
  });
});
