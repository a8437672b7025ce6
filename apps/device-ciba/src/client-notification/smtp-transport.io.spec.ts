import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { testCertificate } from '@tessera/outbound-http/testing';
import { deliveryKind, judgeAnswer } from '@tessera/protocol/delivery';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type SmtpLimits, type SmtpServer, smtpTransport } from './smtp-transport.js';

const CERTIFICATE = testCertificate('IP:127.0.0.1');
const STRANGER = testCertificate('IP:127.0.0.1');
const LETTER = { transport: 'mail' as const, to: 'jane@example.com', subject: 'Call centre asks you to approve a request', text: 'Open your approvals.\n' };
const ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const LIMITS: SmtpLimits = { connectMs: 500, totalMs: 1_000 };
const TAKEN = { outcome: 'answered', status: 200 };
const LOGIN = { user: 'tessera', password: 'pass word/1' };

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly text: string;
  readonly encrypted: boolean;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A real SMTP server; what it does differently is an argument. */
async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    cert: CERTIFICATE.cert,
    key: CERTIFICATE.key,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      username === LOGIN.user && password === LOGIN.password ? done(null, { user: username }) : done(new Error('who?')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString('utf8'), encrypted: session.secure });
        done();
      });
    },
    logger: false,
    ...options,
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  open.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { received, port: portOf(listening) };
}

/** A server that says nothing but what it is told to. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return portOf(server);
}

function portOf(server: Server | { address(): unknown }): number {
  return (server.address() as { port: number }).port;
}

function transport(port: number, server: Partial<SmtpServer> = {}) {
  return smtpTransport({ host: '127.0.0.1', port, secure: false, login: null, unencrypted: false, extraCa: CERTIFICATE.ca, ...server }, 'approvals@login.example.com', LIMITS);
}

/** An error of the server with its status. */
function refusal(responseCode: number): Error {
  return Object.assign(new Error('no'), { responseCode });
}

const what = (fault: string) => ({ outcome: 'failed', fault });
const kind = deliveryKind('email');
if (kind === null) throw new Error('letters are no kind of delivery');

describe('RFC 5321 a letter is handed to a mail server', () => {
  it.each([
    ['smtps', true],
    ['STARTTLS', false],
  ])('encrypted by %s, with a password, under the id of its delivery', async (_how, secure) => {
    const { received, port } = await mailServer({ secure, authOptional: false });
    expect(await transport(port, { secure, login: LOGIN }).send(ID, LETTER)).toEqual(TAKEN);
    expect(received).toMatchObject([{ from: 'approvals@login.example.com', to: ['jane@example.com'], encrypted: true }]);
    expect(received[0]?.text).toContain(`Message-ID: <${ID}@login.example.com>`);
    expect(received[0]?.text).toContain('Auto-Submitted: auto-generated');
    expect(received[0]?.text).toContain('Open your approvals.');
  });

  it('a letter said again is the same letter', async () => {
    const { received, port } = await mailServer();
    for (let attempt = 1; attempt <= 2; attempt += 1) await transport(port).send(ID, LETTER);
    expect(new Set(received.map(({ text }) => /^Message-ID: .*$/m.exec(text)?.[0])).size).toBe(1);
  });

  it('in clear only where that was asked for', async () => {
    const { received, port } = await mailServer({ disabledCommands: ['STARTTLS'] });
    expect(await transport(port, { unencrypted: true }).send(ID, LETTER)).toEqual(TAKEN);
    expect(received[0]?.encrypted).toBe(false);
  });
});

describe('RFC 8314 §3 nothing is said in clear', () => {
  it('a server without STARTTLS gets neither password nor letter', async () => {
    const { received, port } = await mailServer({ disabledCommands: ['STARTTLS'], hideSTARTTLS: true });
    expect(await transport(port, { login: LOGIN }).send(ID, LETTER)).toEqual(what('mail-tls'));
    expect(received).toEqual([]);
  });

  it('one that offers STARTTLS and then refuses it neither', async () => {
    const said: string[] = [];
    const port = await rawServer((socket) => {
      socket.write('220 mail.example.com ESMTP\r\n');
      socket.on('data', (line: Buffer) => {
        said.push(line.toString());
        socket.write(line.toString().startsWith('EHLO') ? '250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n' : '454 4.7.0 not now\r\n');
      });
    });
    expect(await transport(port, { login: LOGIN }).send(ID, LETTER)).toEqual(what('mail-tls'));
    expect(said.map((line) => line.slice(0, 4))).not.toContain('AUTH');
    expect(said.map((line) => line.slice(0, 4))).not.toContain('MAIL');
  });

  it.each([
    ['smtps', true],
    ['STARTTLS', false],
  ])('by %s, one whose certificate nobody vouches for neither', async (_how, secure) => {
    const { received, port } = await mailServer({ secure });
    const answer = await transport(port, { secure, extraCa: STRANGER.ca }).send(ID, LETTER);
    expect(answer.outcome).toBe('failed');
    expect(judgeAnswer(kind, answer)).toBe('retry');
    expect(received).toEqual([]);
  });
});

