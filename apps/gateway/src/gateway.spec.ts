import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { RunningEdge, TOKEN_REPLY } from './testing.js';

/** A token request over a kept connection: its status and whether the server wants to keep it. */
function ask(port: number, agent: Agent): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'as.example.com', 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request({ port, host: '127.0.0.1', path: '/token', method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }));
    });
    sent.once('error', reject).end('grant_type=client_credentials');
  });
}

describe('REL-5 a stop finishes what is in flight', () => {
  it('answers it, closes its connection, and takes no new one', async () => {
    const edge = await RunningEdge.start();
    const { port } = edge;
    const agent = new Agent({ keepAlive: true });
    expect(await ask(port, agent)).toEqual({ status: 200, connection: 'keep-alive' });

    let answerNow = () => {};
    const arrived = new Promise<void>((resolve) => {
      edge.owners.answer = () => {
        resolve();
        return new Promise((answer) => {
          answerNow = () => answer(TOKEN_REPLY);
        });
      };
    });
    const inFlight = ask(port, agent);
    await arrived;
    const stopped = edge.close();
    answerNow();

    expect(await inFlight).toEqual({ status: 200, connection: 'close' });
    await stopped;
    await expect(new Promise((resolve, reject) => connect(port, '127.0.0.1', () => resolve('connected')).once('error', reject))).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });

  it('loses none of many that arrive while it begins', async () => {
    const edge = await RunningEdge.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const { port } = edge;
    const first = await Promise.all(Array.from({ length: 16 }, () => ask(port, agent)));
    const during = Array.from({ length: 200 }, () => ask(port, agent));
    const stopped = edge.close();
    const answers = await Promise.all(during);
    await stopped;
    agent.destroy();
    expect(new Set([...first, ...answers].map((answer) => answer.status))).toEqual(new Set([200]));
    expect(answers.some((answer) => answer.connection === 'close')).toBe(true);
  });
});

describe('REL-4 a gateway that has enough says so at once', () => {
  it('answers 503 above the cap of requests in flight, and serves again below it', async () => {
    const edge = await RunningEdge.start({ requestsInFlight: 1 });
    const waiting: (() => void)[] = [];
    const arrived = new Promise<void>((resolve) => {
      edge.owners.answer = () => {
        resolve();
        return new Promise((answer) => waiting.push(() => answer(TOKEN_REPLY)));
      };
    });
    const first = edge.form('/token', 'a=1');
    await arrived;
    expect((await edge.form('/token', 'a=2')).status).toBe(503);
    expect((await edge.send('GET', '/jwks')).status).toBe(200);
    for (const answer of waiting) answer();
    expect((await first).status).toBe(200);
    edge.owners.answer = () => TOKEN_REPLY;
    expect((await edge.form('/token', 'a=3')).status).toBe(200);
    await edge.close();
  });
});
