import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OVERLAYS, ofKind, parseManifests, planted, podsOf, ROOT, selects, shapeProblems, snapshotText } from './manifests.js';
import { podSecurityProblems } from './pod-security.js';

describe.each(OVERLAYS)('K8S-1 the pods of the overlay %s', (overlay) => {
  it('keep to the restricted profile', () => {
    expect(podSecurityProblems(parseManifests(snapshotText(overlay)))).toEqual([]);
  });

  it('run where that profile is enforced, in a named version', () => {
    const namespace = parseManifests(snapshotText(overlay)).find(({ kind }) => kind === 'Namespace');
    const labels = (namespace?.metadata as unknown as { labels: Record<string, string> }).labels;
    for (const mode of ['enforce', 'warn', 'audit']) {
      expect(labels[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
      expect(labels[`pod-security.kubernetes.io/${mode}-version`]).toMatch(/^v1\.\d+$/);
    }
  });
});

describe('K8S-1 the pod of the command line', () => {
  const pod = parseManifests(readFileSync(path.join(ROOT, 'k8s/tools/cli.yaml'), 'utf8'));

  it('is of a shape that Kubernetes knows, and keeps to the restricted profile', () => {
    expect(shapeProblems(pod)).toEqual([]);
    expect(podsOf(pod)).toHaveLength(1);
    expect(podSecurityProblems(pod)).toEqual([]);
  });

  it('has the label that the policies let through to the bus, and a service account that is there', () => {
    const [only] = podsOf(pod);
    const policy = ofKind(parseManifests(snapshotText('production')), 'NetworkPolicy').find(({ metadata }) => metadata.name === 'cli');
    expect(selects(policy?.spec.podSelector ?? {}, only?.template.metadata.labels ?? {})).toBe(true);
    expect(ofKind(parseManifests(snapshotText('production')), 'ServiceAccount').map(({ metadata }) => metadata.name)).toContain(only?.template.spec.serviceAccountName);
  });
});

describe('Ours: the check of pod security', () => {
  const production = parseManifests(snapshotText('production'));
  interface Pod {
    spec: {
      template: {
        spec: {
          securityContext: Record<string, unknown>;
          containers: { securityContext: Record<string, unknown>; ports: object[]; resources?: unknown }[];
          volumes: object[];
          hostNetwork?: boolean;
          automountServiceAccountToken?: boolean;
          serviceAccountName?: string;
        };
      };
    };
  }
  type Change = (pod: Pod['spec']['template']['spec']) => void;
  const first = (pod: Parameters<Change>[0]) => pod.containers[0] as Pod['spec']['template']['spec']['containers'][number];

  it.each<[string, Change, string]>([
    ['a host network', (pod) => (pod.hostNetwork = true), 'shares a namespace of the host'],
    ['no seccomp profile', (pod) => delete pod.securityContext['seccompProfile'], 'has no seccomp profile RuntimeDefault'],
    ['user 0', (pod) => (pod.securityContext['runAsUser'] = 0), 'may run as root'],
    ['a mounted token', (pod) => (pod.automountServiceAccountToken = true), 'mounts a service account token'],
    ['the default service account', (pod) => (pod.serviceAccountName = 'default'), 'has no service account of its own'],
    ['a path of the host', (pod) => pod.volumes.push({ name: 'host', hostPath: { path: '/' } }), 'has the volume host of a forbidden type'],
    ['a volume without a limit', (pod) => pod.volumes.push({ name: 'more', emptyDir: {} }), 'has the volume more without a limit'],
    ['privilege escalation', (pod) => delete first(pod).securityContext['allowPrivilegeEscalation'], 'container app may gain privileges'],
    ['a writable root', (pod) => (first(pod).securityContext['readOnlyRootFilesystem'] = false), 'container app may write its root file system'],
    ['capabilities', (pod) => (first(pod).securityContext['capabilities'] = { drop: ['NET_RAW'] }), 'container app keeps capabilities'],
    ['added capabilities', (pod) => (first(pod).securityContext['capabilities'] = { drop: ['ALL'], add: ['SYS_ADMIN'] }), 'container app adds capabilities'],
    ['a privileged container', (pod) => (first(pod).securityContext['privileged'] = true), 'container app is privileged'],
    ['a port of the host', (pod) => first(pod).ports.push({ name: 'x', containerPort: 1, hostPort: 1 }), 'container app takes a port of the host'],
    ['no limits', (pod) => delete first(pod).resources, 'container app has neither requests nor limits'],
  ])('finds %s', (_what, change, problem) => {
    const changed = planted(production, 'Deployment', 'token', (deployment: Pod) => change(deployment.spec.template.spec));
    expect(podSecurityProblems(changed)).toContain(`Deployment token: ${problem}`);
  });
});
