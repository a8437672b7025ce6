import type { Container } from './kubernetes-pod.js';
import { type Manifest, ofKind, podsOf, selects } from './manifests.js';

/** Seconds a stop may take at most: the drain of 25 s with what follows it (REL-5). */
const DRAIN_SECONDS = 25;
const MARGIN_SECONDS = 5;
/** Connections PostgreSQL is expected to have for this system, and those left for people and backups. */
export const CONNECTION_BUDGET = 250;
const RESERVED_CONNECTIONS = 10;
/** Nobody's Secret is made here; these are made by cert-manager or by the ingress controller's certificate. */
const MADE_BY_COMPONENTS = ['nats-tls'];

type Rule = (manifests: readonly Manifest[]) => string[];

const appOf = (containers: readonly Container[]) => containers[0] as Container;
const workloads = (manifests: readonly Manifest[]) => ofKind(manifests, 'Deployment').filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'workload');

const sixWorkloads: Rule = (manifests) => {
  const names = workloads(manifests).map(({ metadata }) => metadata.name).sort();
  const wanted = ['authorization', 'device-ciba', 'gateway', 'key-management', 'token', 'worker'];
  return names.join() === wanted.join() ? [] : [`the workloads are ${names.join()}`];
};

const probes: Rule = (manifests) =>
  workloads(manifests).flatMap(({ metadata, spec }) => {
    const { startupProbe, readinessProbe, livenessProbe } = appOf(spec.template.spec.containers);
    const paths = [startupProbe, readinessProbe, livenessProbe].map((one) => one?.httpGet?.path);
    return paths.join() === '/startupz,/readyz,/livez' ? [] : [`${metadata.name}: the probes ask ${paths.join()}`];
  });

const rollout: Rule = (manifests) =>
  workloads(manifests).flatMap(({ metadata, spec }) => {
    const problems = [];
    // The number: a percentage of a small count is rounded, and "0" would be a text that only looks right.
    if (spec.strategy?.rollingUpdate?.maxUnavailable !== 0) problems.push('maxUnavailable is not 0');
    if ((spec.progressDeadlineSeconds ?? 0) <= 900) problems.push('gives up before the migration may have ended');
    return problems.map((problem) => `${metadata.name}: ${problem}`);
  });

const grace: Rule = (manifests) =>
  workloads(manifests).flatMap(({ metadata, spec }) => {
    const preStop = appOf(spec.template.spec.containers).lifecycle?.preStop;
    const pause = preStop !== undefined && 'sleep' in preStop ? preStop.sleep.seconds : 0;
    const needed = pause + DRAIN_SECONDS + MARGIN_SECONDS;
    return pause > 0 && (spec.template.spec.terminationGracePeriodSeconds ?? 30) >= needed ? [] : [`${metadata.name}: ends before ${needed} s, or does not pause`];
  });

const scaling: Rule = (manifests) => {
  const targets = [
    ...ofKind(manifests, 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name),
    ...ofKind(manifests, 'ScaledObject').map(({ spec }) => spec.scaleTargetRef.name),
  ];
  return workloads(manifests).flatMap(({ metadata, spec }) => {
    const scalers = targets.filter((name) => name === metadata.name).length;
    if (scalers > 1) return [`${metadata.name}: two autoscalers`];
    if (scalers === 1 && spec.replicas !== undefined) return [`${metadata.name}: an apply would undo its autoscaler`];
    return scalers === 0 && spec.replicas === undefined ? [`${metadata.name}: nobody says how many`] : [];
  });
};

