import type { RequestContract } from '@tessera/contracts';
import type { z } from 'zod';
import type { BusConnection } from '../bus-connection.js';
import type { ServedCall } from '../call-context.js';
import { NatsTransport, type NatsTransportOptions } from '../server/nats-transport.js';
import { SERVED, ServedContract } from '../server/serves.js';

/** Gives a transport a handler, as `@Serves` does. */
export type Serving = (transport: NatsTransport) => void;

/** How a replica answers a contract in a spec. */
export function serving<Request extends z.ZodType, Reply extends z.ZodType>(
  contract: RequestContract<Request, Reply>,
  handler: (request: z.output<Request>, call: ServedCall) => z.input<Reply> | Promise<z.input<Reply>>,
): Serving {
  const extras = { [SERVED]: new ServedContract(contract) };
  return (transport) =>
    transport.addHandler(contract.subject, async (request: z.output<Request>, call: ServedCall) => handler(request, call), false, extras);
}

/** A replica without Nest around it, for specs that start many. */
export async function transportServing(bus: BusConnection, servings: readonly Serving[], options: NatsTransportOptions = {}): Promise<NatsTransport> {
  const transport = new NatsTransport(bus, options);
  for (const serve of servings) serve(transport);
  const problem = await new Promise<unknown>((resolve) => void transport.listen(resolve));
  if (problem !== undefined) throw problem;
  return transport;
}
