/** What specs share: real servers of their own. Only specs import it. */
export * from './postgres.js';
