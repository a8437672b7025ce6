import { basic, demo, demoClient, post } from './demo.js';

const OPERATIONS = ['/livez', '/readyz', '/startupz', '/metrics'] as const;
/** The metrics of ours that each process has. What is watched is watched by these names: they are changed here or nowhere. */
const EVERYWHERE = ['build_info', 'bus_calls_total', 'bus_connected', 'bus_permission_violations_total'];
const SERVING = ['bus_inflight_items', 'bus_served_total'];
const WITH_DATABASE = ['db_pool_size', 'db_pool_used', 'db_pool_wait', 'schema_migration_info'];
const FIXED_NAMES: Readonly<Record<string, readonly string[]>> = {
  gateway: [...EVERYWHERE, ...SERVING, 'http_connections_dropped_total', 'http_refusals_total', 'http_request_seconds'],
  token: [...EVERYWHERE, ...SERVING, ...WITH_DATABASE, 'signing_duration_seconds', 'token_errors_total', 'tokens_issued_total'],
  authorization: [...EVERYWHERE, ...SERVING, ...WITH_DATABASE],
  'device-ciba': [...EVERYWHERE, ...SERVING, ...WITH_DATABASE],
  worker: [...EVERYWHERE, 'deliveries_waiting', 'delivery_attempt_seconds', 'delivery_attempts_total', 'delivery_oldest_seconds', 'queue_depth', 'queue_oldest_job_age_seconds'],
  'key-management': [...EVERYWHERE, ...SERVING, ...WITH_DATABASE, 'kek_wrapped_keys', 'signing_key_age_seconds'],
};
const PROCESSES = ['authorization', 'device-ciba', 'gateway', 'key-management', 'token', 'worker'] as const;

/** Where the operations port of each process is, as the launcher wrote it. */
const addresses = demo.addresses['ops'] as Readonly<Record<string, string>>;

async function ask(url: string): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(url);
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}

it('Ours: there are six processes, each with an operations port of its own', () => {
  expect(Object.keys(addresses).sort()).toEqual(PROCESSES);
  expect(new Set(Object.values(addresses)).size).toBe(PROCESSES.length);
});

describe.each(PROCESSES)('EDG-10 the operations port of %s', (name) => {
  const at = (path: string) => ask(`${addresses[name]}${path}`);

  it('I11 is alive', async () => {
    expect(await at('/livez')).toMatchObject({ status: 200, text: '{"alive":true}' });
  });

  it('has started', async () => {
    expect(await at('/startupz')).toMatchObject({ status: 200, text: '{"started":true}' });
  });

  it('I10 is ready, and names what it looked at', async () => {
    const { status, text } = await at('/readyz');
    const report: { stage: string; ready: boolean; checks: Record<string, string> } = JSON.parse(text);
    expect([status, report.stage, report.ready]).toEqual([200, 'serving', true]);
    expect(report.checks['nats']).toBe('ok');
    expect(Object.values(report.checks)).toEqual(Object.values(report.checks).map(() => 'ok'));
  });

  it('SEC-5 has metrics, each with our prefix and the name of the process', async () => {
    const { status, type, text } = await at('/metrics');
    expect([status, type]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')]);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples.length).toBeGreaterThan(20);
    expect(samples.filter((line) => !line.startsWith('tessera_'))).toEqual([]);
    expect(samples.filter((line) => !line.includes(`process="${name}"`))).toEqual([]);
    expect(text).toContain(`tessera_bus_connected{process="${name}"} 1`);
    expect(text).toContain('tessera_process_resident_memory_bytes');
  });

  it('Ours: has the metrics that are listed for it, no fewer and no more', async () => {
    const { text } = await at('/metrics');
    const names = [...text.matchAll(/^# TYPE tessera_(\w+)/gm)].map(([, metric = '']) => metric);
    expect(names.filter((metric) => !/^(nodejs|process)_/.test(metric)).sort()).toEqual([...(FIXED_NAMES[name] ?? [])].sort());
    // What rules and dashboards ask of the runtime itself.
    expect(names).toEqual(expect.arrayContaining(['nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']));
    expect(text).toMatch(new RegExp(`^tessera_build_info\\{version="\\d+\\.\\d+\\.\\d+",node="v\\d[\\d.]*",process="${name}"\\} 1$`, 'm'));
  });

  it('serves nothing else, and no protocol', async () => {
    for (const path of ['/', '/token', '/jwks', '/.well-known/openid-configuration']) expect((await at(path)).status).toBe(404);
  });

  it('is on the loopback interface only', () => {
    expect(new URL(addresses[name] ?? '').hostname).toBe('127.0.0.1');
  });
});

describe('SEC-5 what a client writes is no label', () => {
  const series = async (name: string) => (await ask(`${addresses[name]}/metrics`)).text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')));
  const hostile = (round: number) =>
    Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        post(`/token?hostile${round}${i}=1`, {}).then(() => post('/token', { grant_type: `urn:hostile:grant:${round}:${i}`, client_id: `hostile-client-${round}-${i}`, client_secret: 'hostile"} 1', error: 'hostile_error' })),
      ),
    );

  it.each(['gateway', 'token'])('%s has no more series after it than before', async (name) => {
    await hostile(1);
    const before = await series(name);
    await hostile(2);
    expect((await series(name)).filter((one) => !before.includes(one))).toEqual([]);
    expect(before.filter((one) => one.includes('hostile'))).toEqual([]);
  });

  it('counts a refused request by its error, and a token by grant and algorithm', async () => {
    await hostile(3);
    const answer = await post('/token', { grant_type: 'client_credentials' }, { authorization: basic(demoClient('demo-service')) });
    expect(answer.status).toBe(200);
    const token = await series('token');
    expect(token).toContain('tessera_token_errors_total{error="invalid_client",process="token"}');
    expect(token.some((one) => /^tessera_tokens_issued_total\{(?=.*grant="client_credentials")(?=.*alg="(ES256|RS256|PS256|EdDSA)")/.test(one))).toBe(true);
  });
});

describe('EDG-10 the public port', () => {
  it.each(OPERATIONS)('does not serve %s', async (path) => {
    expect((await ask(`${demo.issuer}${path}`)).status).toBe(404);
  });
});
