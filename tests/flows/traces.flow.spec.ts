import path from 'node:path';
import { Collector, type ReceivedSpan } from '../../libs/observability/src/traces/testing.js';
import { System, until } from '../faults/system.js';

const CALLBACK = 'https://traces-flow.example.org/cb';
/** A trace that an ingress controller began and records (W3C Trace Context §3.2). */
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const OF_INGRESS = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };

let collector: Collector;
let system: System;
const underTest = process.env['TESSERA_DEMO'];

/** The drivers of the flows read which system they drive when they are loaded. */
const drivers = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });

beforeAll(async () => {
  collector = await Collector.start();
  system = await System.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '1', TRUSTED_PROXIES: '127.0.0.1' } });
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
}, 120_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await collector.stop();
}, 60_000);

/** The spans of a trace, once there are as many as wanted: processes send what they have every two seconds. */
async function trace(wanted: (spans: readonly ReceivedSpan[]) => boolean, ofTrace: (span: ReceivedSpan) => boolean): Promise<readonly ReceivedSpan[]> {
  const found = await until(async () => collector.spans.filter(ofTrace), wanted, 15_000);
  if (found === null) throw new Error(`not there: ${JSON.stringify(collector.spans.map(({ process: of, name, traceId, parentSpanId }) => [of, name, traceId, parentSpanId]))}`);
  return found.found;
}

/** The way from the root to a span, as `process name`. */
function wayTo(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : wayTo(parent, spans)), `${span.process} ${span.name}`];
}

const secrets: string[] = [];

describe('Ours: a sign-in, from the ingress to the database', () => {
  it('is one trace over gateway, authorization, token and PostgreSQL, each span below what asked for it', async () => {
    const { UserAgent, authorizationUrl, basic, declare, demo, demoUser, departure, proofKey, signIn } = await drivers();
    const clientOf = await declare(`
clients:
  - client_id: traces-web
    client_name: Web application with traces
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    first_party: true
`);
    const client = clientOf('traces-web');
    const agent = new UserAgent();
    const { verifier, challenge } = proofKey();
    const alice = demoUser('alice');
    const request = { response_type: 'code', client_id: 'traces-web', redirect_uri: CALLBACK, scope: 'openid email', state: 'planted-state-3f9c', nonce: 'planted-nonce-77aa', code_challenge: challenge, code_challenge_method: 'S256' };
    const plain = globalThis.fetch;
    let answer: URLSearchParams;
    let tokens: Record<string, unknown>;
    globalThis.fetch = (input, init) => plain(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...OF_INGRESS } });
    try {
      answer = departure(await signIn(agent, await agent.open(authorizationUrl(request)), alice)).searchParams;
      const form = new URLSearchParams({ grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier });
      tokens = (await (await fetch(`${demo.issuer}/token`, { method: 'POST', headers: { authorization: basic(client) }, body: form })).json()) as Record<string, unknown>;
    } finally {
      globalThis.fetch = plain;
    }
    expect(Object.keys(tokens)).toEqual(expect.arrayContaining(['access_token', 'id_token', 'refresh_token']));
    secrets.push(...[tokens['access_token'], tokens['id_token'], tokens['refresh_token'], answer.get('code')].map(String));
    secrets.push(...agent.cookies.values(), verifier, challenge, client.client_secret ?? '', alice.password, request.state, request.nonce);

    const spans = await trace((all) => all.some(({ name }) => name === 'POST token') && all.some(({ name, process: of }) => name === 'insert-refresh-families' && of === 'token'), ({ traceId }) => traceId === TRACE_ID);
    expect(new Set(spans.map(({ process: of }) => of))).toEqual(new Set(['gateway', 'authorization', 'token']));
    const ways = spans.map((span) => wayTo(span, spans));
    const redemption = ways.find((way) => way.at(-1) === 'authorization redeem-authorization-code');
    expect(redemption).toEqual([
      'gateway POST token', 'gateway token.endpoint.token.v1', 'token token.endpoint.token.v1',
      'token authorization.authorization-code.redeem.v1', 'authorization authorization.authorization-code.redeem.v1', 'authorization redeem-authorization-code',
    ]);
    // What has no parent here has the ingress for one.
    expect(spans.filter(({ parentSpanId }) => !spans.some(({ spanId }) => spanId === parentSpanId)).map(({ process: of, parentSpanId }) => [of, parentSpanId])).toEqual(
      spans.filter(({ kind, process: of }) => kind === 2 && of === 'gateway').map(() => ['gateway', '00f067aa0ba902b7']),
    );
    expect(spans.filter(({ failed }) => failed)).toEqual([]);
  }, 60_000);

  it('a refused request says why, by the reason of the log line, under the id of the answer', async () => {
    const { demo } = await drivers();
    const response = await fetch(`${demo.issuer}/token`, { method: 'POST', headers: { authorization: 'Basic dHJhY2VzLXdlYjp3cm9uZy1zZWNyZXQtOTkx' }, body: new URLSearchParams({ grant_type: 'client_credentials' }) });
    const requestId = response.headers.get('x-request-id') ?? '';
    const spans = await trace((all) => all.length >= 3, ({ attributes }) => attributes['tessera.request_id'] === requestId);
    expect(spans.map(({ process: of, kind, attributes }) => [of, kind, attributes['error.type']]).sort()).toEqual([
      ['gateway', 2, 'client_authentication.wrong_secret'], ['gateway', 3, 'client_authentication.wrong_secret'], ['token', 2, 'client_authentication.wrong_secret'],
    ]);
    expect(spans.find(({ kind, process: of }) => kind === 2 && of === 'gateway')).toMatchObject({ parentSpanId: '', attributes: { 'http.response.status_code': 401 } });
    secrets.push('dHJhY2VzLXdlYjp3cm9uZy1zZWNyZXQtOTkx', 'wrong-secret-991');
  }, 60_000);

  it('SEC-2 no code, token, secret, cookie, password, proof key, state or query string is in anything that was exported', async () => {
    const { demo } = await drivers();
    await fetch(`${demo.issuer}/.well-known/openid-configuration?planted=query-b4d1`);
    await trace((all) => all.length > 0, ({ attributes }) => attributes['http.route'] === 'openidProvider');
    expect(secrets.length).toBeGreaterThan(12);
    for (const secret of [...secrets, 'query-b4d1', 'traces-flow.example.org']) {
      expect(secret.length).toBeGreaterThan(8);
      expect(collector.received).not.toContain(secret);
      expect(collector.received).not.toContain(encodeURIComponent(secret));
    }
  }, 60_000);

  it('REL-5 what was not sent is sent before a process ends, and nothing waits for it', async () => {
    await system.token();
    const before = collector.spans.length;
    const began = performance.now();
    const ended = await Promise.all(['gateway', 'token'].map((name) => system.process(name).stop()));
    expect(ended.map((end) => end?.code)).toEqual([0, 0]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(collector.spans.slice(before).map(({ process: of, name }) => `${of} ${name}`)).toEqual(expect.arrayContaining(['gateway POST token', 'token token.endpoint.token.v1']));
    await Promise.all(['gateway', 'token'].map((name) => system.process(name).start()));
  }, 60_000);
});
