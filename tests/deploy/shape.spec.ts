import { OVERLAYS, type Manifest, parseManifests, planted, shapeProblems, snapshotText } from './manifests.js';

const production = parseManifests(snapshotText('production'));

type Change = (manifest: { spec: Record<string, never> & { template: { spec: Record<string, never> } } }) => void;

describe.each(OVERLAYS)('Ours: the overlay %s', (overlay) => {
  it('is made of kinds, members and values that Kubernetes knows', () => {
    expect(shapeProblems(parseManifests(snapshotText(overlay)))).toEqual([]);
  });
});

describe('Ours: the check of shapes', () => {
  const set = (path: string, value: unknown): Change => (manifest) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let at: Record<string, unknown> = manifest as never;
    for (const name of names) at = at[name] as Record<string, unknown>;
    at[last] = value;
  };

  it.each<[string, string, string, Change, RegExp]>([
    ['a misspelt probe', 'Deployment', 'token', set('spec.template.spec.containers.0.readinesProbe', {}), /readinesProbe/],
    ['an unknown member of an autoscaler', 'HorizontalPodAutoscaler', 'gateway', set('spec.metrics.0.containerResource.target.avgUtilization', 60), /avgUtilization/],
    ['a quantity that is none', 'Deployment', 'token', set('spec.template.spec.containers.0.resources.limits.memory', '384MB'), /quantity/],
    ['a word for a count', 'Deployment', 'token', set('spec.strategy.rollingUpdate.maxUnavailable', 'zero'), /count or a percentage|Invalid input/],
    ['a text for a number', 'Deployment', 'worker', set('spec.replicas', '2'), /spec\.replicas/],
    ['two ways to probe', 'Deployment', 'token', set('spec.template.spec.containers.0.livenessProbe.tcpSocket', { port: 9090 }), /one way to probe/],
    ['two variables of one name', 'Deployment', 'token', set('spec.template.spec.containers.0.env', [{ name: 'A', value: '1' }, { name: 'A', value: '2' }]), /names repeat/],
    ['a required member that is missing', 'Deployment', 'token', set('spec.selector', undefined), /spec\.selector/],
    ['a port name that is too long', 'Service', 'gateway', set('spec.ports.0.name', 'the-public-entrance'), /port name/],
    ['a policy of an unknown protocol', 'NetworkPolicy', 'token', set('spec.egress.0.ports.0.protocol', 'HTTP'), /protocol/],
    ['an address block beside a selector', 'NetworkPolicy', 'token', set('spec.egress.0.to.0.ipBlock', { cidr: '10.0.0.0/8' }), /stands alone/],
    ['a trigger KEDA does not have', 'ScaledObject', 'token', set('spec.triggers.0.type', 'nats'), /triggers/],
  ])('finds %s', (_what, kind, name, change, problem) => {
    expect(shapeProblems(planted(production, kind, name, change as (manifest: never) => void)).join('\n')).toMatch(problem);
  });

  it('finds a kind nobody knows, and an empty render', () => {
    const foreign: Manifest = { apiVersion: 'v1', kind: 'CronJob', metadata: { name: 'loose' } };
    expect(shapeProblems([foreign])).toEqual(['CronJob loose: no such kind here']);
    expect(shapeProblems([])).toEqual(['nothing was rendered']);
  });
});
