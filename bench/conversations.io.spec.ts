import { runLoad } from './load/run-load.mjs';
import { signInJob, SIGN_IN_SCENARIOS } from './sign-in-scenarios.mjs';
import { FakeIssuer } from './testing.js';
import { problemsOf } from './verification.mjs';

const PEOPLE = [
  { username: 'alice', password: 'tea & <scones>' },
  { username: 'bob', password: 'correct horse' },
];
/** Of measuring; the fake answers hundreds of times in it. */
const SECONDS = 0.4;
let fake: FakeIssuer;

beforeEach(async () => {
  fake = new FakeIssuer(PEOPLE);
  await fake.open();
});
afterEach(() => fake.close());

const scenarioOf = (name: string) => SIGN_IN_SCENARIOS.find((one) => one.name === name) ?? { name };

/** Runs a scenario as the bench does, against the fake. */
async function load(name: string) {
  const scenario = scenarioOf(name);
  const { port } = new URL(fake.issuer);
  const job = {
    host: '127.0.0.1',
    port: Number(port),
    connections: 4,
    seconds: SECONDS,
    warmupSeconds: 0.3,
    rate: null,
    ...signInJob(scenario, { issuer: fake.issuer, clients: fake.clients }, { people: PEOPLE, seconds: SECONDS }),
  };
  const result = await runLoad(job, async (go: () => Promise<void>) => {
    const before = { ...fake.counts };
    await go();
    return before;
  });
  const problems: string[] = await problemsOf(result.samples, { issuer: fake.issuer, ...scenario });
  return { ...result, problems };
}

describe('Ours: each scenario of sign-in is a conversation that a client would have', () => {
  // Decoupled conversations have two sides, of which the fake plays neither; tests/flows has them with the product.
  it.each(SIGN_IN_SCENARIOS.map(({ name }) => name).filter((name) => !['device', 'ciba-poll', 'polls', 'polls-at-rate'].includes(name)))('%s: no errors, and answers that verify', async (name) => {
    const { requests, errors, warmupErrors, samples, problems } = await load(name);
    expect([errors, warmupErrors, problems]).toEqual([{}, {}, []]);
    expect(requests).toBeGreaterThan(10);
    expect(samples.length).toBeGreaterThan(1);
  }, 30_000);

  it('code-flow: four requests, each timed, with no cookie of the time before', async () => {
    const { requests, samples, steps } = await load('code-flow');
    expect(new Set(samples.map((sample: { requests: number }) => sample.requests))).toEqual(new Set([4]));
    expect(steps.map(({ latencyMs }: { latencyMs: { p50: number } }) => latencyMs.p50 > 0)).toEqual([true, true, true, true]);
    expect(fake.counts.logins).toBeGreaterThanOrEqual(requests);
    expect(fake.counts.silent).toBe(0);
  }, 30_000);

  it('code-exchange: only redemptions are in the measured stretch, of codes that needed no password', async () => {
    const { requests, observation } = await load('code-exchange');
    expect(fake.counts.redeemed - observation.redeemed).toBe(requests);
    expect([fake.counts.logins - observation.logins, fake.counts.silent - observation.silent]).toEqual([0, 0]);
    expect(fake.counts.logins).toBe(4);
  }, 30_000);

  it('refresh: one chain for each connection, begun before measuring', async () => {
    const { requests, observation } = await load('refresh');
    expect(fake.counts.refreshed - observation.refreshed).toBe(requests);
    expect(fake.counts.logins).toBe(4);
  }, 30_000);

  it('people come from addresses of their own', async () => {
    await load('userinfo');
    expect([...fake.sources].sort()).toEqual(['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4']);
  }, 30_000);
});

describe('Ours: what goes wrong in a conversation is an error by kind', () => {
  it.each<[string, string, string]>([
    ['a wrong password', 'wrong-password', 'the login page came back'],
    ['a consent page', 'consent', 'a page without a password field'],
    ['an answer to another request (RFC 9700 §4.4.2.1)', 'foreign-state', 'an authorization response without code, state or iss'],
    ['an error response', 'refused', 'authorization refused: access_denied'],
    ['a code that is refused', 'no-redemption', 'status 400'],
    ['an answer without its length', 'chunked', 'CHUNKED'],
  ])('%s', async (_case, fault, kind) => {
    fake.fault = fault;
    expect(Object.keys((await load('code-flow')).errors)).toEqual([kind]);
  }, 30_000);

  it('a chain that breaks is begun anew, and counted', async () => {
    fake.fault = 'breaks-chains';
    const { errors, requests } = await load('refresh');
    expect(Object.keys(errors)).toEqual(['status 400']);
    expect(requests).toBeGreaterThan(errors['status 400'] ?? 0);
  }, 30_000);
});

describe('Ours: sampled answers are verified', () => {
  it.each<[string, string, string]>([
    ['code-flow', 'foreign-nonce', 'an ID token has another nonce (OIDC Core §3.1.3.7)'],
    ['code-exchange', 'wrong-at-hash', 'an ID token has a wrong at_hash'],
    ['code-flow', 'foreign-key', 'a token does not verify as RS256'],
    ['userinfo', 'foreign-subject', 'userinfo is about another subject than the ID token'],
    ['introspection', 'foreign-subject', 'a token is about another subject than its ID token'],
    ['par', 'same-request-uri', 'the same request_uri was given twice'],
  ])('%s with %s', async (name, fault, problem) => {
    fake.fault = fault;
    expect((await load(name)).problems).toContain(problem);
  }, 30_000);
});
