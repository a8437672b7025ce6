import { createECDH, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { SMTPServer } from 'smtp-server';
import { System, until } from '../faults/system.js';
import { LogoutReceiver, ReceiverCertificate } from './logout-receiver.js';

const CIBA = 'urn:openid:params:grant-type:ciba';
const PROMPT_MS = 5_000;
const PASSWORD = 'a long enough password';
const [WEBHOOK_SECRET, COMPLETION_SECRET] = [randomBytes(32), randomBytes(32)];
const underTest = process.env['TESSERA_DEMO'];

const certificate = new ReceiverCertificate();
/** The drivers of the flows read which system they drive when they are loaded. */
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let system: System;
let receiver: LogoutReceiver;
let mailServer: SMTPServer;
const letters: { readonly to: string; readonly text: string; readonly encrypted: boolean; readonly user: string }[] = [];
let clientOf: Awaited<ReturnType<typeof drivers.declare>>;

async function mail(): Promise<number> {
  mailServer = new SMTPServer({
    key: certificate.key,
    cert: certificate.cert,
    onAuth: ({ username, password }, _session, done) => (password === 'letter secret' ? done(null, { user: username ?? '' }) : done(new Error('who?'))),
    onData: (stream, session, done) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
      stream.on('end', () => {
        letters.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), text, encrypted: session.secure, user: String(session.user) });
        done();
      });
    },
  });
  const listening = mailServer.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return (listening.address() as { port: number }).port;
}

beforeAll(async () => {
  receiver = await LogoutReceiver.open(certificate);
  const smtp = `smtp://tessera:letter%20secret@localhost:${await mail()}`;
  system = await System.start({
    serviceEnv: {
      worker: { OUTBOUND_ALLOWED_HOSTS: receiver.host, OUTBOUND_CA_FILE: certificate.file, SMTP_URL: smtp, SMTP_CA_FILE: certificate.file, MAIL_FROM: 'approvals@login.example.com' },
      'device-ciba': {
        APPROVAL_EMAIL: 'on',
        APPROVAL_WEBHOOK_URL: receiver.address('/authenticator'),
        APPROVAL_WEBHOOK_SECRET: WEBHOOK_SECRET.toString('base64url'),
        APPROVAL_COMPLETION_SECRET: COMPLETION_SECRET.toString('base64url'),
      },
      gateway: { APPROVAL_COMPLETION: 'on' },
      authorization: { APPROVAL_COMPLETION: 'on' },
    },
  });
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  drivers = await loaded();
  clientOf = await drivers.declare(`clients:
  - client_id: reaching
    client_name: Call centre
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
users:
${['reached-1', 'reached-2'].map((username) => `  - username: ${username}\n    email: ${username}@example.com\n    claims: { email_verified: true }\n    password: { from_environment: REACHED_PASSWORD }`).join('\n')}
`, { REACHED_PASSWORD: PASSWORD });
}, 120_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  await system.stop();
  await Promise.all([receiver.close(), new Promise<void>((resolve) => mailServer.close(() => resolve()))]);
  certificate.remove();
}, 60_000);

const begin = async (username: string) => {
  const answer = await drivers.asClient(clientOf('reaching'), '/bc-authorize', { scope: 'openid', login_hint: username, binding_message: 'W4SCT' });
  return drivers.text(answer, 'auth_req_id');
};
const poll = (authReqId: string) => drivers.asClient(clientOf('reaching'), '/token', { grant_type: CIBA, auth_req_id: authReqId });

async function report(said: Record<string, unknown>, secret = COMPLETION_SECRET) {
  const [at, body] = [Math.floor(Date.now() / 1_000), JSON.stringify(said)];
  const signature = `t=${at},v1=${createHmac('sha256', secret).update(`completion.${at}.${body}`).digest('hex')}`;
  const answer = await fetch(`${drivers.demo.issuer}/authenticator/completion`, { method: 'POST', headers: { 'content-type': 'application/json', 'tessera-signature': signature }, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** What the own authenticator was told, once it was told so often. */
async function announced(count: number): Promise<Record<string, unknown>> {
  expect(await until(async () => receiver.at('/authenticator').length, (seen) => seen >= count, PROMPT_MS)).not.toBeNull();
  return JSON.parse(receiver.at('/authenticator')[count - 1]?.body ?? '{}') as Record<string, unknown>;
}

describe('Ours: the own authenticator, from its announcement to the tokens', () => {
  it('reports what the person said, and the ID token says how they were known', async () => {
    const authReqId = await begin('reached-1');
    const { approval } = await announced(1);
    expect((await report({ approval, decision: 'approve' }, WEBHOOK_SECRET)).status).toBe(403);
    expect((await report({ approval: authReqId, decision: 'approve' })).status).toBe(404);
    expect((await poll(authReqId)).body['error']).toBe('authorization_pending');
    expect(await report({ approval, decision: 'approve', amr: ['face', 'hwk'] })).toEqual({ status: 200, body: { outcome: 'approved' } });
    expect(await report({ approval, decision: 'approve', amr: ['face', 'hwk'] })).toEqual({ status: 200, body: { outcome: 'approved' } });
    expect((await report({ approval, decision: 'deny' })).status).toBe(409);
    const granted = await until(async () => (await poll(authReqId)).body, (body) => typeof body['id_token'] === 'string', 20_000);
    expect(decodeJwt(String(granted?.found['id_token']))).toMatchObject({ amr: ['face', 'hwk'], auth_time: expect.any(Number) });
  }, 60_000);
});

describe('Ours: a letter by SMTP, and a notice in a browser', () => {
  it('come when a request waits, lead to the inbox, and tell nothing of it', async () => {
    const agent = new drivers.UserAgent();
    const shown = drivers.page(await drivers.signIn(agent, await agent.open(`${drivers.demo.issuer}/approvals`), { username: 'reached-2', password: PASSWORD }));
    const keys = createECDH('prime256v1');
    const subscription = { endpoint: receiver.address('/push/browser'), p256dh: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
    const enrolled = drivers.page(await agent.submit(shown, subscription, null, drivers.formWith(shown, 'endpoint')));
    expect(enrolled.html).toContain('This browser is told');
    const authReqId = await begin('reached-2');
    expect(await until(async () => receiver.at('/push/browser').length, (seen) => seen >= 1, PROMPT_MS)).not.toBeNull();
    expect(receiver.at('/push/browser')[0]?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', authorization: expect.stringMatching(/^vapid t=/) });
    const letter = await until(async () => letters.find(({ to }) => to === 'reached-2@example.com'), (found) => found !== undefined, PROMPT_MS);
    expect(letter?.found).toMatchObject({ encrypted: true, user: 'tessera' });
    expect(letter?.found?.text).toContain('/approvals');
    for (const secret of [authReqId, 'W4SCT']) expect(letter?.found?.text).not.toContain(secret);
  }, 60_000);
});
