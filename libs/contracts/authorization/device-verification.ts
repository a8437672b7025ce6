import { UserCodeEntry, UserCodeReply } from '@tessera/protocol/device-authorization';
import { defineRequest } from '../define-contract.js';

const EXAMPLE_HANDLE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const browser = { session: null, browser: EXAMPLE_HANDLE, sourceAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };

/**
 * RFC 8628 §3.3: a person entered a user code. The owner of sessions asks the owner of the codes, on behalf of who is signed in, and
 * opens the interaction that goes on with it. Owner: authorization. Caller: gateway. Never resent: wrong codes are counted (DEV-2).
 */
export const EnterUserCode = defineRequest({
  subject: 'authorization.user-code.enter.v1',
  callers: ['gateway'],
  resend: 'never',
  request: UserCodeEntry,
  reply: UserCodeReply,
  examples: [
    { request: { userCode: 'wdjb mjht', browser }, reply: { kind: 'continue', interaction: EXAMPLE_HANDLE, browser: null } },
    { request: { userCode: 'hello', browser }, reply: { kind: 'again', problem: 'unknown', waitSeconds: null } },
  ],
});
