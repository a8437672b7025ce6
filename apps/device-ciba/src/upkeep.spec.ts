import { Outage } from '@tessera/vocabulary';
import { Upkeep } from './upkeep.js';

/** Upkeep with a timer that runs nothing by itself, and what was done. */
function upkeep(rows: (statement: string) => number = () => 0) {
  const done: string[] = [];
  const waiting: { milliseconds: number; run: () => void }[] = [];
  const warned: string[] = [];
  const timer = {
    after: (milliseconds: number, run: () => void) => {
      const one = { milliseconds, run };
      waiting.push(one);
      return () => void waiting.splice(waiting.indexOf(one), waiting.includes(one) ? 1 : 0);
    },
  };
  const queries = { run: async (name: string) => (done.push(name), Array.from({ length: rows(name) }, () => ({}))) };
  const clock = { epochSeconds: () => 0, monotonicMs: () => 0 };
  return { upkeep: new Upkeep(queries, { clock, logger: { warn: (text) => void warned.push(text) }, timer }), done, waiting, warned };
}

/** Lets everything run that has nothing to wait for. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('GEN-9 what device-ciba does again and again', () => {
  it('tidies everything at the start, and plans the next time', async () => {
    const { upkeep: one, done, waiting } = upkeep();
    one.start();
    await settled();
    for (const statement of ['record-expired-device-authorizations', 'remove-past-device-authorizations', 'remove-past-user-code-failures']) expect(done).toContain(statement);
    expect(new Set(done).size).toBe(done.length);
    expect(waiting).toHaveLength(1);
    one.stop();
    expect(waiting).toEqual([]);
  });

  it('goes on while batches are full, and no further than twenty in one run', async () => {
    const left = new Map([['remove-past-device-authorizations', 2], ['record-expired-device-authorizations', 1_000]]);
    const { upkeep: one, done } = upkeep((statement) => {
      const batches = left.get(statement) ?? 0;
      left.set(statement, batches - 1);
      return batches > 0 ? 1_000 : 0;
    });
    await one.run();
    const runs = (name: string) => done.filter((what) => what === name).length;
    expect([runs('remove-past-device-authorizations'), runs('record-expired-device-authorizations')]).toEqual([3, 20]);
  });

  it('is told when it fails, and tried again soon', async () => {
    const { upkeep: one, waiting, warned } = upkeep(() => {
      throw new Outage('postgresql', 'away');
    });
    one.start();
    await settled();
    expect(warned).toEqual(['what is past was not tidied; it is tried again']);
    expect(waiting[0]?.milliseconds).toBeLessThan(10_000);
    one.stop();
  });
});
