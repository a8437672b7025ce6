import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');
interface Service {
  readonly ports: readonly string[];
  readonly volumes: readonly unknown[];
  readonly environment?: object;
}
interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: object;
  readonly volumes: object;
}

const { services, secrets, volumes }: ComposeFile = parse(text, { merge: true });
const each = Object.entries(services);

describe('Ours: docker-compose.yml is safe to start on a laptop', () => {
  it('has the data services and nothing else', () => {
    expect(Object.keys(services).sort()).toEqual(['nats', 'postgres', 'redis']);
  });

  it.each(each)('%s: every port is on loopback', (_name, { ports }) => {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it.each(each)('%s: is waited for by a health check, and limited in memory', (_name, service) => {
    expect(service).toMatchObject({
      healthcheck: { test: expect.any(Array) },
      deploy: { resources: { limits: { memory: expect.any(String) } } },
    });
  });

  it('no password has a default: each is a file that compose-init writes', () => {
    expect(text).not.toMatch(/(PASSWORD|requirepass)[^\n]*:-/i);
    expect(services['postgres']?.environment).not.toHaveProperty('POSTGRES_PASSWORD');
    expect(Object.values(secrets)).toEqual([
      { file: './.data/compose/postgres-password' },
      { file: './.data/compose/redis-password' },
    ]);
  });

  it('a missing file stops it instead of becoming a directory', () => {
    const binds = each.flatMap(([, service]) => service.volumes).filter((one) => typeof one === 'object');
    expect(binds).toHaveLength(2);
    for (const bind of binds) expect(bind).toMatchObject({ read_only: true, bind: { create_host_path: false } });
  });

  it('the data lives in named volumes', () => {
    expect(Object.keys(volumes)).toEqual(['postgres', 'redis']);
  });

  it('every variable it reads is explained in .env.example', () => {
    const explained = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const read = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(0);
    for (const name of read) expect(explained).toMatch(new RegExp(`^${name}=`, 'm'));
  });
});