const disruption: Rule = (manifests) => {
  const pods = podsOf(manifests).filter(({ kind }) => kind !== 'Job');
  const budgets = ofKind(manifests, 'PodDisruptionBudget');
  const ofBudgets = budgets.flatMap(({ metadata, spec }) => {
    const picked = pods.filter(({ template }) => selects(spec.selector, template.metadata.labels));
    const problems = picked.length === 1 ? [] : [`PodDisruptionBudget ${metadata.name} picks ${picked.length} workloads`];
    if (spec.maxUnavailable !== 1 || spec.minAvailable !== undefined) problems.push(`PodDisruptionBudget ${metadata.name} could block a drain`);
    return problems;
  });
  const needed = workloads(manifests).filter(({ spec }) => !budgets.some((budget) => selects(budget.spec.selector, spec.template.metadata.labels)));
  return [...ofBudgets, ...needed.map(({ metadata }) => `${metadata.name}: no PodDisruptionBudget`)];
};

const isolation: Rule = (manifests) => {
  const policies = ofKind(manifests, 'NetworkPolicy');
  const deny = policies.find(({ metadata }) => metadata.name === 'default-deny')?.spec;
  const denies = deny !== undefined && Object.keys(deny.podSelector).length === 0 && deny.policyTypes.length === 2 && deny.ingress === undefined && deny.egress === undefined;
  const own = policies.filter(({ spec }) => Object.keys(spec.podSelector).length > 0);
  const loose = podsOf(manifests).filter(({ template }) => !own.some(({ spec }) => selects(spec.podSelector, template.metadata.labels)));
  const open = own.flatMap(({ metadata, spec }) => [
    ...(spec.ingress ?? []).filter(({ from, ports }) => from === undefined || ports === undefined).map(() => `NetworkPolicy ${metadata.name} lets everybody in`),
    ...(spec.egress ?? []).filter(({ to, ports }) => to === undefined || ports === undefined).map(() => `NetworkPolicy ${metadata.name} lets out to everywhere`),
  ]);
  return [...(denies ? [] : ['there is no default deny']), ...loose.map(({ owner }) => `${owner}: no NetworkPolicy of its own`), ...open];
};

const images: Rule = (manifests) =>
  podsOf(manifests).flatMap(({ owner, template }) =>
    template.spec.containers.filter(({ image }) => /:latest(@|$)/.test(image) || !/[:@]/.test(image.slice(image.lastIndexOf('/') + 1))).map(({ image }) => `${owner}: image ${image} is whatever is newest`),
  );

const noSecrets: Rule = (manifests) => ofKind(manifests, 'Secret').map(({ metadata }) => `Secret ${metadata.name} is made by a manifest`);

const ports: Rule = (manifests) =>
  ofKind(manifests, 'Service').flatMap(({ metadata, spec }) => {
    const picked = podsOf(manifests).filter(({ template }) => selects({ matchLabels: spec.selector }, template.metadata.labels));
    if (picked.length !== 1) return [`Service ${metadata.name} picks ${picked.length} workloads`];
    const open = picked.flatMap(({ template }) => template.spec.containers.flatMap((one) => one.ports ?? []));
    return spec.ports
      .filter(({ port, targetPort = port }) => !open.some(({ name, containerPort }) => targetPort === name || targetPort === containerPort))
      .map(({ name }) => `Service ${metadata.name}: nobody listens at ${name}`);
  });

const monitors: Rule = (manifests) =>
  ofKind(manifests, 'ServiceMonitor').flatMap(({ metadata, spec }) => {
    const services = ofKind(manifests, 'Service').filter((service) => selects(spec.selector, service.metadata.labels ?? {}));
    const missing = workloads(manifests).filter((workload) => !services.some((service) => selects({ matchLabels: service.spec.selector }, workload.spec.template.metadata.labels)));
    const unknown = spec.endpoints.filter(({ port }) => !services.every((service) => service.spec.ports.some(({ name }) => name === port)));
    return [...missing.map((workload) => `ServiceMonitor ${metadata.name} misses ${workload.metadata.name}`), ...unknown.map(({ port }) => `ServiceMonitor ${metadata.name}: no port ${port}`)];
  });

