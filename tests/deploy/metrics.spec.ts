import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ofKind, parseManifests, ROOT, snapshotText } from './manifests.js';
import { exportedNames, FOREIGN, namesIn, unbalanced } from './metrics.js';

const production = parseManifests(snapshotText('production'));
const rules = ofKind(production, 'PrometheusRule').flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules));
const DASHBOARDS = path.join(ROOT, 'k8s/components/monitoring/dashboards');
const dashboards = readdirSync(DASHBOARDS).map((file) => ({ file, text: readFileSync(path.join(DASHBOARDS, file), 'utf8') }));
const runbooks = readdirSync(path.join(ROOT, 'docs/runbooks')).filter((file) => file !== 'README.md');
interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const scaled = ofKind(production, 'ScaledObject').flatMap(({ spec }) => spec.triggers.flatMap((trigger) => (trigger.type === 'prometheus' ? [trigger.metadata.query] : [])));
const expressions = [...rules.map(({ expr }) => expr), ...scaled, ...dashboards.flatMap(({ text }) => (JSON.parse(text) as Dashboard).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))];

describe('Ours: what is watched exists', () => {
  it('every metric of a rule, a dashboard or an autoscaler is exported by the code', async () => {
    const known = await exportedNames();
    expect(namesIn(expressions.join('\n')).filter((name) => !known.has(name) && !FOREIGN.includes(name))).toEqual([]);
  });

  it('every metric a document names is exported by the code', async () => {
    const known = await exportedNames();
    const pages = ['docs/operations.md', 'docs/sizing.md', 'k8s/README.md', 'k8s/VERIFY.md', ...runbooks.map((file) => `docs/runbooks/${file}`)];
    const named = pages.filter((page) => existsSync(path.join(ROOT, page))).flatMap((page) => namesIn(readFileSync(path.join(ROOT, page), 'utf8')));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name) && !FOREIGN.includes(name))).toEqual([]);
  });

  it('SEC-5 finds the names that the code is known to export, and no other', async () => {
    const known = await exportedNames();
    for (const name of ['tessera_bus_served_total', 'tessera_http_request_seconds_bucket', 'tessera_nodejs_eventloop_lag_p99_seconds']) expect(known.has(name)).toBe(true);
    expect(known.has('tessera_bus_served_totals')).toBe(false);
  });

  it('expressions are balanced, and the check sees one that is not', () => {
    expect(expressions.flatMap(unbalanced)).toEqual([]);
    expect(unbalanced('sum(rate(a{b="("}[5m])')).toEqual(['( is never closed']);
    expect(unbalanced('sum(a])')).toEqual(['unexpected ]']);
  });
});

describe('Ours: alerts lead somewhere', () => {
  it.each(rules)('$alert has a page that says what to do', ({ alert, annotations }) => {
    expect(annotations.runbook_url).toBe(`docs/runbooks/${alert}.md`);
    const page = readFileSync(path.join(ROOT, annotations.runbook_url), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${alert}\n`));
    for (const section of ['## What it means', '## What to look at', '## What to do']) expect(page).toContain(section);
  });

  it('no page is left of an alert that is gone', () => {
    expect(runbooks.map((file) => file.replace('.md', '')).filter((name) => !rules.some(({ alert }) => alert === name))).toEqual([]);
  });
});

describe('Ours: dashboards', () => {
  it('are mounted by the component, each with a uid of its own and panels that ask something', () => {
    const kustomization: { configMapGenerator: [{ files: string[] }] } = parse(readFileSync(path.join(ROOT, 'k8s/components/monitoring/kustomization.yaml'), 'utf8'));
    expect(kustomization.configMapGenerator[0].files.map((file) => path.basename(file)).sort()).toEqual(dashboards.map(({ file }) => file).sort());
    const parsed = dashboards.map(({ text }) => JSON.parse(text) as Dashboard);
    expect(new Set(parsed.map(({ uid }) => uid)).size).toBe(parsed.length);
    for (const { panels } of parsed) for (const { title, targets } of panels) expect([title, targets.length > 0]).toEqual([title, true]);
  });
});
