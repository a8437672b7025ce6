import { answerPushedAuthorizationRequest } from '@tessera/protocol/pushed-authorization-request';
import { webClient } from '@tessera/protocol/client/testing';
import { OAuthError } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { CALLBACK, CHALLENGE, edge } from '../interaction/testing.js';
import { authorizationOn } from '../testing.js';

const db = useDatabase();
const app = webClient({}, { authenticationMethod: 'none' });
const asked = { client_id: app.clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', code_challenge: CHALLENGE, code_challenge_method: 'S256', state: 'pushed' };

describe('RFC 9126 the parts of this service together', () => {
  beforeEach(async () => {
    await db.owner.query('TRUNCATE client CASCADE');
    await db.owner.query(`INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) VALUES ($1, $1, 'none', '{}', '{}', '{}', 'api')`, [app.clientId]);
  });

  it('what was pushed is found at the authorization endpoint (§4), and only for its client (§2.2)', async () => {
    const other = webClient({}, { clientId: 'other', authenticationMethod: 'none' });
    const { pushing, signIn } = authorizationOn(db.pool('tessera_authorization'), [app, other]);
    const { status, body } = await answerPushedAuthorizationRequest(edge(asked, 'POST'), pushing.ports, pushing.policy);
    const pushed = body === null || typeof body === 'string' ? {} : body;
    expect([status, pushed['expires_in']]).toEqual([201, 90]);
    const browser = { session: null, browser: null, sourceAddress: '203.0.113.7', userAgent: '' };
    const at = (clientId: string) => signIn.endpoint.authorize(edge({ client_id: clientId, request_uri: String(pushed['request_uri']), state: 'ignored' }), browser);
    const { kind, ...reply } = await at(app.clientId);
    expect([kind, 'interaction' in reply && reply.interaction.length]).toEqual(['continue', 43]);
    const [stored] = (await db.owner.query<{ request: { state: string } }>('SELECT request FROM interaction')).rows;
    expect(stored?.request.state).toBe('pushed');
    await expect(at('other')).rejects.toEqual(expect.any(OAuthError));
  });
});
