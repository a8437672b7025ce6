import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { OVERLAYS, parseManifests, ROOT, shapeProblems, snapshotText } from './manifests.js';
import { edges } from './network-edges.js';
import { podSecurityProblems } from './pod-security.js';
import { POLICIES } from './policy.js';
import { render } from './render.js';

const RENDER_MS = 30_000;

describe.each(OVERLAYS)('Ours: the overlay %s', (overlay) => {
  it(`renders to k8s/snapshots/${overlay}.yaml (after a change: node tools/deployment/snapshots.mjs, and look at the difference)`, () => {
    expect(render(path.join(ROOT, 'k8s/overlays', overlay))).toBe(snapshotText(overlay));
  }, RENDER_MS);
});

describe('Ours: a mistake in a source file does not get through', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(path.join(os.tmpdir(), 'tessera-k8s-'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  /** What all checks say of production with one source file changed. */
  function problemsAfter(file: string, from: string | RegExp, to: string): string[] {
    cpSync(path.join(ROOT, 'k8s'), path.join(copy, 'k8s'), { recursive: true });
    const source = path.join(copy, 'k8s', file);
    const text = readFileSync(source, 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(source, changed);
    const manifests = parseManifests(render(path.join(copy, 'k8s/overlays/production')));
    rmSync(path.join(copy, 'k8s'), { recursive: true });
    const shape = shapeProblems(manifests);
    if (shape.length > 0) return shape;
    return [...podSecurityProblems(manifests), ...Object.values(POLICIES).flatMap((rule) => rule(manifests))];
  }

  it.each<[string, string, string | RegExp, string, RegExp]>([
    ['a misspelt probe', 'base/shared/workload.yaml', 'readinessProbe:', 'readinesProbe:', /readinesProbe/],
    ['a quantity that is none', 'base/token/deployment.yaml', 'memory: 384Mi', 'memory: 384MB', /quantity/],
    ['a word for a number', 'base/shared/workload.yaml', 'maxUnavailable: 0', 'maxUnavailable: zero', /maxUnavailable/],
    ['a writable root', 'base/shared/workload.yaml', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', /write its root/],
    ['kept capabilities', 'base/nats/statefulset.yaml', 'capabilities: { drop: [ALL] }', 'capabilities: { drop: [NET_RAW] }', /StatefulSet nats: container nats keeps capabilities/],
    ['a mounted token', 'base/migrate/job.yaml', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true', /mounts a service account token/],
    ['liveness that looks at dependencies', 'base/shared/workload.yaml', 'path: /livez', 'path: /readyz', /the probes ask/],
    ['a count beside an autoscaler', 'base/gateway/deployment.yaml', /^spec:\n/m, 'spec:\n  replicas: 3\n', /undo its autoscaler/],
    ['two autoscalers', 'components/keda/kustomization.yaml', /patches:[^]*$/, '', /token: two autoscalers/],
    ['a budget that blocks a drain', 'base/token/pdb.yaml', 'maxUnavailable: 1', 'maxUnavailable: 0', /could block a drain/],
    ['a policy without a destination', 'base/worker/networkpolicy.yaml', /- to: \[\{ podSelector[^\n]*\n {6}ports/, '- ports', /worker lets out to everywhere/],
    ['a secret nobody fetches', 'base/token/deployment.yaml', 'name: token-db,', 'name: tokens-db,', /nobody fetches Secret tokens-db/],
    ['too many connections', 'base/token/deployment.yaml', 'value: "5"', 'value: "50"', /more than the budget/],
  ])('%s', (_what, file, from, to, problem) => {
    expect(problemsAfter(file, from, to).join('\n')).toMatch(problem);
  }, RENDER_MS);

  it('and an edge too many shows in what the policies allow', () => {
    cpSync(path.join(ROOT, 'k8s'), path.join(copy, 'k8s'), { recursive: true });
    const source = path.join(copy, 'k8s/base/gateway/networkpolicy.yaml');
    writeFileSync(source, readFileSync(source, 'utf8').replace('port: 6379', 'port: 5432'));
    const { out } = edges(parseManifests(render(path.join(copy, 'k8s/overlays/dev'))));
    rmSync(path.join(copy, 'k8s'), { recursive: true });
    expect(out).toContain('gateway -> redis:5432');
  }, RENDER_MS);
});
