import {
  BackchannelDecision,
  BackchannelRequestView,
  NamedRequest,
  RequestEnded,
  StartBackchannelRequest,
  StartedBackchannelRequest,
} from '@tessera/protocol/team-request';
import { defineTeamRequest } from '../define-contract.js';

const EXAMPLE_ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
/** Milliseconds for finding the person, recording the grant and storing the decision. */
const DEADLINE_MS = 5_000;

/** Starts a CIBA request for a client of the team (CIBA Core §7). Owner: device-ciba. Never repeated: a person is asked. */
export const TeamStartBackchannelRequest = defineTeamRequest({
  subject: 'api.backchannel-authentication.start.v1',
  owner: 'device-ciba',
  right: 'start',
  resend: 'never',
  deadlineMs: DEADLINE_MS,
  request: StartBackchannelRequest,
  reply: StartedBackchannelRequest,
  examples: [
    {
      request: { clientId: 's6BhdRkqt3', scope: 'openid', loginHint: 'jane@example.com', bindingMessage: 'W4SCT' },
      reply: { request: EXAMPLE_ID, authReqId: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', expiresIn: 300, interval: 5, number: null },
    },
  ],
});

/** Shows a CIBA request of a client of the team. Owner: device-ciba. Nothing changes. */
export const TeamReadBackchannelRequest = defineTeamRequest({
  subject: 'api.backchannel-authentication.read.v1',
  owner: 'device-ciba',
  right: 'read',
  resend: 'safe',
  request: NamedRequest,
  reply: BackchannelRequestView,
  examples: [
    {
      request: { request: EXAMPLE_ID },
      reply: {
        request: EXAMPLE_ID,
        clientId: 's6BhdRkqt3',
        state: 'pending',
        scope: ['openid'],
        resources: [],
        bindingMessage: 'W4SCT',
        deliveryMode: 'poll',
        numberMatching: false,
        createdAt: 1_700_000_000,
        expiresAt: 1_700_000_300,
        decidedAt: null,
      },
    },
  ],
});

/**
 * Decides for the person a CIBA request is for, whom the team authenticated (CIB-5). Owner: device-ciba. One conditional statement,
 * the same as for the person's own decision; the same message again is answered as before.
 */
export const TeamDecideBackchannelRequest = defineTeamRequest({
  subject: 'api.backchannel-authentication.decide.v1',
  owner: 'device-ciba',
  right: 'decide',
  resend: 'safe',
  deadlineMs: DEADLINE_MS,
  request: BackchannelDecision,
  reply: RequestEnded,
  examples: [
    {
      request: { request: EXAMPLE_ID, decision: { decision: 'approve', authentication: { authenticatedAt: 1_700_000_000, amr: ['tel', 'kba'] } } },
      reply: { outcome: 'done', state: 'approved' },
    },
    { request: { request: EXAMPLE_ID, decision: { decision: 'deny' } }, reply: { outcome: 'too_late', state: 'approved' } },
  ],
});

/** Takes back a CIBA request that waits. Owner: device-ciba. The client is told as of a denial. */
export const TeamCancelBackchannelRequest = defineTeamRequest({
  subject: 'api.backchannel-authentication.cancel.v1',
  owner: 'device-ciba',
  right: 'cancel',
  resend: 'safe',
  request: NamedRequest,
  reply: RequestEnded,
  examples: [{ request: { request: EXAMPLE_ID }, reply: { outcome: 'done', state: 'cancelled' } }],
});
