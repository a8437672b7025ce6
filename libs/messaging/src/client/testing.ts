import type { CallContext } from '../call-context.js';
import { InMemoryNetwork } from '../testing/in-memory-network.js';
import { ServiceClient } from './service-client.js';

interface Item {
  readonly id: number;
  readonly ms: number;
  readonly tp: string;
  readonly rid: string;
  readonly key?: string;
  readonly body: { readonly text: string };
}

/** The gateway with a client, and a hand-made owner that notes each frame and answers when the spec says so. */
export function gateway() {
  const network = new InMemoryNetwork();
  const bus = network.join('gateway');
  const owner = network.join('token');
  const frames: { subject: string; reply: string; items: Item[] }[] = [];
  const listen = () =>
    ['echo', 'safe-echo', 'single-echo'].map((name) =>
      owner.subscribe(`token.spec.${name}.v1.*`, 'token', ({ subject, reply, payload }) => {
        const { items }: { items: Item[] } = JSON.parse(Buffer.from(payload).toString());
        frames.push({ subject, reply, items });
      }),
    );
  const respond = (reply: string, items: readonly object[]): void => owner.send(reply, Buffer.from(JSON.stringify({ v: 1, items })));
  return { network, bus, owner, frames, listen, respond, services: new ServiceClient(bus) };
}

/** The same with the owner listening. */
export function serving() {
  const all = gateway();
  all.listen();
  return all;
}

/** A context with a known trace, so that a spec can look for it. */
export function context(budgetMs = 8_000, more: Partial<CallContext> = {}): CallContext {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return { requestId: 'request-1', traceparent, deadline: performance.now() + budgetMs, ...more };
}

/** How a call ended: its text, or the error. Keeps a rejection from being unhandled before the spec looks at it. */
export function ended(call: Promise<{ text: string }>): Promise<string | Error> {
  return call.then(
    ({ text }) => text,
    (error: unknown) => (error instanceof Error ? error : new Error('not an error')),
  );
}

/** `t0`, `t1` and so on. */
export function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `t${index}`);
}
