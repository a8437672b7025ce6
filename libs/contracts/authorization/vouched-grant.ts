import { GrantRecorded, GrantRecording } from '@tessera/protocol/grant';
import { VouchingTeam } from '@tessera/protocol/team-request';
import { defineRequest } from '../define-contract.js';

/**
 * Records what a person allowed to a team that authenticated them (decision 42). Owner: authorization. Caller: device-ciba, before it
 * stores the decision.
 *
 * Here no session shows that the person is there; in its place the statement that records the grant requires that the team is
 * declared with the right to decide for this client. Asked again it finds the row it made.
 */
export const RecordVouchedGrant = defineRequest({
  subject: 'authorization.team-grant.record.v1',
  callers: ['device-ciba'],
  resend: 'safe',
  request: GrantRecording.omit({ session: true }).extend(VouchingTeam.shape),
  reply: GrantRecorded,
  examples: [
    {
      request: {
        requestId: 'ciba:0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
        team: 'call-centre',
        authentication: { authenticatedAt: 1_700_000_000, amr: ['tel'] },
        accountId: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
        clientId: 's6BhdRkqt3',
        authority: { version: 1, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
        offline: false,
        confirmation: null,
      },
      reply: { outcome: 'recorded', grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01' },
    },
  ],
});
