import { demo } from './demo.js';

const OPERATIONS = ['/livez', '/readyz', '/startupz', '/metrics'] as const;
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

  it('serves nothing else, and no protocol', async () => {
    for (const path of ['/', '/token', '/jwks', '/.well-known/openid-configuration']) expect((await at(path)).status).toBe(404);
  });

  it('is on the loopback interface only', () => {
    expect(new URL(addresses[name] ?? '').hostname).toBe('127.0.0.1');
  });
});

describe('EDG-10 the public port', () => {
  it.each(OPERATIONS)('does not serve %s', async (path) => {
    expect((await ask(`${demo.issuer}${path}`)).status).toBe(404);
  });
});
