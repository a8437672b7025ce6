/** Clients that ask for a person who is elsewhere: the endpoint, the requests, the polls (CIBA Core). */
export * from './backchannel-authentication.module.js';
export type { BackchannelAuthenticationEndpoint } from './backchannel-authentication.server.js';
export * from './bus-people.js';
export * from './handle-keys.js';
export * from './sql-backchannel-requests.js';
export * from './token-seal.js';
