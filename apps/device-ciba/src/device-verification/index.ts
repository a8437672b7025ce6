/** People with a user code: attempts, what they are shown, what they decide (RFC 8628 §3.3, §5.1). */
export * from './device-verification.module.js';
export * from './sql-device-verification.js';
