import { Recorder, type Send, sentRequest } from './recorder.js';
import { Run } from './run.js';

const ISSUER = 'https://login.example.com';

function recorded(send: Send) {
  const run = new Run('r', 'sign-in-web', 'title', 'summary', 0);
  let ms = 0;
  return { run, recorder: new Recorder(run, ISSUER, send, () => (ms += 5)) };
}

const OPTIONS = { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams({ grant_type: 'password', scope: 'a b' }), redirect: 'manual' } as const;

describe('Ours: the recorder writes down what was sent and what came, and changes neither', () => {
  it('a form and its answer', async () => {
    const { run, recorder } = recorded(async () => new Response('{"a":1}', { status: 400, headers: { 'x-request-id': 'q' } }));
    recorder.knows({ issuer: ISSUER, token_endpoint: `${ISSUER}/token` });
    const response = await recorder.fetch(`${ISSUER}/token`, OPTIONS);
    await expect(response.text()).resolves.toBe('{"a":1}');
    expect(run.steps).toEqual([
      {
        kind: 'exchange',
        topic: 'password',
        durationMs: 5,
        problem: null,
        request: { method: 'POST', url: `${ISSUER}/token`, headers: [['accept', 'application/json']], parameters: [['grant_type', 'password'], ['scope', 'a b']], parametersIn: 'form' },
        response: { status: 400, headers: expect.arrayContaining([['x-request-id', 'q']]), text: '{"a":1}' },
      },
    ]);
  });

  it('a connection that failed, with its reason', async () => {
    const { run, recorder } = recorded(() => Promise.reject(new TypeError('fetch failed', { cause: new Error('self-signed certificate') })));
    await expect(recorder.fetch(`${ISSUER}/token`, OPTIONS)).rejects.toThrow('fetch failed');
    expect(run.steps).toMatchObject([{ response: null, problem: 'self-signed certificate' }]);
  });

  it('sends nothing to anybody but the provider', async () => {
    const { run, recorder } = recorded(() => Promise.reject(new Error('sent')));
    await expect(recorder.fetch('https://attacker.example/token', OPTIONS)).rejects.toThrow('is not the provider');
    expect(run.steps).toEqual([]);
  });

  it('cuts a body that is too long to show', async () => {
    const { run, recorder } = recorded(async () => new Response('x'.repeat(100_000)));
    await expect((await recorder.fetch(`${ISSUER}/any`, OPTIONS)).text()).resolves.toHaveLength(100_000);
    const [step] = run.steps;
    expect(step?.kind === 'exchange' && step.response?.text.length).toBeLessThan(70_000);
  });

  it('a query is taken out of the address', () => {
    expect(sentRequest(`${ISSUER}/authorize?a=1&a=2`, 'GET', {})).toEqual({ method: 'GET', url: `${ISSUER}/authorize`, headers: [], parameters: [['a', '1'], ['a', '2']], parametersIn: 'query' });
  });

  it('a run has an end', async () => {
    const { run, recorder } = recorded(async () => new Response(''));
    for (let call = 0; call < 60; call += 1) await recorder.fetch(`${ISSUER}/any`, OPTIONS);
    expect(run.steps).toHaveLength(40);
  });
});
