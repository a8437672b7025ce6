import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { completionReply, readApprovalReport, type WaitingApproval, webhookMessage } from './index.js';

const WEBHOOK_SECRET = Buffer.alloc(32, 5);
const COMPLETION_SECRET = Buffer.alloc(32, 9);
const APPROVAL = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const WAITING: WaitingApproval = {
  approval: APPROVAL, accountId: 'usr_2iv3d3YcSTm1vE7vTzrWlA', client: { clientId: 'call-centre', name: 'Call centre' }, scope: ['openid'],
  bindingMessage: 'W4SCT', choices: null, expiresInSeconds: 300, approvalsUri: 'https://as.example.com/approvals',
};
const now = () => Math.floor(Date.now() / 1_000);

let folder: string;
let tessera: Server;
let program: ChildProcess;
let url: string;
let said = '';
const reports: unknown[] = [];

/** The program of the document, as it stands there, beside a Tessera that believes what the protocol believes. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-own-authenticator-'));
  const page = await readFile(path.join(import.meta.dirname, '../../../docs/own-authenticator.md'), 'utf8');
  await writeFile(path.join(folder, 'authenticator.mjs'), /```js\n(.*?)```/s.exec(page)?.[1] ?? '');
  tessera = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    try {
      if (request.url !== '/authenticator/completion') throw new RangeError('nothing is there');
      reports.push(readApprovalReport({ body, signature: String(request.headers['tessera-signature']) }, COMPLETION_SECRET, now()));
      response.writeHead(200).end(JSON.stringify(completionReply('approved')));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(tessera, 'listening');
  const [issuer, port] = [`http://127.0.0.1:${portOf(tessera)}`, await freePort()];
  url = `http://127.0.0.1:${port}/`;
  program = spawn(process.execPath, [path.join(folder, 'authenticator.mjs')], {
    env: { PATH: process.env['PATH'], ISSUER: issuer, PORT: String(port), WEBHOOK_SECRET: WEBHOOK_SECRET.toString('base64url'), COMPLETION_SECRET: COMPLETION_SECRET.toString('base64url') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  program.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  await until(() => said.includes('listening'));
});
afterAll(async () => {
  program.kill('SIGKILL');
  await once(program, 'exit');
  tessera.close();
  tessera.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}

async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 500 && !holds(); look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!holds()) throw new Error(`not so: ${holds}; it said ${said}`);
}

async function announce(id: string, waiting: Partial<WaitingApproval> = {}, { secret = WEBHOOK_SECRET, at = now() } = {}): Promise<number> {
  const message = webhookMessage({ url, secret }, id, { ...WAITING, ...waiting }, at);
  if (message.transport !== 'http') throw new Error('a call is made by HTTP');
  return (await fetch(url, { method: 'POST', headers: message.headers, body: message.body })).status;
}

const answer = (text: string) => program.stdin?.write(`${text}\n`);

describe('Ours: the program of docs/own-authenticator.md', () => {
  it('believes our calls, asks once, and reports what we believe', async () => {
    expect(await announce('one')).toBe(204);
    expect(await announce('one')).toBe(204);
    await until(() => said.includes('Call centre asks. It shows "W4SCT"'));
    answer('yes');
    await until(() => reports.length === 1);
    expect(reports).toEqual([{ approval: APPROVAL, answer: { answer: 'approve' }, authentication: { acr: null, amr: ['pin'] } }]);
    await until(() => said.includes('200 {"outcome":"approved"}'));
  });

  it('reports the number that was picked, and a no', async () => {
    await announce('two', { choices: [17, 42, 88] });
    await until(() => said.includes('(17, 42, 88)'));
    answer('42');
    await until(() => reports.length === 2);
    await announce('three', { bindingMessage: null });
    await until(() => said.includes('It shows null'));
    answer('no');
    await until(() => reports.length === 3);
    expect(reports.slice(1)).toMatchObject([{ answer: { answer: 'pick', number: 42 } }, { answer: { answer: 'deny' } }]);
  });

  it('believes nobody else, and nothing that is old', async () => {
    expect(await announce('four', {}, { secret: COMPLETION_SECRET })).toBe(401);
    expect(await announce('five', {}, { at: now() - 301 })).toBe(401);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  });
});
