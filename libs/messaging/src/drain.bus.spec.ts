import { Bus } from './bus.js';
import { newCallContext } from './call-context.js';
import { ServiceClient } from './client/service-client.js';
import { NatsServer, serving, testIdentity, transportServing } from './testing/index.js';
import { Echo } from './testing/spec-contracts.js';

const CALLS = 12_000;
/** The call in which one of two replicas is told to stop: it gets about half of all. */
const LAST_CALL = 2_000;
const ENOUGH_MS = 60_000;

let nats: NatsServer;

beforeAll(async () => {
  nats = await NatsServer.start();
});

afterAll(async () => {
  await nats.stop();
});

/** A replica that works over several turns of the event loop. `began` is told the number of each call when it is in flight. */
async function replica(began: (call: number) => void = () => {}) {
  let calls = 0;
  const slowly = serving(Echo, async ({ text }) => {
    calls += 1;
    began(calls);
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return { text };
  });
  const bus = await Bus.connect(testIdentity('token', nats.url));
  const transport = await transportServing(bus, [slowly]);
  const stop = async (): Promise<number> => {
    await transport.close();
    const left = transport.inflight;
    await bus.close();
    return left;
  };
  return { transport, stop };
}

describe('REL-5 a replica that stops under load loses no request', () => {
  it(`0 of ${CALLS} fail while one of two replicas is closed`, async () => {
    let stopped: Promise<number> | null = null;
    let workLeft = 0;
    const staying = await replica();
    const leaving = await replica((call) => {
      if (call !== LAST_CALL) return;
      workLeft = leaving.transport.inflight;
      stopped = leaving.stop();
    });
    const gateway = await Bus.connect(testIdentity('gateway', nats.url));
    const services = new ServiceClient(gateway);
    let begun = 0;
    let answered = 0;
    const failures: unknown[] = [];
    const asker = async (): Promise<void> => {
      while (begun < CALLS) {
        begun += 1;
        await services.call(Echo, { text: 'a' }, newCallContext()).then(() => (answered += 1), (error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: 64 }, asker));
    expect(failures).toEqual([]);
    expect(answered).toBe(CALLS);
    // It was in the middle of something when it was told to stop, and finished it.
    expect(workLeft).toBeGreaterThan(0);
    expect(await stopped).toBe(0);
    await gateway.close();
    await staying.stop();
  }, ENOUGH_MS);

  it('one replica after another is replaced: 0 fail', async () => {
    const gateway = await Bus.connect(testIdentity('gateway', nats.url));
    const services = new ServiceClient(gateway);
    let current = await replica();
    let rolling = true;
    let answered = 0;
    const asker = async (): Promise<void> => {
      while (rolling) {
        await services.call(Echo, { text: 'a' }, newCallContext());
        answered += 1;
      }
    };
    const load = Promise.all(Array.from({ length: 32 }, asker));
    for (let release = 0; release < 5; release += 1) {
      await until(() => answered >= release * 1_000);
      const next = await replica();
      expect(await current.stop()).toBe(0);
      current = next;
    }
    await until(() => answered >= 5_000);
    rolling = false;
    await load;
    await gateway.close();
    await current.stop();
  }, ENOUGH_MS);
});

/** Waits on a condition, bounded by the spec's own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
