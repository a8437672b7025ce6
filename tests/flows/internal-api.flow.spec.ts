import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect, JSONCodec, type NatsConnection, nkeyAuthenticator } from 'nats';
import pg from 'pg';
import { z } from 'zod';
import { demo, demoClient, post } from './demo.js';
import { asClient } from './sign-in.js';
import { declare } from './tessera.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CIBA = 'urn:openid:params:grant-type:ciba';
const RUN = randomBytes(4).toString('hex');
const PERSON = `team-${RUN}`;
const json = JSONCodec<Record<string, unknown>>();
const seed = demo.teams[0]?.seed ?? '';

let bus: NatsConnection;
beforeAll(async () => {
  await declare(`users:\n  - username: ${PERSON}\n  - username: ${PERSON}-b\n  - username: ${PERSON}-c\nclients: []\n`);
  bus = await connect({ servers: demo.addresses.nats, authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)), reconnect: false });
});
afterAll(() => bus.close());

/** One outcome of one message of the team. */
async function ask(subject: string, body: Record<string, unknown>, items = 1): Promise<Record<string, unknown>> {
  const tp = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  const item = (id: number) => ({ id, ms: 5_000, tp, rid: randomBytes(9).toString('base64url'), body });
  const frame = { v: 1, items: Array.from({ length: items }, (_, id) => item(id)) };
  const answer = await bus.request(`api.${subject}.v1`, json.encode(frame), { timeout: 6_000 });
  const [outcome] = z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(json.decode(answer.data)).items;
  return outcome ?? {};
}
const ok = async (subject: string, body: Record<string, unknown>) => {
  const outcome = await ask(subject, body);
  if (outcome['ok'] === undefined) throw new Error(JSON.stringify(outcome));
  return z.record(z.string(), z.unknown()).parse(outcome['ok']);
};
const started = (person = PERSON, more: Record<string, unknown> = {}) =>
  ok('backchannel-authentication.start', { clientId: 'demo-call-centre', scope: 'openid', loginHint: person, ...more });
const approval = () => ({ decision: 'approve', authentication: { authenticatedAt: Math.floor(Date.now() / 1000), amr: ['tel'] } });

async function audited(subject: unknown): Promise<unknown[]> {
  const database = new pg.Client({ connectionString: demo.addresses.postgres });
  await database.connect();
  const { rows } = await database.query('SELECT actor_kind, actor_name, action FROM device_ciba_audit_event WHERE subject = $1 ORDER BY id', [subject]);
  await database.end();
  return rows;
}
const poll = (clientId: string, parameters: Record<string, string>) => asClient(demoClient(clientId), '/token', parameters);

/** The program of the document, as it stands there. */
function program(): string {
  const [, text] = /```js\n([\s\S]+?)```/.exec(readFileSync(path.join(ROOT, 'docs/internal-api.md'), 'utf8')) ?? [];
  if (text === undefined) throw new Error('the document has no program');
  return text;
}

describe('Decision 42: the worked example of docs/internal-api.md', () => {
  it('runs as it stands there, and its client gets tokens that say how the person authenticated', async () => {
    const folder = mkdtempSync(path.join(ROOT, 'tests/flows/.team-'));
    const file = path.join(folder, 'team.mjs');
    writeFileSync(file, program());
    const env = { PATH: process.env['PATH'] ?? '', NATS_URL: demo.addresses.nats, TEAM_SEED: seed, TEAM_PERSON: PERSON };
    const output = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, [file], { env }, (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stderr))));
    }).finally(() => rmSync(folder, { recursive: true }));
    expect(output).toMatch(/^started [\w-]+ for 300 seconds\nit is pending\ndone approved\nauth_req_id [\w-]{43}\n$/);
    const [, authReqId = ''] = /auth_req_id (\S+)/.exec(output) ?? [];
    const tokens = await poll('demo-call-centre', { grant_type: CIBA, auth_req_id: authReqId });
    expect(tokens.status).toBe(200);
    const claims = JSON.parse(Buffer.from(String(tokens.body['id_token']).split('.')[1] ?? '', 'base64url').toString());
    expect(claims.amr).toEqual(['tel', 'kba']);
    expect(claims).not.toHaveProperty('acr');
    const [, request] = /started (\S+)/.exec(output) ?? [];
    expect(await audited(request)).toMatchObject([
      { actor_kind: 'team', actor_name: 'demo-support', action: 'backchannel-authentication.begun' },
      { actor_kind: 'team', actor_name: 'demo-support', action: 'backchannel-authentication.approved' },
      { action: 'backchannel-authentication.redeemed' },
    ]);
  }, 30_000);
});

