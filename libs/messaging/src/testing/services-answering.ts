import type { RequestContract } from '@tessera/contracts';
import { silentLogger } from '@tessera/observability';
import { INFLIGHT_ITEMS_MAX, type ServiceName } from '@tessera/vocabulary';
import type { z } from 'zod';
import type { ServedCall } from '../call-context.js';
import { ServiceClient } from '../client/service-client.js';
import { ItemServer } from '../server/item-server.js';
import { InMemoryNetwork } from './in-memory-network.js';

/** Serves one contract on a network. */
export type Answer = (network: InMemoryNetwork) => void;

/** How the owner of a contract answers in a spec. It may throw what a real one may: OAuthError, Outage, anything. */
export function answer<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: RequestContract<Request, Reply>,
  handler: (request: z.output<Request>, call: ServedCall) => z.input<Reply> | Promise<z.input<Reply>>,
): Answer {
  return (network) => {
    const bus = network.join(contract.owner);
    const server = new ItemServer(bus, { inflightMax: INFLIGHT_ITEMS_MAX, logger: silentLogger, metrics: undefined });
    const serve = server.serve(contract, async (request: z.output<Request>, call: ServedCall) => handler(request, call));
    bus.subscribe(`${contract.subject}.*`, contract.owner, serve);
  };
}

/** A real {@link ServiceClient} of `caller` whose peers stand in this process. Contracts without an answer are outages. */
export function servicesAnswering(caller: ServiceName, ...answers: readonly Answer[]): ServiceClient {
  const network = new InMemoryNetwork();
  for (const serve of answers) serve(network);
  return new ServiceClient(network.join(caller));
}
