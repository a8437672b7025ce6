import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { composeFile, composeText } from './compose-file.js';
import { ROOT } from './manifests.js';
import { WORKLOADS } from './settings.js';

const { services, secrets, networks, volumes } = composeFile();
const each = Object.entries(services);
const ours = each.filter(([, { build }]) => build !== undefined);
const text = composeText();
const data = composeText('docker-compose.data.yml');

describe('Ours: docker-compose.yml is the whole system', () => {
  it('has the data services, the migration, six workloads, the command line and three to watch', () => {
    expect(Object.keys(services).sort()).toEqual([...WORKLOADS, 'cli', 'collector', 'grafana', 'migrate', 'nats', 'postgres', 'prometheus', 'redis'].sort());
    expect(services['token']?.deploy.replicas).toBe(2);
  });

  it.each(ours)('%s: has a target in the Dockerfile', (_name, { build }) => {
    expect(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8')).toMatch(new RegExp(`^FROM \\w+ AS ${build?.target}$`, 'm'));
  });

  it.each(ours)('K8S-1 %s: runs as nobody, with a root that cannot be written and no capability', (_name, service) => {
    expect(service).toMatchObject({ user: '65532:65532', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], init: false, stop_grace_period: '45s' });
  });

  it.each(WORKLOADS)('%s: starts after the schema and the bus', (name) => {
    const after = services[name]?.depends_on ?? {};
    if (name !== 'gateway') expect(after).toMatchObject({ migrate: { condition: 'service_completed_successfully' }, nats: { condition: 'service_healthy' } });
    else expect(after).toMatchObject({ 'key-management': { condition: 'service_healthy' }, token: { condition: 'service_healthy' } });
  });

  it('a one-shot without a dependent is behind a profile: it would end `up --wait`', () => {
    const oneShots = each.filter(([, { restart }]) => restart === 'no').map(([name]) => name);
    const waitedFor = each.flatMap(([, { depends_on: after }]) => Object.keys(after ?? {}));
    for (const name of oneShots) expect([name, waitedFor.includes(name) || services[name]?.profiles !== undefined]).toEqual([name, true]);
  });
});

