import { execFile } from 'node:child_process';
import path from 'node:path';
import { exportSpans, Metrics, readTraceparent, silentLogger, type SpanFacts, type SpanSource, Traces } from '../index.js';
import { isChosen } from './traceparent.js';
import { Collector } from './testing.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const minted = (digits: string, flags = '00') => `00-${'1'.repeat(24)}${digits}-b7ad6b7169203331-${flags}`;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Spans by name, numbered, with the number of their parent. */
function numbered() {
  const begun: { name: string; parent: string | null; ended: boolean }[] = [];
  const source: SpanSource = {
    begin: (_kind, name, parent) => {
      const span = { name, parent: parent === null ? null : parent.slice(36, 52), ended: false };
      begun.push(span);
      return { traceparent: `00-${TRACE_ID}-${String(begun.length).padStart(16, '0')}-01`, note: () => {}, end: () => (span.ended = true) };
    },
  };
  return { begun, source };
}
const number = (of: number) => String(of).padStart(16, '0');

describe('W3C Trace Context §3.2 traceparent', () => {
  const GOOD = `00-${TRACE_ID}-b7ad6b7169203331-01`;
  it.each([
    ['as it is', [GOOD], GOOD],
    ['of a later version, read as this one (§4.3)', [`01${GOOD.slice(2)}-more`], GOOD],
    ['absent', [], null],
    ['twice', [GOOD, GOOD], null],
    ['with more behind version 00', [`${GOOD}-more`], null],
    ['of version ff', [`ff${GOOD.slice(2)}`], null],
    ['without a trace-id', [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`], null],
    ['without a parent-id', [`00-${TRACE_ID}-${'0'.repeat(16)}-01`], null],
    ['in upper case', [GOOD.toUpperCase()], null],
    ['that is something else', ['00-secret'], null],
    ['longer than any', ['0'.repeat(8_000)], null],
  ])('%s', (_case, values, read) => {
    expect(readTraceparent(values)).toBe(read);
  });
});

describe('Ours: which traces are recorded', () => {
  it('the share that was asked for, by the random digits of the id', () => {
    expect(['00000000', '028f5c28', '028f5c29', 'ffffffff'].map((digits) => isChosen(minted(digits), 0.01))).toEqual([true, true, false, false]);
    expect([isChosen(minted('ffffffff'), 1), isChosen(minted('00000000'), 0)]).toEqual([true, false]);
  });

  it('what continues a trace follows it, whatever the share is', () => {
    const { begun, source } = numbered();
    const traces = new Traces();
    traces.switchOn(source, 1);
    expect(traces.begin('server', 'a', minted('00000000'), {}, minted('0', '00'))).toBeNull();
    expect(traces.continue('server', 'b', minted('00000000', '00'), {})).toBeNull();
    traces.switchOn(source, 0);
    expect(traces.begin('server', 'c', minted('ffffffff'), {}, minted('00000000', '01'))).not.toBeNull();
    expect(begun).toEqual([{ name: 'c', parent: 'b7ad6b7169203331', ended: false }]);
  });
});

describe('Ours: what is under way is followed through promises, and no longer than it lasts', () => {
  it('calls and statements within are part of it, and so are those of what it awaits', async () => {
    const { begun, source } = numbered();
    const traces = new Traces();
    traces.switchOn(source, 1);
    await traces.within(traces.begin('server', 'handler', minted('00000000'), {}), async () => {
      await turn();
      traces.child('client', 'statement', {});
      await Promise.all([turn().then(() => traces.call('call', minted('00000000', '00'), {})), null]);
    });
    expect(begun.map(({ name, parent }) => [name, parent])).toEqual([['handler', null], ['statement', number(1)], ['call', number(1)]]);
  });

  it('two at a time do not meet, and one that is not recorded has no part in either', async () => {
    const { begun, source } = numbered();
    const traces = new Traces();
    traces.switchOn(source, 1);
    const handler = (name: string, recorded: boolean) =>
      traces.within(recorded ? traces.begin('server', name, minted('00000000'), {}) : null, async () => {
        await turn();
        traces.child('client', `${name} statement`, {});
        await turn();
      });
    await Promise.all([handler('a', true), handler('b', false), handler('c', true)]);
    expect(begun.map(({ name, parent }) => [name, parent])).toEqual([['a', null], ['c', null], ['a statement', number(1)], ['c statement', number(2)]]);
  });

  it('a timer that outlives it begins nothing below it, while another is under way', async () => {
    const { begun, source } = numbered();
    const traces = new Traces();
    traces.switchOn(source, 1);
    let late = (): void => {};
    const outlived = new Promise<void>((resolve) => (late = resolve));
    let child: unknown = 'not asked';
    await traces.within(traces.begin('server', 'a', minted('00000000'), {}), async () => {
      void outlived.then(() => (child = traces.child('client', 'late', {})));
    });
    await traces.within(traces.begin('server', 'b', minted('00000000'), {}), async () => {
      late();
      await turn();
    });
    expect(child).toBeNull();
    expect(begun.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('common work is done on behalf of the first who is recorded', async () => {
    const { begun, source } = numbered();
    const traces = new Traces();
    traces.switchOn(source, 1);
    let joined = traces.joined(null);
    await traces.within(traces.begin('server', 'a', minted('00000000'), {}), async () => {
      joined = traces.joined(joined);
      await turn();
      // The work is done while its handler waits for it.
      await new Promise<void>((resolve) => setImmediate(() => traces.onBehalf(joined, () => (traces.child('client', 'common', {}), resolve()))));
    });
    expect(begun.map(({ name, parent }) => [name, parent])).toEqual([['a', null], ['common', number(1)]]);
    expect(traces.onBehalf(joined, () => traces.child('client', 'too late', {}))).toBeNull();
  });
});

describe('Ours: off, traces cost nothing', () => {
  it('nothing is begun, and work is done as it is', async () => {
    const traces = new Traces();
    const sampled = minted('00000000', '01');
    expect([traces.on, traces.begin('server', 'a', sampled, {}), traces.continue('server', 'a', sampled, {}), traces.call('a', sampled, {}), traces.child('client', 'a', {})]).toEqual([false, null, null, null, null]);
    expect(await traces.within(null, async () => 7)).toBe(7);
  });

  it('MUST NOT load the SDK', async () => {
    const program = `import '@tessera/observability'; import module from 'node:module';
      console.log('loaded', Object.keys(module._cache).filter((file) => /@opentelemetry.(?!api\\b)/.test(file)).length)`;
    const loaded = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, ['--input-type=module', '-e', program], { cwd: path.resolve(import.meta.dirname, '../..') }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    });
    expect(loaded.trim()).toBe('loaded 0');
  });
});

describe('Ours: export by OTLP/HTTP', () => {
  let collector: Collector;
  const start = (metrics = new Metrics('token')) => exportSpans({ endpoint: collector.endpoint, service: 'token', instance: 'i1', version: '1.2.3', logger: silentLogger, metrics });
  beforeEach(async () => {
    collector = await Collector.start();
  });
  afterEach(() => collector.stop());

  it('sends what was recorded when it stops, each span below its parent', async () => {
    const spans = await start();
    const server = spans.begin('server', 'POST token', null, { endpoint: 'token', method: 'POST', requestId: 'b7mXkq2n0r9w4c1z' });
    const client = spans.begin('client', 'token.token.v1', server.traceparent, { subject: 'token.token.v1' });
    client.end({ outcome: 'refusal', reason: 'client_authentication.wrong_secret' });
    server.note({ reason: 'client_authentication.wrong_secret' });
    server.end({ status: 401 });
    await spans.stop();
    expect(collector.requests).toMatchObject([{ path: '/v1/traces', headers: { 'content-type': 'application/json' } }]);
    const [call, request] = collector.spans;
    expect(request).toMatchObject({
      process: 'token', name: 'POST token', kind: 2, parentSpanId: '', failed: false,
      attributes: { 'http.route': 'token', 'http.request.method': 'POST', 'http.response.status_code': 401, 'tessera.request_id': 'b7mXkq2n0r9w4c1z', 'error.type': 'client_authentication.wrong_secret' },
    });
    expect(call).toMatchObject({ name: 'token.token.v1', kind: 3, traceId: request?.traceId, parentSpanId: request?.spanId, attributes: { 'rpc.system.name': 'nats', 'tessera.outcome': 'refusal' } });
    expect(server.traceparent).toBe(`00-${request?.traceId}-${request?.spanId}-01`);
  });

  it('SEC-2 no text with the form of a secret leaves, whatever field it is put into', async () => {
    const spans = await start();
    const secrets = [
      'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlc2lnbmF0dXJl',
      'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      'Bearer 2YotnFZFEjr1zCsicMWpAA==',
      'https://client.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz',
      'client_secret=7Fjfp0ZBr1KtDRbnfVdmIw',
      'postgresql://token:hunter2@db/tessera',
    ];
    const fields = ['endpoint', 'method', 'requestId', 'subject', 'caller', 'statement', 'delivery', 'outcome', 'reason'] as const;
    for (const secret of secrets) {
      const facts: SpanFacts = Object.fromEntries(fields.map((field) => [field, secret]));
      const span = spans.begin('server', 'planted', null, facts);
      span.note(facts);
      span.end(facts);
    }
    await spans.stop();
    expect(collector.spans).toHaveLength(secrets.length);
    for (const secret of ['eyJzdWIi', 'dBjftJeZ4CVP', '2YotnFZFEjr1', 'SplxlOBeZQQ', '7Fjfp0ZBr1', 'hunter2']) expect(collector.received).not.toContain(secret);
  });

  it('I12 a collector that refuses: spans are lost, counted, and said once; nothing else happens', async () => {
    collector.status = 400;
    const metrics = new Metrics('token');
    const lines: string[] = [];
    const spans = await exportSpans({
      endpoint: collector.endpoint, service: 'token', instance: 'i1', version: '1', metrics,
      logger: { warn: (message) => void lines.push(message), info: (message) => void lines.push(message) },
    });
    for (let i = 0; i < 3; i += 1) spans.begin('server', 'a', null, {}).end();
    await spans.stop();
    expect(lines).toEqual(['the collector of traces does not answer']);
    expect(await metrics.exposition()).toContain('tessera_trace_spans_total{outcome="lost",process="token"} 3');
  });

  it('REL-5 a stop waits no longer than 5 s for a collector that does not answer', async () => {
    const spans = await exportSpans({ endpoint: 'http://127.0.0.1:1', service: 'token', instance: 'i1', version: '1', metrics: new Metrics('token'), logger: silentLogger });
    spans.begin('server', 'a', null, {}).end();
    const began = performance.now();
    await spans.stop();
    expect(performance.now() - began).toBeLessThan(6_000);
  }, 10_000);
});
