import { hash } from 'node:crypto';
import { HoldPoll, Token } from '@tessera/contracts';
import { Outage } from '@tessera/vocabulary';
import type { OutgoingEdgeRequest } from '../http/index.js';
import { FakeOwners, RunningEdge } from '../testing.js';
import { HeldPolls } from './held-polls.js';

const AUTH_REQ_ID = 'a'.repeat(43);
const REQUEST = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const CIBA = 'urn:openid:params:grant-type:ciba';
const CONTEXT = { requestId: 'request-1', traceparent: 'trace', deadline: 8_000 };
const POLL: [string, string][] = [['grant_type', CIBA], ['auth_req_id', AUTH_REQ_ID]];

function polls(held: { request: string; secondsLeft: number } | null = { request: REQUEST, secondsLeft: 240 }, heldMax = 2) {
  const owners = new FakeOwners();
  owners.to(HoldPoll).reply(() => ({ held }));
  const waits: { ms: number; signal: AbortSignal }[] = [];
  let now = 0;
  const wait = (ms: number, signal: AbortSignal) => {
    waits.push({ ms, signal });
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };
  const subject = new HeldPolls({ owners, wait, monotonicMs: () => now, heldMax });
  const ask = (parameters = POLL, gone = new AbortController().signal) => subject.wait({ parameters } as unknown as OutgoingEdgeRequest, CONTEXT, gone);
  return { owners, waits, subject, ask, at: (ms: number) => (now = ms) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('CIBA Core §10.1.1 long polling', () => {
  it('holds a poll until the person decides, at most 25 s, and gives it its time anew', async () => {
    const { owners, waits, subject, ask, at } = polls();
    const waiting = ask();
    await turn();
    expect(owners.questions(HoldPoll)).toEqual([{ authReqIdHash: hash('sha256', AUTH_REQ_ID, 'base64url') }]);
    expect(waits.map(({ ms }) => ms)).toEqual([25_000]);
    subject.decided('0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01');
    expect(waits[0]?.signal.aborted).toBe(false);
    at(20_000);
    subject.decided(REQUEST);
    expect(await waiting).toEqual({ ...CONTEXT, deadline: 28_000 });
  });

  it('holds it no longer than the request lives', async () => {
    const { waits, ask, subject } = polls({ request: REQUEST, secondsLeft: 3.5 });
    const waiting = ask();
    await turn();
    expect(waits.map(({ ms }) => ms)).toEqual([3_500]);
    subject.release();
    await waiting;
  });

  it('a decision that is told while the question is on its way counts', async () => {
    const { waits, ask, subject } = polls();
    subject.decided(REQUEST);
    await ask();
    expect(waits).toEqual([]);
  });

  it('goes on when nobody could be asked', async () => {
    const { owners, ask } = polls();
    owners.to(HoldPoll).reply(() => {
      throw new Outage('device-ciba', 'away');
    });
    expect(await ask()).toBe(CONTEXT);
  });

  it('goes on when the owner says so', async () => {
    expect(await polls(null).ask()).toBe(CONTEXT);
  });

  it.each<[string, [string, string][]]>([
    ['another grant', [['grant_type', 'authorization_code'], ['auth_req_id', AUTH_REQ_ID]]],
    ['no auth_req_id', [['grant_type', CIBA]]],
    ['two of them', [...POLL, ['auth_req_id', AUTH_REQ_ID]]],
    ['one that is no handle', [['grant_type', CIBA], ['auth_req_id', 'x']]],
  ])('asks nobody about %s', async (_case, parameters) => {
    const { owners, ask } = polls();
    expect(await ask(parameters)).toBe(CONTEXT);
    expect(owners.questions(HoldPoll)).toEqual([]);
  });

  it('I12 holds no more than there is room for, and gives the room back', async () => {
    const { ask, subject, owners } = polls();
    const held = [ask(), ask()];
    await turn();
    expect(await ask()).toBe(CONTEXT);
    subject.decided(REQUEST);
    await Promise.all(held);
    expect(owners.questions(HoldPoll)).toHaveLength(2);
    await ask();
    expect(owners.questions(HoldPoll)).toHaveLength(3);
  });

  it('a client that hangs up waits no more', async () => {
    const gone = new AbortController();
    const { ask } = polls();
    const waiting = ask(POLL, gone.signal);
    await turn();
    gone.abort();
    await waiting;
    expect(gone.signal.aborted).toBe(true);
  });

  it('a process that stops holds nothing', async () => {
    const { ask, subject, owners } = polls();
    const waiting = ask();
    await turn();
    subject.release();
    await waiting;
    expect(await ask()).toBe(CONTEXT);
    expect(owners.questions(HoldPoll)).toHaveLength(1);
  });

  it('at the token endpoint: one redemption, after the wait', async () => {
    let decide: () => void = () => undefined;
    const owners = new FakeOwners();
    owners.to(HoldPoll).reply(() => ({ held: { request: REQUEST, secondsLeft: 240 } }));
    const heldPolls = new HeldPolls({ owners, wait: (_ms, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })), monotonicMs: () => performance.now() });
    const edge = await RunningEdge.start({ heldPolls });
    edge.owners.to(Token).reply(() => ({ status: 200, body: { access_token: 'x' }, headers: {} }));
    const held = new Promise<void>((resolve) => (decide = resolve));
    const answer = edge.form('/token', new URLSearchParams(POLL).toString());
    while (owners.questions(HoldPoll).length === 0) await turn();
    expect(edge.owners.questions(Token)).toEqual([]);
    heldPolls.decided(REQUEST);
    decide();
    await held;
    expect((await answer).status).toBe(200);
    expect(edge.owners.questions(Token)).toHaveLength(1);
    await edge.close();
  });
});
