import { defineReasons } from '../refusal-reason.js';

/** One text for every device code that is not redeemed: which of its conditions failed is for the log. */
const DEVICE_CODE_REFUSED = 'the device code is invalid, already used, or was issued to another client';

/** Refusals of the device authorization endpoint, of its grant, and of the page where a person enters the code. */
export const DEVICE_AUTHORIZATION_REASONS = defineReasons({
  'device_authorization.grant_type_not_allowed': {
    code: 'unauthorized_client',
    description: 'the client may not use the device flow',
    spec: 'RFC 8628 §3.1, RFC 6749 §5.2',
    expected: 'urn:ietf:params:oauth:grant-type:device_code in the grant_types of the client',
  },
  'device_authorization.too_many_waiting': {
    code: 'slow_down',
    status: 429,
    description: 'too many devices wait for a person; try again later',
    spec: 'RFC 8628 §5.2, DEV-7',
    expected: 'fewer device codes that are neither decided nor expired',
  },
  'device_code.pending': {
    code: 'authorization_pending',
    description: 'the user has not decided yet',
    spec: 'RFC 8628 §3.5, DEV-4',
    expected: 'another poll after the interval',
  },
  'device_code.slow_down': {
    code: 'slow_down',
    description: 'the polls come too fast; wait 5 seconds longer from now on',
    spec: 'RFC 8628 §3.5, DEV-4',
    expected: 'polls no faster than the interval, which every slow_down makes 5 seconds longer',
  },
  'device_code.denied': {
    code: 'access_denied',
    description: 'the user denied the request',
    spec: 'RFC 8628 §3.5',
    expected: 'the user agrees',
  },
  'device_code.expired': {
    code: 'expired_token',
    description: 'the device code has expired; start again',
    spec: 'RFC 8628 §3.5',
    expected: 'a decision and a poll before expires_in has passed',
  },
  'device_code.redeemed': {
    code: 'invalid_grant',
    description: DEVICE_CODE_REFUSED,
    spec: 'RFC 8628 §3.5, RFC 6749 §5.2, DEV-4, I1',
    expected: 'a device code that was never redeemed',
  },
  'device_code.unknown': {
    code: 'invalid_grant',
    description: DEVICE_CODE_REFUSED,
    spec: 'RFC 8628 §3.4, RFC 6749 §5.2, DEV-3',
    expected: 'a device code of this client, what the user allowed still alive',
  },
});
