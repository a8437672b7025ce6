/** What internal teams ask for over the bus, for their own clients (decision 42). */
export * from './sql-team-requests.js';
export * from './team-requests.module.js';
export * from './team-backchannel-desk.js';
export * from './team-device-desk.js';
