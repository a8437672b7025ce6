import {
  DeviceRequestDecision,
  DeviceRequestSummary,
  NamedRequest,
  RequestEnded,
  StartDeviceRequest,
  StartedDeviceRequest,
} from '@tessera/protocol/team-request';
import { defineTeamRequest } from '../define-contract.js';

const EXAMPLE_ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
/** Milliseconds for finding the person, recording the grant and storing the decision. */
const DEADLINE_MS = 5_000;

/** Starts a device authorization for a client of the team (RFC 8628 §3.1, §3.2). Owner: device-ciba. Never repeated: it makes codes. */
export const TeamStartDeviceRequest = defineTeamRequest({
  subject: 'api.device-authorization.start.v1',
  owner: 'device-ciba',
  right: 'start',
  resend: 'never',
  request: StartDeviceRequest,
  reply: StartedDeviceRequest,
  examples: [
    {
      request: { clientId: 's6BhdRkqt3', scope: 'openid' },
      reply: {
        request: EXAMPLE_ID,
        deviceCode: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS',
        userCode: 'WDJB-MJHT',
        verificationUri: 'https://as.example.com/device',
        verificationUriComplete: 'https://as.example.com/device?user_code=WDJB-MJHT',
        expiresIn: 600,
        interval: 5,
      },
    },
  ],
});

/** Shows a device authorization of a client of the team. Owner: device-ciba. Nothing changes. */
export const TeamReadDeviceRequest = defineTeamRequest({
  subject: 'api.device-authorization.read.v1',
  owner: 'device-ciba',
  right: 'read',
  resend: 'safe',
  request: NamedRequest,
  reply: DeviceRequestSummary,
  examples: [
    {
      request: { request: EXAMPLE_ID },
      reply: {
        request: EXAMPLE_ID,
        clientId: 's6BhdRkqt3',
        state: 'pending',
        scope: ['openid'],
        resources: [],
        userCode: 'WDJB-MJHT',
        sourceAddress: '203.0.113.7',
        createdAt: 1_700_000_000,
        expiresAt: 1_700_000_600,
        decidedAt: null,
      },
    },
  ],
});

/**
 * Decides about a device for a person the team authenticated (DEV-6). Owner: device-ciba. One conditional statement, the same as for
 * the person's own decision; the same message again is answered as before.
 */
export const TeamDecideDeviceRequest = defineTeamRequest({
  subject: 'api.device-authorization.decide.v1',
  owner: 'device-ciba',
  right: 'decide',
  resend: 'safe',
  deadlineMs: DEADLINE_MS,
  request: DeviceRequestDecision,
  reply: RequestEnded,
  examples: [
    {
      request: {
        request: EXAMPLE_ID,
        decision: { decision: 'approve', authentication: { authenticatedAt: 1_700_000_000, amr: ['tel'] }, person: { kind: 'identifier', value: 'jane' } },
      },
      reply: { outcome: 'done', state: 'approved' },
    },
  ],
});

/** Takes back a device authorization that waits. Owner: device-ciba. The device is told as of a denial. */
export const TeamCancelDeviceRequest = defineTeamRequest({
  subject: 'api.device-authorization.cancel.v1',
  owner: 'device-ciba',
  right: 'cancel',
  resend: 'safe',
  request: NamedRequest,
  reply: RequestEnded,
  examples: [{ request: { request: EXAMPLE_ID }, reply: { outcome: 'done', state: 'cancelled' } }],
});
