/** The calling side alone, without Nest: for a process that answers nothing, such as the command line and the worker. */
export { Bus, type BusOptions } from './bus.js';
export type { BusIdentity } from './bus-identity.js';
export type { BusConnection, BusMessage, BusStatus, BusSubscription } from './bus-connection.js';
export { type CallContext, newCallContext } from './call-context.js';
export { hearEvent } from './client/hear-event.js';
export { ServiceClient, type ServiceClientOptions } from './client/service-client.js';
export { Incident } from './incident.js';
