import { createHash } from 'node:crypto';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { basicAuthorization } from './client-authorization.mjs';

/** The client of config/demo.yaml that signs people in, and the one that asks about tokens. */
const WEB_CLIENT = 'demo-web';
const RESOURCE_SERVER = 'demo-resource-server';
/** The device of config/demo.yaml. */
const DEVICE_CLIENT = 'demo-device';
/** The client of config/demo.yaml that asks people who are elsewhere. */
const CALL_CENTRE = 'demo-call-centre';
const SCOPE = 'openid profile email';

/**
 * What signing people in is made of. `verified` names the check of sampled answers; `hashes` is how many passwords an operation
 * hashes, which the report sets beside; `resource` asks for an access token for an API; `asks` is how many requests wait for people.
 */
export const SIGN_IN_SCENARIOS = [
  { name: 'code-flow', title: 'code flow with a fresh login (4 requests)', verified: 'tokens', hashes: 1 },
  { name: 'code-exchange', title: 'code at /token, RS256 ID token', verified: 'tokens', gathers: true },
  { name: 'refresh', title: 'refresh with rotation', verified: 'rotation' },
  { name: 'introspection', title: "introspection of a user's JWT", verified: 'introspection', resource: true },
  { name: 'userinfo', title: 'userinfo', verified: 'userinfo' },
  { name: 'device', title: 'device flow with a fresh login (8 requests)', verified: 'deviceTokens', hashes: 1 },
  { name: 'ciba-poll', title: 'CIBA by poll, approved by somebody signed in (4 requests)', verified: 'polledTokens' },
  { name: 'polls', title: 'polls of 10,000 requests that wait', verified: 'pending', gathers: true, asks: 10_000 },
  { name: 'polls-at-rate', title: 'polls of 10,000 requests that wait, each at its interval', verified: 'pending', gathers: true, asks: 10_000, rate: 2_000, connections: 64 },
  { name: 'par', title: 'pushed authorization request', verified: 'pushed' },
].map((scenario) => ({ ...scenario, conversation: true, unit: 'operation' }));

/** What the generator is told of a scenario. `people` sign in, each connection as one of them. */
export function signInJob(scenario, { issuer, clients }, { people, seconds }) {
  const web = clientOf(clients, WEB_CLIENT);
  const [redirectUri] = web.redirect_uris ?? [];
  if (redirectUri === undefined) throw new LaunchFailure(`demo.json knows no redirect URI of ${WEB_CLIENT}.`);
  const client = { id: web.client_id, redirectUri, authorization: basicAuthorization(web) };
  const host = new URL(issuer).host;
  if (scenario.name === 'device') {
    const device = { id: clientOf(clients, DEVICE_CLIENT).client_id };
    return { ownAddresses: true, request: { kind: 'device', issuer, host, client: device, people, seconds, scope: SCOPE } };
  }
  if (scenario.name === 'ciba-poll' || scenario.asks) {
    const centre = clientOf(clients, CALL_CENTRE);
    const caller = { id: centre.client_id, authorization: basicAuthorization(centre) };
    return { ownAddresses: true, request: { kind: scenario.name, issuer, host, client: caller, people, seconds, scope: SCOPE, rate: scenario.rate } };
  }
  if (scenario.name === 'par') return pushJob({ issuer, host, client });
  return {
    // People come from addresses of their own; a source that many share is a matter of its own (CCR-4).
    ownAddresses: true,
    request: {
      kind: scenario.name,
      issuer,
      host,
      client,
      people,
      seconds,
      scope: SCOPE,
      ...(scenario.resource ? resourceOf(web, clients) : {}),
    },
  };
}

function clientOf(clients, id) {
  const found = clients.find((one) => one.client_id === id);
  if (found === undefined) throw new LaunchFailure(`demo.json has no client ${id}: start a system with config/demo.yaml.`);
  return found;
}

/** A token for an API is asked about by the API; without any, by the client it was issued to (RFC 7662 §2.1). */
function resourceOf(web, clients) {
  const [resource] = web.resources ?? [];
  if (resource === undefined) return { caller: { authorization: basicAuthorization(web) } };
  return { resource, caller: { authorization: basicAuthorization(clientOf(clients, RESOURCE_SERVER)) } };
}

/** RFC 9126 §2.1. Nothing in it must differ from one request to the next. */
function pushJob({ issuer, host, client }) {
  const body = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: SCOPE,
    state: 'af0ifjsldkj',
    nonce: 'n-0S6_WzA2Mj',
    code_challenge: createHash('sha256').update('bench').digest('base64url'),
    code_challenge_method: 'S256',
  });
  return {
    request: {
      kind: 'same',
      method: 'POST',
      host,
      path: `${new URL(issuer).pathname.replace(/\/$/, '')}/par`,
      headers: { authorization: client.authorization },
      body: body.toString(),
    },
    status: 201,
    expected: '"request_uri":"',
  };
}
