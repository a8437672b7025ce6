import { HostSlots } from './host-slots.js';

const patient = () => new AbortController();

describe('Ours (OUT-4): exchanges with one host', () => {
  it('gives a slot at once while there is one, and in order afterwards', async () => {
    const slots = new HostSlots(1, 4);
    const first = await slots.take('a:443', patient().signal);
    const order: string[] = [];
    const second = slots.take('a:443', patient().signal).then((release) => (order.push('second'), release));
    const third = slots.take('a:443', patient().signal).then((release) => (order.push('third'), release));
    expect(await slots.take('b:443', patient().signal)).not.toBeNull();
    expect(order).toEqual([]);
    first?.();
    (await second)?.();
    (await third)?.();
    expect(order).toEqual(['second', 'third']);
  });

  it('refuses when enough wait already', async () => {
    const slots = new HostSlots(1, 1);
    await slots.take('a:443', patient().signal);
    void slots.take('a:443', patient().signal);
    expect(await slots.take('a:443', patient().signal)).toBeNull();
  });

  it('gives up waiting when the exchange is over, and the slot is not lost', async () => {
    const slots = new HostSlots(1, 1);
    const release = await slots.take('a:443', patient().signal);
    const hurried = patient();
    const waiting = slots.take('a:443', hurried.signal);
    hurried.abort();
    expect(await waiting).toBeNull();
    release?.();
    expect(await slots.take('a:443', patient().signal)).not.toBeNull();
  });

  it('a slot freed twice is freed once', async () => {
    const slots = new HostSlots(1, 0);
    const release = await slots.take('a:443', patient().signal);
    release?.();
    const again = await slots.take('a:443', patient().signal);
    release?.();
    expect(await slots.take('a:443', patient().signal)).toBeNull();
    again?.();
  });

  it('forgets a host nobody talks to', async () => {
    const slots = new HostSlots(2, 2);
    (await slots.take('a:443', patient().signal))?.();
    expect(slots.hostsInUse).toBe(0);
  });
});
