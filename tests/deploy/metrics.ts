import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { ROOT } from './manifests.js';

/** Metrics of others that rules may use, by who makes them. */
export const FOREIGN = [
  'kube_horizontalpodautoscaler_status_current_replicas',
  'kube_horizontalpodautoscaler_spec_max_replicas',
  'kube_job_status_failed',
  'certmanager_certificate_expiration_timestamp_seconds',
];
const DECLARED = /\b(counter|gauge|seconds|tally)\(\s*'([a-z][a-z_]+)',\s*'/g;
const HISTOGRAM = ['', '_bucket', '_sum', '_count'];

function sources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (['node_modules', 'dist', 'generated'].includes(entry.name)) return [];
    if (entry.isDirectory()) return sources(name);
    return /\.ts$/.test(name) && !/\.spec\.ts$|testing/.test(name) ? [name] : [];
  });
}

/** The names the services export: those declared in their code, and those every process has. */
export async function exportedNames(): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const file of [...sources('apps'), ...sources('libs')]) {
    for (const [, kind, name] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(DECLARED))
      for (const suffix of kind === 'seconds' ? HISTOGRAM : ['']) names.add(`tessera_${name}${suffix}`);
  }
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tessera_' });
  for (const { name, type } of await registry.getMetricsAsJSON()) for (const suffix of String(type) === 'histogram' ? HISTOGRAM : ['']) names.add(`${name}${suffix}`);
  return names;
}

/** The metric names in a text: PromQL or prose. */
export function namesIn(text: string): string[] {
  const found = text.match(/\b(tessera|kube|certmanager)_[a-z][a-z0-9_]*\b/g) ?? [];
  return [...new Set(found)].filter((name) => !isDatabaseName(name)).sort();
}

/** Roles of PostgreSQL begin alike. */
function isDatabaseName(name: string): boolean {
  return /^tessera_(owner|token|authorization|device_ciba|key_management)(_standby)?$/.test(name);
}

/** What is unbalanced in an expression: the cheapest sign that it is none. */
export function unbalanced(expression: string): string[] {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
  const withoutTexts = expression.replace(/"(\\.|[^"\\])*"/g, '""');
  for (const letter of withoutTexts) {
    if ('({['.includes(letter)) open.push(letter);
    else if (letter in pairs && open.pop() !== pairs[letter]) return [`unexpected ${letter}`];
  }
  return open.length > 0 ? [`${open.join('')} is never closed`] : [];
}
