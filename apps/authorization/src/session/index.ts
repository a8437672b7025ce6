/** Who is signed in, in which browser. */
export * from './handles.js';
export * from './session-row.js';
export * from './sql-sessions.js';
