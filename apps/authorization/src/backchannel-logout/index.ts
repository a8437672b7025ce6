/** Clients are told of the end of a session (Back-Channel Logout 1.0). */
export * from './logout-deliveries.js';
