import { Lanes } from './lanes.js';

/** Work that ends when it is told to. */
function held() {
  let finish = () => {};
  const ended = new Promise<void>((resolve) => (finish = resolve));
  return { work: () => ended, finish };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('F15 receivers do not wait for each other', () => {
  it('a lane runs two at a time, lets six wait, in order, and turns others away', async () => {
    const lanes = new Lanes(() => {});
    const begun: number[] = [];
    const all = Array.from({ length: 10 }, (_, n) => {
      const { work, finish } = held();
      return { finish, ran: lanes.run('slow', () => (begun.push(n), work())) };
    });
    await settled();
    expect(begun).toEqual([0, 1]);
    expect(await Promise.all([all[8]?.ran, all[9]?.ran])).toEqual([false, false]);
    let other = false;
    expect(await lanes.run('quick', async () => void (other = true))).toBe(true);
    expect(other).toBe(true);
    for (const one of all) {
      one.finish();
      await settled();
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await Promise.all(all.map((one) => one.ran))).toEqual([true, true, true, true, true, true, true, true, false, false]);
  });

  it('asks again once it has room, and only when it turned somebody away', async () => {
    const asked: string[] = [];
    const lanes = new Lanes((lane) => void asked.push(lane));
    const works = Array.from({ length: 9 }, held);
    const ran = works.map(({ work }) => lanes.run('a', work));
    await lanes.run('b', async () => {});
    expect(asked).toEqual([]);
    for (const { finish } of works) {
      finish();
      await settled();
    }
    await Promise.all(ran);
    expect(asked).toEqual(['a']);
  });

  it('REL-5 closed, it turns away whoever waits and everybody from then on; what runs goes on', async () => {
    const lanes = new Lanes(() => {});
    const works = Array.from({ length: 4 }, held);
    const ran = works.map(({ work }) => lanes.run('a', work));
    lanes.close();
    expect(await Promise.all(ran.slice(2))).toEqual([false, false]);
    expect(await lanes.run('b', async () => {})).toBe(false);
    for (const { finish } of works) finish();
    expect(await Promise.all(ran)).toEqual([true, true, false, false]);
    expect(lanes.inUse).toBe(0);
  });

  it('work that fails gives its place back, and a lane nobody uses is forgotten', async () => {
    const lanes = new Lanes(() => {});
    for (let n = 0; n < 5; n += 1) await expect(lanes.run('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await lanes.run('a', async () => {})).toBe(true);
    expect(lanes.inUse).toBe(0);
  });
});
