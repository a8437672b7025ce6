import { packFrames } from '../frame.js';
import { InMemoryNetwork } from '../testing/in-memory-network.js';
import { Rang } from '../testing/spec-contracts.js';
import { hearEvent } from './hear-event.js';
import { ServiceClient } from './service-client.js';

/** A process that serves nothing and hears a bell. */
function hearing() {
  const network = new InMemoryNetwork();
  const heard: string[] = [];
  const told: string[] = [];
  const bus = network.join('gateway');
  const subscription = hearEvent(bus, Rang, ({ text }) => void heard.push(text), { error: (message) => void told.push(message) });
  return { network, heard, told, subscription };
}

const rung = (...bodies: readonly unknown[]) => packFrames(bodies.map((body) => ({ body })), () => {})[0]?.payload ?? Buffer.alloc(0);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Ours: decision 6, events in a process that serves nothing', () => {
  it('hears what the owner publishes, in every process, until it ends its interest', async () => {
    const { network, heard, subscription } = hearing();
    const owner = new ServiceClient(network.join('key-management'));
    hearEvent(network.join('gateway'), Rang, ({ text }) => void heard.push(`${text} too`), { error: () => {} });
    owner.publish(Rang, { text: 'ding' });
    await turn();
    expect(heard).toEqual(['ding', 'ding too']);
    await subscription.drain();
    owner.publish(Rang, { text: 'dong' });
    await turn();
    expect(heard).toEqual(['ding', 'ding too', 'dong too']);
  });

  it('a malformed event is a log line, and the next one is heard', () => {
    const { network, heard, told } = hearing();
    network.deliver(Rang.subject, rung({ text: 1 }, {}, { text: 'ding' }));
    network.deliver(Rang.subject, Buffer.from('no frame'));
    expect([heard, told]).toEqual([['ding'], ['an event does not fit its contract', 'an event does not fit its contract']]);
  });
});