describe('Ours: docker-compose.yml is safe to start on a laptop', () => {
  it.each(each)('%s: every port is on loopback unless somebody says so', (_name, { ports = [] }) => {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:') && !port.startsWith('${GATEWAY_ADDRESS:-127.0.0.1}:'))).toEqual([]);
  });

  it('only the gateway, and what watches, publish a port', () => {
    expect(each.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['gateway', 'prometheus', 'grafana']);
  });

  it('K8S-3 the gateway reaches no database, and only two reach the internet', () => {
    const on = (network: string) => each.filter(([, one]) => one.networks.includes(network)).map(([name]) => name);
    expect(on('data').sort()).toEqual(['authorization', 'device-ciba', 'key-management', 'migrate', 'postgres', 'token']);
    expect(on('egress').sort()).toEqual(['authorization', 'worker']);
    expect(Object.entries(networks).filter(([, one]) => one.internal === true).map(([name]) => name).sort()).toEqual(['bus', 'cache', 'data']);
  });

  it.each(each)('%s: is limited in memory', (_name, { deploy }) => {
    expect(deploy.resources.limits.memory).toMatch(/^\d+[mg]$/);
  });

  it.each(each.filter(([, { build }]) => build === undefined))('%s: is waited for by a health check', (_name, { healthcheck }) => {
    expect(healthcheck?.test[0]).toMatch(/^CMD/);
  });

  it('K8S-7 images of others are pinned by digest', () => {
    for (const [name, { image }] of each.filter(([, { build }]) => build === undefined)) expect([name, image]).toEqual([name, expect.stringMatching(/^\$\{[A-Z]+_IMAGE:-[^}]+@sha256:[0-9a-f]{64}\}$/)]);
  });

  it('SEC-6 no password has a default: each is a file that compose-init writes', () => {
    expect(text).not.toMatch(/(PASSWORD|SECRET|SEED|requirepass)[^\n]*:-/i);
    for (const [name, { file }] of Object.entries(secrets)) expect(file).toBe(`./.data/compose/secrets/${name}`);
    const used = new Set(each.flatMap(([, { secrets: names = [] }]) => names));
    expect([...used].sort()).toEqual(Object.keys(secrets).sort());
    for (const [, { environment = {} }] of each) expect(Object.keys(environment).filter((name) => /PASSWORD$|SEED$/.test(name))).toEqual([]);
  });

  it('every file read from /run/secrets is one the service has', () => {
    for (const [name, { environment = {}, secrets: own = [] }] of each) {
      const read = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(String(value))?.[1] ?? []);
      expect([name, read.filter((secret) => !own.includes(secret))]).toEqual([name, []]);
    }
  });

  it('a missing file stops it instead of becoming a directory; what is committed is there', () => {
    const binds = each.flatMap(([, service]) => service.volumes ?? []).filter((one): one is { source: string } => typeof one === 'object');
    expect(binds.length).toBeGreaterThan(4);
    for (const bind of binds) expect(bind).toMatchObject({ read_only: true, bind: { create_host_path: false } });
    for (const { source } of binds.filter((bind) => !bind.source.startsWith('./.data/'))) expect([source, existsSync(path.join(ROOT, source))]).toEqual([source, true]);
  });

  it('Prometheus asks every workload, at the port the image listens on, and Grafana asks Prometheus', () => {
    const read = (file: string) => parse(readFileSync(path.join(ROOT, 'deploy/compose', file), 'utf8'));
    const { names, port } = read('prometheus.yml').scrape_configs[0].dns_sd_configs[0];
    expect([[...names].sort(), port]).toEqual([[...WORKLOADS].sort(), 9090]);
    for (const name of WORKLOADS) expect(services[name]?.networks.some((network) => services['prometheus']?.networks.includes(network))).toBe(true);
    const [{ uid }] = read('grafana/provisioning/datasources/prometheus.yml').datasources;
    const dashboard = readFileSync(path.join(ROOT, 'k8s/components/monitoring/dashboards/overview.json'), 'utf8');
    expect(new Set([...dashboard.matchAll(/"uid": "(\w+)"/g)].map(([, name]) => name))).toEqual(new Set([uid]));
  });

  it('the collector takes traces where .env.example says, from every workload, and from nobody until somebody says so', () => {
    const { receivers, exporters, service } = parse(readFileSync(path.join(ROOT, 'deploy/compose/collector.yml'), 'utf8'));
    expect(receivers.otlp.protocols).toEqual({ http: { endpoint: '0.0.0.0:4318' } });
    expect([Object.keys(receivers), Object.keys(exporters)]).toEqual([service.pipelines.traces.receivers, service.pipelines.traces.exporters]);
    expect(readFileSync(path.join(ROOT, '.env.example'), 'utf8')).toContain('http://collector:4318');
    for (const name of WORKLOADS) {
      expect(services[name]?.networks).toContain('bus');
      expect(services[name]?.environment).toMatchObject({ OTEL_EXPORTER_OTLP_ENDPOINT: '${OTEL_EXPORTER_OTLP_ENDPOINT:-}' });
    }
    expect(services['collector']).toMatchObject({ profiles: ['observability'], networks: expect.arrayContaining(['bus']) });
  });

  it('the data lives in named volumes', () => {
    expect(Object.keys(volumes)).toEqual(['postgres', 'redis', 'prometheus', 'grafana']);
  });

  it('every variable it reads has a default, and is explained in .env.example with the same one', () => {
    const explained = readFileSync(path.join(ROOT, '.env.example'), 'utf8');
    const read = [...(text + data).matchAll(/\$\{([A-Z_]+)(?::-([^}]*))?\}/g)];
    expect(read.length).toBeGreaterThan(20);
    for (const [all, name, otherwise] of read) {
      expect([all, otherwise]).not.toEqual([all, undefined]);
      expect(explained.split('\n')).toContain(`${name}=${otherwise}`);
    }
  });
});
