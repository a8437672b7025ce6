import { defineReasons } from '../refusal-reason.js';

/** Refusals about accounts and their administration. */
export const ACCOUNT_REASONS = defineReasons({
  'account.sealed_secret': {
    code: 'invalid_request',
    description: 'the password could not be read; please try again',
    spec: 'Ours: decision 8',
    expected: 'a secret sealed by the gateway for this request and this purpose, less than a minute ago, that was never opened before',
  },
});
