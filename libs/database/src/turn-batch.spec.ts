import { traces } from '@tessera/observability';
import { TurnBatch } from './turn-batch.js';

/** Doubles what it is given; remembers what came together. */
function doubling(sizeMax = 10) {
  const runs: (readonly number[])[] = [];
  const batch = new TurnBatch<number, number>((items) => {
    runs.push(items);
    return items.includes(13) ? Promise.reject(new Error('unlucky')) : Promise.resolve(items.map((item) => item * 2));
  }, sizeMax);
  return { batch, runs };
}

describe('Ours: what is asked for in one turn is done in one go', () => {
  it('gives everybody their own outcome', async () => {
    const { batch, runs } = doubling();
    expect(await Promise.all([batch.add(1), batch.add(2), Promise.resolve().then(() => batch.add(3))])).toEqual([2, 4, 6]);
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it('does not mix turns', async () => {
    const { batch, runs } = doubling();
    await batch.add(1);
    await batch.add(2);
    expect(runs).toEqual([[1], [2]]);
  });

  it('runs a full batch at once and the rest with the turn', async () => {
    const { batch, runs } = doubling(2);
    expect(await Promise.all([1, 2, 3, 4, 5].map((item) => batch.add(item)))).toEqual([2, 4, 6, 8, 10]);
    expect(runs).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('fails those of a failed run and nobody else', async () => {
    const { batch } = doubling(2);
    const outcomes = await Promise.allSettled([1, 13, 3].map((item) => batch.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('MUST not leave anybody waiting when a run answers with too little', async () => {
    const batch = new TurnBatch<number, number>(() => Promise.resolve([1]), 10);
    const outcomes = await Promise.allSettled([batch.add(1), batch.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('Ours: decision 43, common work is in the trace of the first who is recorded', () => {
  const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('also when somebody who is not came before', async () => {
    const begun: [string, string | null][] = [];
    traces.switchOn({ begin: (_kind, name, parent) => (begun.push([name, parent]), { traceparent: TRACEPARENT, note: () => {}, end: () => {} }) }, 1);
    try {
      const batch = new TurnBatch<number, number>(async (items) => {
        traces.child('client', `statement of ${items.length}`, {});
        return items;
      }, 10);
      const recorded = traces.begin('server', 'second', TRACEPARENT, {}, TRACEPARENT);
      await Promise.all([traces.within(null, () => batch.add(1)), traces.within(recorded, () => batch.add(2)), traces.within(null, () => batch.add(3))]);
      expect(begun).toEqual([['second', TRACEPARENT], ['statement of 3', TRACEPARENT]]);
      await batch.add(4);
      expect(begun).toHaveLength(2);
    } finally {
      traces.switchOff();
    }
  });
});
