/** Client authentication at the endpoints of this service: the same as at the token endpoint (PAR-1). */
export * from './authenticator.js';
export * from './bus-replay-ledger.js';
