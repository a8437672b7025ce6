/** Web Push: the browsers a person enrolled, and messages to them (RFC 8030, RFC 8291, RFC 8292). */
export * from './push-message.js';
export * from './sql-push-subscriptions.js';
