import { createPool, loadStatements, Queries } from '@tessera/database';
import { AuthorizationRefusal, PUSHED_REQUEST_URI_PREFIX, requestUriHash } from '@tessera/protocol/authorization-request';
import { authorizationRequest, requestParameters, requestPorts } from '@tessera/protocol/authorization-request/testing';
import { webClient } from '@tessera/protocol/client/testing';
import { answerPushedAuthorizationRequest, type PushedAuthorizationRequestPorts } from '@tessera/protocol/pushed-authorization-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { type ClientId, OAuthError, Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { AuthorizationRequests, SqlPushedAuthorizationRequests } from '../authorization-request/index.js';
import { newHandle } from '../session/index.js';

const db = useDatabase();
const OURS = 's6BhdRkqt3' as ClientId;
const clients = new Map([webClient({}, { authenticationMethod: 'none' }), webClient({}, { authenticationMethod: 'none', clientId: 'other' })].map((one) => [String(one.clientId), one]));
const UNKNOWN = new OAuthError('authorization_request.request_uri_unknown');

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, pushed_authorization_request CASCADE');
  await db.owner.query(
    "INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) SELECT id, id, 'none', '{}', '{}', '{}', 'api' FROM unnest($1::text[]) id",
    [[...clients.keys()]],
  );
});

/** One replica: the endpoint and what the authorization endpoint makes of its answers. */
function replica() {
  const pushedRequests = new SqlPushedAuthorizationRequests(new Queries(db.pool('tessera_authorization'), loadStatements('authorization')));
  const known = { find: (clientId: string) => Promise.resolve(clients.get(clientId) ?? null) };
  const requests = new AuthorizationRequests({ ...requestPorts(), clients: known, pushedRequests, requestUris: null }, { requirePushed: true });
  const ports: PushedAuthorizationRequestPorts = {
    ...requestPorts(),
    authenticate: async (_request, { values }) => ({ client: clients.get(values.get('client_id') ?? '') ?? webClient() }),
    pushedRequests,
    newHandle,
  };
  const push = async (lifetimeSeconds = 90) => {
    const request = edgeRequest({}, { parameters: requestParameters(), url: 'https://as.example.com/par' });
    const { body } = await answerPushedAuthorizationRequest(request, ports, { lifetimeSeconds });
    return typeof body === 'object' ? String(body?.['request_uri']) : '';
  };
  const bring = (requestUri: string, clientId = 's6BhdRkqt3') => requests.resolve({ parameters: [['client_id', clientId], ['request_uri', requestUri]] });
  return { push, bring, pushedRequests };
}

describe('RFC 9126 §2.2, §4 a pushed request in PostgreSQL', () => {
  it('is found by another replica, as it was valid', async () => {
    const requestUri = await replica().push();
    expect(requestUri).toMatch(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/);
    await expect(replica().bring(requestUri)).resolves.toMatchObject({ request: authorizationRequest(), pushedRequestHash: requestUriHash(requestUri) });
  });

  it('is one row, and the row holds nothing that could be brought (GEN-5)', async () => {
    const requestUri = await replica().push();
    const { rows } = await db.owner.query('SELECT * FROM pushed_authorization_request');
    expect(rows).toMatchObject([{ client_id: 's6BhdRkqt3', request_uri_hash: requestUriHash(requestUri), spent_at: null }]);
    expect(JSON.stringify(rows)).not.toContain(requestUri.slice(PUSHED_REQUEST_URI_PREFIX.length));
  });

  it('PAR-3 MUST be unknown to another client, and stays its owner\'s', async () => {
    const { push, bring } = replica();
    const requestUri = await push();
    await expect(bring(requestUri, 'other')).rejects.toEqual(UNKNOWN);
    await expect(bring(requestUri)).resolves.toMatchObject({ request: { clientId: 's6BhdRkqt3' } });
  });

  it('PAR-3 may be looked at until it is spent, 40 at once', async () => {
    const { push, bring } = replica();
    const requestUri = await push();
    const looks = await Promise.all(Array.from({ length: 40 }, () => bring(requestUri)));
    expect(looks.every(({ request }) => request.clientId === OURS)).toBe(true);
    await db.owner.query('UPDATE pushed_authorization_request SET spent_at = now()');
    await expect(bring(requestUri)).rejects.toEqual(UNKNOWN);
  });

  it('PAR-3, GEN-8 lives by the clock of the database', async () => {
    const { push, bring } = replica();
    const requestUri = await push(30);
    const { rows } = await db.owner.query('SELECT extract(epoch FROM expires_at - created_at)::float8 AS seconds FROM pushed_authorization_request');
    expect(rows).toEqual([{ seconds: 30 }]);
    await db.owner.query("UPDATE pushed_authorization_request SET expires_at = now() + interval '1 second'");
    await expect(bring(requestUri)).resolves.toMatchObject({ request: { clientId: 's6BhdRkqt3' } });
    await db.owner.query('UPDATE pushed_authorization_request SET expires_at = now()');
    await expect(bring(requestUri)).rejects.toEqual(UNKNOWN);
  });

  it('GEN-9 expired ones are cleared away only when no interaction can need them any more', async () => {
    const { push } = replica();
    for (const age of ['0 seconds', '60 minutes', '62 minutes']) {
      const requestUri = await push();
      await db.owner.query('UPDATE pushed_authorization_request SET expires_at = now() - $2::interval WHERE request_uri_hash = $1', [requestUriHash(requestUri), age]);
    }
    const queries = new Queries(db.pool('tessera_authorization'), loadStatements('authorization'));
    expect(await queries.run('remove-expired-pushed-authorization-requests', [100])).toHaveLength(1);
    expect((await db.owner.query('SELECT FROM pushed_authorization_request')).rowCount).toBe(2);
  });

  it('goes with its client', async () => {
    const { push, bring } = replica();
    const requestUri = await push();
    await db.owner.query("DELETE FROM client WHERE id = 's6BhdRkqt3'");
    await expect(bring(requestUri)).rejects.toEqual(UNKNOWN);
  });

  it('is unknown for no reason of its own when the database is away: 503, never a page that says so (I7)', async () => {
    const away = new URL(db.database.urlOf('tessera_authorization'));
    away.port = '1';
    const pool = createPool({ url: away.toString(), max: 1, applicationName: 'away' });
    const found = new SqlPushedAuthorizationRequests(new Queries(pool, loadStatements('authorization'))).find(Buffer.alloc(32), OURS);
    await expect(found).rejects.toBeInstanceOf(Outage);
    await expect(found).rejects.not.toBeInstanceOf(AuthorizationRefusal);
    await pool.end();
  });
});
