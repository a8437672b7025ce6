/**
 * How the services talk (decisions 6, 9, 12).
 *
 * 1. `Bus` is the connection of a process; `ServiceClient.call` asks the owner of a contract over it.
 * 2. Calls made in one turn of the event loop travel in one frame to `<subject>.<caller>`.
 * 3. `NatsTransport` hands each item to the method bound by `@Serves` and answers with whatever is ready.
 * 4. What a handler throws comes out of `call` as the same kind of error: refusal, outage or incident.
 * 5. `busPermissions` derives from the contracts what NATS lets each service do.
 */
export * from './bus.js';
export type { BusIdentity } from './bus-identity.js';
export type { BusConnection, BusMessage, BusStatus, BusSubscription } from './bus-connection.js';
export { type CallContext, newCallContext, type ServedCall, type TeamCall } from './call-context.js';
export * from './client/service-client.js';
export { Incident } from './incident.js';
export * from './permissions/index.js';
export * from './server/bus-exception-filter.js';
export * from './server/nats-transport.js';
export { Serves, ServesTeams, Subscribes } from './server/serves.js';
