/** Signing out (RP-Initiated Logout 1.0). */
export * from './end-session-endpoint.js';
export * from './end-session.module.js';
export * from './sql-frontchannel-logouts.js';