describe('Decision 42: backchannel authentication by a team', () => {
  it('a denial and a cancellation end a request, once; the client is told access_denied', async () => {
    for (const [verb, body, state] of [['decide', { decision: { decision: 'deny' } }, 'denied'], ['cancel', {}, 'cancelled']] as const) {
      const { request, authReqId } = await started(`${PERSON}-b`);
      expect(await ok(`backchannel-authentication.${verb}`, { request, ...body })).toEqual({ outcome: 'done', state });
      expect(await ok(`backchannel-authentication.${verb}`, { request, ...body })).toEqual({ outcome: 'done', state });
      expect(await ok('backchannel-authentication.decide', { request, decision: approval() })).toEqual({ outcome: 'too_late', state });
      expect((await poll('demo-call-centre', { grant_type: CIBA, auth_req_id: String(authReqId) })).body).toMatchObject({ error: 'access_denied' });
      expect((await audited(request)).filter((row) => JSON.stringify(row).includes(`.${state}`))).toEqual([
        { actor_kind: 'team', actor_name: 'demo-support', action: `backchannel-authentication.${state}` },
      ]);
    }
  });

  it('CIB-5 of approvals, denials and cancellations at once one wins', async () => {
    const { request } = await started(`${PERSON}-b`);
    const ways = [['decide', { decision: approval() }], ['decide', { decision: { decision: 'deny' } }], ['cancel', {}]] as const;
    const ended = await Promise.all(Array.from({ length: 40 }, (_, n) => ways[n % 3] ?? ways[0]).map(([verb, body]) => ok(`backchannel-authentication.${verb}`, { request, ...body })));
    const states = new Set(ended.map(({ state }) => state));
    expect(states.size).toBe(1);
    expect(await audited(request)).toHaveLength(2);
    expect(await ok('backchannel-authentication.read', { request })).toMatchObject({ state: [...states][0], clientId: 'demo-call-centre' });
  });

  it('CIB-5 number matching: the number is needed, and a wrong one denies', async () => {
    const numbered = { clientId: 'demo-call-centre-number', scope: 'openid', loginHint: `${PERSON}-c` };
    const { request, number } = await ok('backchannel-authentication.start', numbered);
    expect(await ask('backchannel-authentication.decide', { request, decision: approval() })).toMatchObject({ refusal: { reason: 'team_request.number_required' } });
    expect(await ok('backchannel-authentication.decide', { request, decision: { ...approval(), number } })).toEqual({ outcome: 'done', state: 'approved' });
    const second = await ok('backchannel-authentication.start', numbered);
    expect(await ok('backchannel-authentication.decide', { request: second['request'], decision: { ...approval(), number: 1_000_000 } })).toEqual({ outcome: 'done', state: 'denied' });
  });
});

describe('Decision 42: the device flow by a team', () => {
  it('is started, read and approved for a person; the device gets its tokens', async () => {
    const device = await ok('device-authorization.start', { clientId: 'demo-device', scope: 'openid' });
    const { request } = device;
    expect(await ok('device-authorization.read', { request })).toMatchObject({ state: 'pending', userCode: device['userCode'], clientId: 'demo-device' });
    const decision = { ...approval(), person: { kind: 'identifier', value: `${PERSON}-c` } };
    expect(await ok('device-authorization.decide', { request, decision })).toEqual({ outcome: 'done', state: 'approved' });
    expect(await ok('device-authorization.decide', { request, decision })).toEqual({ outcome: 'done', state: 'approved' });
    expect(await ok('device-authorization.cancel', { request })).toEqual({ outcome: 'too_late', state: 'approved' });
    const tokens = await post('/token', { client_id: 'demo-device', grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: String(device['deviceCode']) });
    expect(tokens.status).toBe(200);
  });

  it('is cancelled; nobody unknown is approved for', async () => {
    const { request } = await ok('device-authorization.start', { clientId: 'demo-device', scope: 'openid' });
    const nobody = { ...approval(), person: { kind: 'identifier', value: 'nobody-at-all' } };
    expect(await ask('device-authorization.decide', { request, decision: nobody })).toMatchObject({ refusal: { reason: 'team_request.person_unknown' } });
    expect(await ok('device-authorization.cancel', { request })).toEqual({ outcome: 'done', state: 'cancelled' });
  });
});

describe('Decision 42: what a team may not', () => {
  const unknown = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
  it.each([
    ['a client that is not its own', 'backchannel-authentication.start', { clientId: 'demo-service', scope: 'openid', loginHint: 'alice' }, 'team_request.client_not_bound'],
    ['a client that does not exist', 'device-authorization.start', { clientId: 'nobody' }, 'team_request.client_not_bound'],
    ['a request that does not exist', 'backchannel-authentication.read', { request: unknown }, 'team_request.unknown'],
    ['to decide it', 'backchannel-authentication.decide', { request: unknown, decision: { decision: 'deny' } }, 'team_request.unknown'],
    ['to cancel it', 'device-authorization.cancel', { request: unknown }, 'team_request.unknown'],
    ['a body that does not fit', 'backchannel-authentication.read', { request: 'no-uuid' }, 'team_request.malformed'],
    ['a team of its choice', 'backchannel-authentication.decide', { request: unknown, team: 'other', decision: { decision: 'deny' } }, 'team_request.unknown'],
    ['what the endpoint refuses', 'backchannel-authentication.start', { clientId: 'demo-call-centre', scope: 'profile', loginHint: 'alice' }, 'backchannel_authentication.no_openid'],
    ['two hints', 'backchannel-authentication.start', { clientId: 'demo-call-centre', scope: 'openid', loginHint: 'alice', idTokenHint: 'x' }, 'backchannel_authentication.hints'],
  ])('%s', async (_case, subject, body, reason) => {
    expect(await ask(subject, body)).toMatchObject({ refusal: { reason } });
  });

  it('an authentication of long ago, or of tomorrow', async () => {
    const { request } = await started(`${PERSON}-b`);
    for (const shift of [-3_700, 3_700]) {
      const decision = { decision: 'approve', authentication: { authenticatedAt: Math.floor(Date.now() / 1000) + shift, amr: ['tel'] } };
      expect(await ask('backchannel-authentication.decide', { request, decision })).toMatchObject({ refusal: { reason: 'team_request.authentication' } });
    }
    expect(await ok('backchannel-authentication.read', { request })).toMatchObject({ state: 'pending' });
  });

  it.each(['api.backchannel-authentication.start.v1.other-team', 'device-ciba.approval.show.v1.gateway', '_R_.x'])('NAT-2 to say %s', async (subject) => {
    await expect(bus.request(subject, json.encode({}), { timeout: 2_000 })).rejects.toMatchObject({ code: 'PERMISSIONS_VIOLATION' });
  });
});
