import { Token } from '@tessera/contracts';
import { type SpanFacts, type SpanSource, traces } from '@tessera/observability';
import { RunningEdge } from '../testing.js';
import { trustedProxies } from './source-address.js';

const SAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const OURS = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

interface Recorded {
  readonly name: string;
  readonly parent: string | null;
  facts: SpanFacts;
  ended: number;
}

/** What an edge records while it answers. */
async function recording(ask: (edge: RunningEdge) => Promise<unknown>, { trusted = false, ratio = 1 } = {}): Promise<{ spans: Recorded[]; contexts: string[] }> {
  const spans: Recorded[] = [];
  const source: SpanSource = {
    begin: (_kind, name, parent, facts) => {
      const span: Recorded = { name, parent, facts, ended: 0 };
      spans.push(span);
      const note = (more: SpanFacts = {}) => (span.facts = { ...span.facts, ...more });
      return { traceparent: OURS, note, end: (more) => (note(more), (span.ended += 1)) };
    },
  };
  const edge = await RunningEdge.start(trusted ? { proxies: trustedProxies(['127.0.0.1']) } : {});
  const contexts: string[] = [];
  const { owners } = edge;
  const call = owners.call.bind(owners);
  owners.call = (contract, request, context) => (contexts.push((context as unknown as { traceparent: string }).traceparent), call(contract, request, context));
  traces.switchOn(source, ratio);
  try {
    await ask(edge);
    while (spans.some(({ ended }) => ended === 0)) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    traces.switchOff();
    await edge.close();
  }
  return { spans, contexts };
}

const form = (headers: readonly string[] = []) => (edge: RunningEdge) => edge.form('/token', 'grant_type=client_credentials&client_secret=planted', headers);

describe('Ours: the span of a request at the edge', () => {
  it('is named after method and endpoint, ends once with the status, and what is asked of others is part of it', async () => {
    const { spans, contexts } = await recording(form());
    expect(spans).toEqual([{ name: 'POST token', parent: null, ended: 1, facts: { method: 'POST', endpoint: 'token', requestId: 'request-1', status: 200 } }]);
    expect(contexts).toEqual([OURS]);
  });

  it('decision 7 has the reason of a refusal, and a path nobody has is none', async () => {
    const refused = await recording((edge) => edge.send('GET', '/token?code=planted'));
    expect(refused.spans).toMatchObject([{ name: 'GET token', facts: { status: 405, reason: 'request.method_not_allowed' } }]);
    const unknown = await recording((edge) => edge.send('GET', '/eyJhbGciOiJub25lIn0?token=planted'));
    expect(unknown.spans).toMatchObject([{ name: 'GET none', facts: { endpoint: 'none', status: 404, reason: 'request.not_found' } }]);
    expect(JSON.stringify([refused, unknown])).not.toMatch(/planted|eyJ/);
  });

  it('is not there for what is not chosen, and its context goes on as it was minted', async () => {
    const { spans, contexts } = await recording(form(), { ratio: 0 });
    expect(spans).toEqual([]);
    expect(contexts).toEqual([`00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`]);
  });
});

describe('W3C Trace Context §2.3, §6 a trace that somebody else began', () => {
  it('goes on when a trusted proxy says so, whatever the share here', async () => {
    const { spans } = await recording(form([`Traceparent: ${SAMPLED}`]), { trusted: true, ratio: 0 });
    expect(spans).toMatchObject([{ parent: SAMPLED }]);
  });

  it('is not recorded when that proxy does not record it', async () => {
    expect((await recording(form([`traceparent: ${UNSAMPLED}`]), { trusted: true })).spans).toEqual([]);
  });

  it.each([
    ['from anybody else', [`traceparent: ${SAMPLED}`], false],
    ['that is malformed', ['traceparent: 00-planted'], true],
    ['said twice', [`traceparent: ${SAMPLED}`, `traceparent: ${SAMPLED}`], true],
  ])('%s is not read: a trace of our own begins, if it is chosen here', async (_case, headers, trusted) => {
    expect((await recording(form(headers), { trusted })).spans).toMatchObject([{ parent: null }]);
    expect((await recording(form(headers), { trusted, ratio: 0 })).spans).toEqual([]);
  });

  it('is never answered', async () => {
    let answered = '';
    await recording(async (edge) => {
      edge.owners.to(Token).reply(() => ({ status: 200, body: {}, headers: {} }));
      answered = JSON.stringify((await form([`traceparent: ${SAMPLED}`])(edge)).headers);
    }, { trusted: true });
    expect(answered).not.toMatch(/trace/i);
  });
});
