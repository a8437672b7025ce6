import { type Manifest, ofKind, podsOf, selects } from './manifests.js';

/** The ends of an edge that are no pod of ours. */
const NAMESPACES: Readonly<Record<string, string>> = {
  'tessera/ingress': 'ingress',
  'tessera/monitoring': 'monitoring',
  'tessera/nats-client': 'teams',
};
const RESOLVER = 'cluster DNS';
/** What the outside may not be: addresses that mean something inside (OUT-2). */
export const NEVER_OUTSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', '127.0.0.0/8'];

type Selectors = { podSelector?: Parameters<typeof selects>[0] | undefined; namespaceSelector?: Parameters<typeof selects>[0] | undefined; ipBlock?: { cidr: string } | undefined };

function ends(peer: Selectors, pods: readonly { owner: string; labels: Record<string, string> }[]): string[] {
  if (peer.ipBlock !== undefined) return [/^(0\.0\.0\.0\/0|2000::\/3)$/.test(peer.ipBlock.cidr) ? 'internet' : `addresses ${peer.ipBlock.cidr}`];
  const namespace = Object.keys(peer.namespaceSelector?.matchLabels ?? {});
  if (namespace.includes('kubernetes.io/metadata.name')) return [RESOLVER];
  if (namespace.includes('tessera/data')) return [peer.podSelector?.matchLabels?.['app.kubernetes.io/name'] ?? 'data'];
  const foreign = namespace.map((label) => NAMESPACES[label] ?? `namespaces ${label}`);
  if (foreign.length > 0) return foreign;
  return pods.filter(({ labels }) => selects(peer.podSelector ?? {}, labels)).map(({ owner }) => owner);
}

/** Pods by the name a person knows them by: that of the migration carries its release. */
function podsByName(manifests: readonly Manifest[]) {
  const own = podsOf(manifests).map(({ owner, template }) => ({ owner: owner.startsWith('tessera-migrate') ? 'migrate' : owner, labels: template.metadata.labels }));
  return [...own, { owner: 'cli', labels: { 'app.kubernetes.io/name': 'cli' } }];
}

/** Every connection the policies let begin, as `from -> to:port`, on the side that allows it. */
export function edges(manifests: readonly Manifest[]): { out: string[]; into: string[] } {
  const pods = podsByName(manifests);
  const [out, into] = [new Set<string>(), new Set<string>()];
  for (const { spec } of ofKind(manifests, 'NetworkPolicy')) {
    const selected = pods.filter(({ labels }) => selects(spec.podSelector, labels)).map(({ owner }) => owner);
    for (const { to = [], ports = [] } of spec.egress ?? [])
      for (const other of to.flatMap((peer) => ends(peer, pods))) for (const { port } of ports) for (const own of selected) out.add(`${own} -> ${other}:${port}`);
    for (const { from = [], ports = [] } of spec.ingress ?? [])
      for (const other of from.flatMap((peer) => ends(peer, pods))) for (const { port } of ports) for (const own of selected) into.add(`${other} -> ${own}:${port}`);
  }
  return { out: [...out].filter((edge) => !edge.includes(RESOLVER)).sort(), into: [...into].sort() };
}

/** The rows of the table of edges in a document: the cells `from`, `to` and `port`, each a list. */
export function documentedEdges(page: string): string[] {
  const rows = page.split('\n').filter((line) => /^\| [a-z-]+(, [a-z-]+)* \| [a-z-]+(, [a-z-]+)* \| \d+ \|/.test(line));
  return rows
    .flatMap((row) => {
      const [from = '', to = '', port = ''] = row.split('|').slice(1, 4).map((cell) => cell.trim());
      return from.split(', ').flatMap((one) => to.split(', ').map((other) => `${one} -> ${other}:${port}`));
    })
    .sort();
}
