import { OVERLAYS, parseManifests, planted, podsOf, snapshotText } from './manifests.js';
import { CONNECTION_BUDGET, connectionsAtMost, mountedSecrets, POLICIES } from './policy.js';

const production = parseManifests(snapshotText('production'));

describe.each(OVERLAYS)('Ours: the overlay %s', (overlay) => {
  it.each(Object.entries(POLICIES))('%s', (_name, rule) => {
    expect(rule(parseManifests(snapshotText(overlay)))).toEqual([]);
  });
});

describe('Ours: production', () => {
  it('takes every image by its digest (K8S-7)', () => {
    const images = podsOf(production).flatMap(({ template }) => template.spec.containers.map(({ image }) => image));
    expect(images.length).toBeGreaterThan(7);
    expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });

  it('has nothing of the parts that are for trying out', () => {
    expect(podsOf(production).filter(({ owner }) => ['postgresql', 'redis'].includes(owner))).toEqual([]);
    expect(mountedSecrets(production).filter((name) => name.startsWith('dev-'))).toEqual([]);
  });

  it('opens no more connections than its budget, and the check counts them', () => {
    expect(connectionsAtMost(production)).toBeGreaterThan(100);
    expect(connectionsAtMost(production)).toBeLessThanOrEqual(CONNECTION_BUDGET);
  });
});

describe('Ours: each policy finds what breaks it', () => {
  type Tree = { [member: string]: unknown };
  const at = (tree: Tree, path: string): Tree => path.split('.').filter(Boolean).reduce((inner, name) => inner[name] as Tree, tree);
  const set = (path: string, name: string, value: unknown) => (tree: Tree) => void (at(tree, path)[name] = value);

  it.each<[string, string, string, (tree: Tree) => void, RegExp]>([
    ['six workloads', 'Deployment', 'token', set('metadata', 'name', 'tokens'), /the workloads are/],
    ['three probes that ask different things (K8S-6)', 'Deployment', 'token', set('spec.template.spec.containers.0.livenessProbe.httpGet', 'path', '/readyz'), /token: the probes/],
    ['a rollout takes nothing away', 'Deployment', 'token', set('spec.strategy.rollingUpdate', 'maxUnavailable', '0%'), /maxUnavailable is not 0/],
    ['a rollout takes nothing away', 'Deployment', 'token', set('spec', 'progressDeadlineSeconds', 600), /gives up/],
    ['a stop has the time it needs (REL-5)', 'Deployment', 'gateway', set('spec.template.spec', 'terminationGracePeriodSeconds', 30), /gateway: ends before 38 s/],
    ['one authority decides how many', 'Deployment', 'gateway', set('spec', 'replicas', 3), /undo its autoscaler/],
    ['one authority decides how many', 'HorizontalPodAutoscaler', 'gateway', set('spec.scaleTargetRef', 'name', 'token'), /token: two autoscalers/],
    ['disruptions one at a time (K8S-5)', 'PodDisruptionBudget', 'token', set('spec.selector.matchLabels', 'app.kubernetes.io/name', 'tokens'), /picks 0 workloads/],
    ['disruptions one at a time (K8S-5)', 'PodDisruptionBudget', 'token', set('spec', 'minAvailable', 3), /could block a drain/],
    ['nothing talks to anything by default (K8S-3)', 'NetworkPolicy', 'default-deny', set('spec', 'policyTypes', ['Ingress']), /no default deny/],
    ['nothing talks to anything by default (K8S-3)', 'NetworkPolicy', 'nats', set('spec.podSelector.matchLabels', 'app.kubernetes.io/name', 'x'), /no NetworkPolicy of its own/],
    ['nothing talks to anything by default (K8S-3)', 'NetworkPolicy', 'token', set('spec.egress.0', 'to', undefined), /lets out to everywhere/],
    ['images are named', 'Deployment', 'token', set('spec.template.spec.containers.0', 'image', 'tessera/token:latest'), /whatever is newest/],
    ['images are named', 'Deployment', 'token', set('spec.template.spec.containers.0', 'image', 'tessera/token'), /whatever is newest/],
    ['services find their pods', 'Service', 'gateway', set('spec.ports.0', 'targetPort', 'https'), /nobody listens at http/],
    ['every workload is scraped', 'Service', 'token-ops', set('metadata.labels', 'app.kubernetes.io/component', 'x'), /misses token/],
    ['every workload is scraped', 'ServiceMonitor', 'tessera', set('spec.endpoints.0', 'port', 'metrics'), /no port metrics/],
    ['PostgreSQL has connections for all', 'ScaledObject', 'token', set('spec', 'maxReplicaCount', 60), /more than the budget/],
    ['every Secret comes from somewhere', 'ExternalSecret', 'token-db', set('spec.target', 'name', 'tokens-db'), /nobody fetches Secret token-db/],
    ['every Secret comes from somewhere', 'ExternalSecret', 'token-db', set('spec.data.0', 'secretKey', 'address'), /nobody fetches token-db\/url/],
    ['every Secret comes from somewhere', 'ExternalSecret', 'token-db', set('spec.target', 'immutable', true), /immutable/],
    ['the migration is one Job per release', 'Job', 'tessera-migrate-0-1-0', set('metadata', 'name', 'tessera-migrate'), /no release/],
    ['the migration is one Job per release', 'Job', 'tessera-migrate-0-1-0', set('spec', 'podFailurePolicy', undefined), /needs a person/],
  ])('%s: %s %s', (name, kind, target, change, problem) => {
    const rule = POLICIES[name];
    expect(rule?.(planted(production, kind, target, change as (manifest: never) => void)).join('\n')).toMatch(problem);
  });

  it('no Secret is made by a manifest', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'made' }, stringData: { a: 'b' } };
    expect(POLICIES['no Secret is made by a manifest']?.([...production, secret])).toEqual(['Secret made is made by a manifest']);
  });
});
