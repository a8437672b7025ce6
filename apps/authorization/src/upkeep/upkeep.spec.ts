import { Outage } from '@tessera/vocabulary';
import { Upkeep } from './upkeep.js';

/** Upkeep with a timer that runs nothing by itself, and what was done. */
function upkeep(fails: () => boolean = () => false, removed: (statement: string) => readonly unknown[] = () => []) {
  const done: string[] = [];
  const asked = new Map<string, readonly unknown[]>();
  const waiting: { milliseconds: number; run: () => void }[] = [];
  const warned: string[] = [];
  const work = {
    refreshDueKeySets: async () => {
      if (fails()) throw new Outage('postgresql', 'away');
      done.push('key sets');
    },
    resealSecrets: async () => void done.push('secrets'),
    unusedRegistrationSeconds: 3_600,
    queries: { run: async (name: string, params: readonly unknown[]) => (done.push(name), asked.set(name, params), removed(name)) },
  };
  const timer = {
    after: (milliseconds: number, run: () => void) => {
      const one = { milliseconds, run };
      waiting.push(one);
      return () => void waiting.splice(waiting.indexOf(one), waiting.includes(one) ? 1 : 0);
    },
  };
  const clock = { epochSeconds: () => 0, monotonicMs: () => 0 };
  const logger = { warn: (message: string) => void warned.push(message) };
  return { upkeep: new Upkeep(work, { clock, logger, timer }), done, asked, waiting, warned };
}

const SIGN_IN = [
  'give-up-expired-logout-deliveries',
  'mark-used-registrations',
  'remove-expired-authorization-codes',
  'remove-expired-interactions',
  'remove-expired-pushed-authorization-requests',
  'remove-grants-of-past-sessions',
  'remove-old-client-changes',
  'remove-opened-secrets',
  'remove-outlived-grants',
  'remove-past-initial-access-tokens',
  'remove-past-sessions',
  'remove-past-sign-in-failures',
  'remove-revoked-grants',
  'remove-settled-logout-deliveries',
  'remove-unused-registrations',
];

/** Lets everything run that has nothing to wait for. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Ours: what authorization does again and again', () => {
  it('begins with everything, and plans the next time of each', async () => {
    const { upkeep: one, done, waiting } = upkeep();
    one.start();
    await settled();
    expect(done.sort()).toEqual(['key sets', ...SIGN_IN, 'secrets'].sort());
    expect(waiting).toHaveLength(4);
    one.stop();
  });

  it('RFC 7591 §5 marks registrations as used before it removes what nobody used, after the time that is set', async () => {
    const { upkeep: one, done, asked } = upkeep();
    one.start();
    await settled();
    one.stop();
    expect(asked.get('remove-unused-registrations')).toEqual([1_000, 3_600]);
    const [marked, grants, removed] = ['mark-used-registrations', 'remove-revoked-grants', 'remove-unused-registrations'].map((name) => done.indexOf(name));
    expect([marked, grants, removed]).toEqual([marked, grants, removed].sort((a = 0, b = 0) => a - b));
  });

  it('removes in batches until one is not full, and no more than 20 in one run', async () => {
    const full = Array.from({ length: 1_000 }, () => ({}));
    const left = new Map([['remove-opened-secrets', 3], ['remove-revoked-grants', 1_000]]);
    const { upkeep: one, done } = upkeep(undefined, (name) => {
      const batches = left.get(name) ?? 0;
      left.set(name, batches - 1);
      return batches > 0 ? full : full.slice(1);
    });
    one.start();
    for (let turn = 0; turn < 10; turn += 1) await settled();
    const runs = (name: string) => done.filter((what) => what === name).length;
    expect([runs('remove-opened-secrets'), runs('remove-revoked-grants'), runs('remove-past-sessions')]).toEqual([4, 20, 1]);
    one.stop();
  });

  it('fetches key sets at once when told to', async () => {
    const { upkeep: one, done } = upkeep();
    one.start();
    await settled();
    one.keySetsNow();
    await settled();
    expect(done.filter((what) => what === 'key sets')).toHaveLength(2);
    one.stop();
  });

  it('one task that fails is told, planned again soon, and holds up no other', async () => {
    const { upkeep: one, done, waiting, warned } = upkeep(() => true);
    one.start();
    await settled();
    expect(done.sort()).toEqual([...SIGN_IN, 'secrets']);
    expect(warned).toEqual(['the upkeep of key sets failed; it is tried again']);
    expect(waiting.filter((task) => task.milliseconds < 1_000)).toHaveLength(1);
    one.stop();
  });

  it('does nothing any more once it is stopped', async () => {
    const { upkeep: one, done, waiting } = upkeep();
    one.start();
    await settled();
    one.stop();
    expect(waiting).toEqual([]);
    one.keySetsNow();
    await settled();
    expect(done).toHaveLength(SIGN_IN.length + 2);
  });
});
