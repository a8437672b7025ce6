/** What other services ask about people whose matter they own: who is meant, who is signed in, and what they allowed. */
export * from './decoupled.module.js';
export * from './grant-recording-desk.js';
export * from './hinted-people.js';
export * from './signed-in-desk.js';
