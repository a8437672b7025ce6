import { defineReasons } from '../refusal-reason.js';

/** Refusals of the endpoint where a deployment's own authenticator reports what a person answered. */
export const APPROVAL_COMPLETION_REASONS = defineReasons({
  'approval_completion.signature': {
    code: 'access_denied',
    status: 403,
    description: 'the signature is not acceptable',
    spec: 'CIBA Core §14, CIB-5',
    expected: 'tessera-signature: t=<seconds>,v1=<HMAC-SHA-256 of completion.<seconds>.<body> in hex>, not older than 300 s',
  },
  'approval_completion.malformed': {
    code: 'invalid_request',
    description: 'the report is not one',
    spec: 'Ours: the completion API',
    expected: 'JSON with approval, decision (approve or deny), and where it applies number, acr and amr, and nothing else',
  },
  'approval_completion.unknown': {
    code: 'invalid_request',
    status: 404,
    description: 'there is no such request',
    spec: 'CIBA Core §14, CIB-5',
    expected: 'the handle that came as approval with the call that announced the request',
  },
  'approval_completion.needs_number': {
    code: 'invalid_request',
    description: 'the person has to pick a number',
    spec: 'Ours: number matching',
    expected: 'decision approve with the number the person picked among those of the announcement',
  },
  'approval_completion.decided': {
    code: 'invalid_request',
    status: 409,
    description: 'the request does not wait any more',
    spec: 'CIBA Core §8, CIB-5',
    expected: 'a report before anybody else decided and before the request expired',
  },
  'approval_completion.not_possible': {
    code: 'access_denied',
    status: 403,
    description: 'the client or the account is out of use',
    spec: 'CIBA Core §8',
    expected: 'a client and an account that are enabled',
  },
});