/** The most connections the pools may open when everything is scaled to its maximum. */
export function connectionsAtMost(manifests: readonly Manifest[]): number {
  const maximum = new Map([
    ...ofKind(manifests, 'HorizontalPodAutoscaler').map(({ spec }): [string, number] => [spec.scaleTargetRef.name, spec.maxReplicas]),
    ...ofKind(manifests, 'ScaledObject').map(({ spec }): [string, number] => [spec.scaleTargetRef.name, spec.maxReplicaCount]),
  ]);
  return workloads(manifests).reduce((sum, { metadata, spec }) => {
    const pool = Number(appOf(spec.template.spec.containers).env?.find(({ name }) => name === 'DATABASE_POOL_MAX')?.value ?? 0);
    // One more: a rollout has a copy too many at a time, 25 % at the most.
    return sum + pool * Math.ceil((maximum.get(metadata.name) ?? spec.replicas ?? 1) * 1.25);
  }, RESERVED_CONNECTIONS);
}

const connections: Rule = (manifests) => (connectionsAtMost(manifests) <= CONNECTION_BUDGET ? [] : [`${connectionsAtMost(manifests)} connections are more than the budget of ${CONNECTION_BUDGET}`]);

/** The Secrets that pods mount. */
export function mountedSecrets(manifests: readonly Manifest[]): string[] {
  const names = podsOf(manifests).flatMap(({ template }) =>
    (template.spec.volumes ?? []).flatMap(({ secret, projected }) => [...(secret === undefined ? [] : [secret.secretName]), ...(projected?.sources ?? []).map((source) => source.secret.name)]),
  );
  return [...new Set(names)].filter((name) => !MADE_BY_COMPONENTS.includes(name)).sort();
}

const externalSecrets: Rule = (manifests) => {
  const fetched = ofKind(manifests, 'ExternalSecret');
  if (fetched.length === 0) return [];
  const keys = new Set(fetched.flatMap(({ spec }) => spec.data.map(({ secretKey }) => `${spec.target.name}/${secretKey}`)));
  const wanted = podsOf(manifests).flatMap(({ template }) =>
    (template.spec.volumes ?? []).flatMap(({ projected }) => (projected?.sources ?? []).flatMap(({ secret }) => secret.items.map(({ key }) => `${secret.name}/${key}`))),
  );
  return [
    ...mountedSecrets(manifests).filter((name) => !fetched.some(({ spec }) => spec.target.name === name)).map((name) => `nobody fetches Secret ${name}`),
    ...wanted.filter((key) => !keys.has(key)).map((key) => `nobody fetches ${key}`),
    // External Secrets could not renew it.
    ...fetched.filter(({ spec }) => spec.target.immutable === true).map(({ metadata }) => `ExternalSecret ${metadata.name} is immutable`),
  ];
};

const migration: Rule = (manifests) =>
  ofKind(manifests, 'Job').flatMap(({ metadata, spec }) => {
    const problems = [];
    if (!/^tessera-migrate-\d+-\d+-\d+$/.test(metadata.name)) problems.push('its name has no release');
    if (spec.template.spec.restartPolicy !== 'Never') problems.push('restarts in place');
    if (spec.podFailurePolicy?.rules.some(({ action, onExitCodes }) => action === 'FailJob' && onExitCodes?.values.includes(3)) !== true) problems.push('tries again what needs a person');
    return problems.map((problem) => `Job ${metadata.name}: ${problem}`);
  });

/** Rules about what manifests mean, by name. Each returns a line per problem. */
export const POLICIES: Readonly<Record<string, Rule>> = {
  'six workloads': sixWorkloads,
  'three probes that ask different things (K8S-6)': probes,
  'a rollout takes nothing away': rollout,
  'a stop has the time it needs (REL-5)': grace,
  'one authority decides how many': scaling,
  'disruptions one at a time (K8S-5)': disruption,
  'nothing talks to anything by default (K8S-3)': isolation,
  'images are named': images,
  'no Secret is made by a manifest': noSecrets,
  'services find their pods': ports,
  'every workload is scraped': monitors,
  'PostgreSQL has connections for all': connections,
  'every Secret comes from somewhere': externalSecrets,
  'the migration is one Job per release': migration,
};