describe('RFC 5321 §4.2.1 what a server answers', () => {
  it.each([421, 450, 451, 452])('%i to the addressee: later, and then it is taken', async (responseCode) => {
    let refused = 0;
    const { received, port } = await mailServer({ onRcptTo: (_address, _session, done) => (refused++ === 0 ? done(refusal(responseCode)) : done()) });
    const first = await transport(port).send(ID, LETTER);
    // 421 ends the connection (RFC 5321 §3.8), so it may be that which is seen.
    expect([what('mail-deferred'), ...(responseCode === 421 ? [what('mail-connection')] : [])]).toContainEqual(first);
    expect(judgeAnswer(kind, first)).toBe('retry');
    expect(await transport(port).send(ID, LETTER)).toEqual(TAKEN);
    expect(received).toHaveLength(1);
  });

  it.each([550, 551, 553, 554])('%i to the addressee: never', async (responseCode) => {
    const { port } = await mailServer({ onRcptTo: (_address, _session, done) => done(refusal(responseCode)) });
    const answer = await transport(port).send(ID, LETTER);
    expect(answer).toEqual(what('mail-refused'));
    expect(judgeAnswer(kind, answer)).toBe('given-up');
  });

  it.each([
    [451, 'mail-deferred'],
    [554, 'mail-refused'],
  ])('%i to the letter: %s', async (responseCode, fault) => {
    const { port } = await mailServer({ onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(responseCode))) });
    expect(await transport(port).send(ID, LETTER)).toEqual(what(fault));
  });

  it('a password that is not taken is for the operator to mend: later', async () => {
    const { received, port } = await mailServer({ authOptional: false });
    const answer = await transport(port, { login: { user: 'tessera', password: 'wrong' } }).send(ID, LETTER);
    expect(answer).toEqual(what('mail-login'));
    expect(judgeAnswer(kind, answer)).toBe('retry');
    expect(received).toEqual([]);
  });

  it('554 instead of a greeting says nothing of the letter: later', async () => {
    const answer = await transport(await rawServer((socket) => void socket.end('554 no service here\r\n'))).send(ID, LETTER);
    expect(judgeAnswer(kind, answer)).toBe('retry');
  });

  it('nobody there: later', async () => {
    const port = await rawServer(() => {});
    await open.pop()?.();
    expect(await transport(port).send(ID, LETTER)).toEqual(what('mail-connection'));
  });
});

describe('F15 a server that takes its time', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['says a word now and then', (socket) => drip(socket)],
    ['hangs after the greeting', (socket) => void socket.write('220 mail.example.com ESMTP\r\n')],
  ])('that %s is left within the limits', async (_how, onConnection) => {
    const port = await rawServer(onConnection);
    const began = performance.now();
    const answer = await transport(port).send(ID, LETTER);
    expect(answer).toEqual(what('mail-timeout'));
    expect(judgeAnswer(kind, answer)).toBe('retry');
    expect(performance.now() - began).toBeLessThan(LIMITS.totalMs + 1_000);
  });

  it('that hangs with the letter in hand as well', async () => {
    const { port } = await mailServer({ onData: (stream) => void stream.resume(), closeTimeout: 10 });
    expect(await transport(port).send(ID, LETTER)).toEqual(what('mail-timeout'));
  });
});

/** A continued greeting that never ends. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('220-still here\r\n'), 50);
  socket.on('close', () => clearInterval(timer));
}

describe('RFC 5322 §2.2 a letter has the headers we gave it', () => {
  it.each(['Shop\r\nBcc: eve@example.com', 'Shop\nX-Other: 1', 'Shop\u2028Bcc: eve@example.com', 'Ünïcode 👍 shop'])('whatever a client is called: %j', async (name) => {
    const { received, port } = await mailServer();
    expect(await transport(port).send(ID, { ...LETTER, subject: name })).toEqual(TAKEN);
    const [headers = ''] = (received[0]?.text ?? '').split('\r\n\r\n');
    const names = headers.split('\r\n').filter((line) => /^\S/.test(line)).map((line) => line.split(':')[0]);
    expect(names.toSorted()).toEqual(['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To']);
    expect(received[0]?.to).toEqual(['jane@example.com']);
  });

  it.each(['jane@example.com\r\nRCPT TO:<eve@example.com>', 'jane@example.com, eve@example.com', '<eve@example.com>', 'jane', '', 'a b@example.com', '"jane"@example.com', `${'a'.repeat(65)}@example.com`])(
    'nobody is written to at %j',
    async (to) => {
      const { received, port } = await mailServer();
      const answer = await transport(port).send(ID, { ...LETTER, to });
      expect(answer).toEqual(what('mail-address'));
      expect(judgeAnswer(kind, answer)).toBe('given-up');
      expect(received).toEqual([]);
    },
  );
});
