/** What the authorization endpoint is asked, valid and whole; who is asked and what they answer is the interaction's. */
export * from './authorization-requests.js';
export * from './sql-pushed-authorization-requests.js';
