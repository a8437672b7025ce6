/**
 * The grant: what a user allowed one client, once (decision 2). It exists before anything that can be redeemed.
 */
export * from './requested-authority.js';
