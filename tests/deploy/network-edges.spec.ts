import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OVERLAYS, ofKind, parseManifests, planted, ROOT, snapshotText } from './manifests.js';
import { documentedEdges, edges, NEVER_OUTSIDE } from './network-edges.js';

const documented = documentedEdges(readFileSync(path.join(ROOT, 'k8s/README.md'), 'utf8'));
const base = parseManifests(snapshotText('dev'));
const isOurs = (name: string) => !['ingress', 'monitoring', 'teams', 'internet', 'postgresql', 'redis'].includes(name);

describe('K8S-3 the edges between pods', () => {
  it('are those of the table in k8s/README.md, seen from who begins', () => {
    const begun = documented.filter((edge) => isOurs(edge.split(' -> ')[0] ?? ''));
    expect(edges(base).out).toEqual(begun);
  });

  it('are those of the table, seen from who is asked', () => {
    const asked = documented.filter((edge) => !edge.includes('-> internet'));
    expect(edges(base).into).toEqual(asked);
  });

  it.each(OVERLAYS)('%s: whatever is let out of one pod is let into the other', (overlay) => {
    const { out, into } = edges(parseManifests(snapshotText(overlay)));
    const between = out.filter((edge) => isOurs(/-> ([a-z-]+):/.exec(edge)?.[1] ?? 'internet'));
    expect(between.length).toBeGreaterThan(6);
    expect(between.filter((edge) => !into.includes(edge))).toEqual([]);
  });

  it.each(OVERLAYS)('%s: nobody asks key-management over HTTP but who scrapes, the gateway has no database, the migration nothing else', (overlay) => {
    const { out, into } = edges(parseManifests(snapshotText(overlay)));
    expect(into.filter((edge) => edge.includes('-> key-management:'))).toEqual(['monitoring -> key-management:9090']);
    expect(out.filter((edge) => /^gateway -> .*:5432$|:6443$/.test(edge))).toEqual([]);
    expect(out.filter((edge) => edge.startsWith('migrate -> ')).every((edge) => edge.endsWith(':5432'))).toBe(true);
    expect(out.filter((edge) => edge.includes('internet')).map((edge) => edge.split(' ')[0])).toEqual(['authorization', 'worker']);
  });

  it.each(OVERLAYS)('OUT-2, OUT-6 %s: the internet is without the addresses that mean something inside', (overlay) => {
    const blocks = ofKind(parseManifests(snapshotText(overlay)), 'NetworkPolicy').flatMap(({ spec }) =>
      (spec.egress ?? []).flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => (ipBlock?.cidr === '0.0.0.0/0' ? [ipBlock.except ?? []] : []))),
    );
    expect(blocks).toHaveLength(2);
    for (const except of blocks) expect(except).toEqual(expect.arrayContaining(NEVER_OUTSIDE));
  });
});

describe('Ours: the check of edges', () => {
  it('sees one too many, and one that only one side allows', () => {
    const more = planted(base, 'NetworkPolicy', 'gateway', ({ spec }: { spec: { egress: object[] } }) =>
      spec.egress.push({ to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'key-management' } } }], ports: [{ protocol: 'TCP', port: 9090 }] }),
    );
    const { out, into } = edges(more);
    expect(out.filter((edge) => !documented.includes(edge))).toEqual(['gateway -> key-management:9090']);
    expect(into).not.toContain('gateway -> key-management:9090');
  });

  it('reads a row of the table as the edges it means', () => {
    expect(documentedEdges('| a, b | c | 80 | why |\n| from | to | port | why |\n')).toEqual(['a -> c:80', 'b -> c:80']);
  });
});
