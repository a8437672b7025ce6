import { defineReasons } from '../refusal-reason.js';

/** Refusals of what teams ask over the bus. Somebody else's request is answered as one that does not exist. */
export const TEAM_REQUEST_REASONS = defineReasons({
  'team_request.malformed': {
    code: 'invalid_request',
    description: 'the message does not fit its contract',
    spec: 'Ours: decision 42',
    expected: 'a body as docs/asyncapi.json has it; the detail says which members do not fit',
  },
  'team_request.not_declared': {
    code: 'unauthorized_client',
    description: 'the team is not declared',
    spec: 'Ours: decision 42',
    expected: 'the team in a file that tessera apply was given',
  },
  'team_request.right_missing': {
    code: 'unauthorized_client',
    description: 'the team may not do this',
    spec: 'Ours: decision 42',
    expected: 'the right in the rights of the team; none implies another',
  },
  'team_request.client_not_bound': {
    code: 'unauthorized_client',
    description: 'the client is none of the clients of this team',
    spec: 'Ours: decision 42',
    expected: 'a client that exists, is enabled and stands in the clients of the team',
  },
  'team_request.unknown': {
    code: 'invalid_request',
    description: 'there is no such request of a client of this team',
    spec: 'Ours: decision 42',
    expected: 'the request as it was named at its start, not older than a day after its end',
  },
  'team_request.authentication': {
    code: 'invalid_request',
    description: 'the time of authentication is not within the last hour',
    spec: 'decision 42, OIDC Core §2',
    expected: 'when the person proved to be who they are to the team, in seconds since the epoch',
  },
  'team_request.number_required': {
    code: 'invalid_request',
    description: 'this request is approved with the number that its client shows',
    spec: 'Ours: decision 42, CIB-5',
    expected: 'the number the person picked; one try',
  },
  'team_request.person_unknown': {
    code: 'unknown_user_id',
    description: 'nobody is known by this hint',
    spec: 'decision 42, CIBA Core §13',
    expected: 'what the person signs in with, or the subject the client knows them by',
  },
  'team_request.not_possible': {
    code: 'access_denied',
    description: 'nothing can be granted: the client or the account is out of use, or the team may not decide for it',
    spec: 'Ours: decision 42, CIB-5',
    expected: 'a client and an account that are enabled, and the right to decide',
  },
});
