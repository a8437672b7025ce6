import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { KINDS, type KindName, type Resource } from './kubernetes-kinds.js';
import type { PodTemplate } from './kubernetes-pod.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const SNAPSHOTS = path.join(ROOT, 'k8s/snapshots');

/** The overlays, each with a committed render. */
export const OVERLAYS = readdirSync(path.join(ROOT, 'k8s/overlays')).sort();

/** Everything of an overlay as YAML has it. */
export type Manifest = { apiVersion: string; kind: string; metadata: { name: string }; [member: string]: unknown };

export function snapshotText(overlay: string): string {
  return readFileSync(path.join(SNAPSHOTS, `${overlay}.yaml`), 'utf8');
}

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] ?? new Error('not YAML');
    return document.toJS() as Manifest;
  });
}

/** What is wrong with the shape of these manifests, one line each; no manifests at all are wrong too. */
export function shapeProblems(manifests: readonly Manifest[]): string[] {
  if (manifests.length === 0) return ['nothing was rendered'];
  return manifests.flatMap((manifest) => {
    const where = `${manifest.kind} ${manifest.metadata?.name}`;
    if (!(manifest.kind in KINDS)) return [`${where}: no such kind here`];
    const schema: z.ZodType = KINDS[manifest.kind as KindName];
    const parsed = schema.safeParse(manifest);
    return parsed.success ? [] : parsed.error.issues.map((issue) => `${where}: ${issue.path.join('.')}: ${issue.message}`);
  });
}

/** The manifests of one kind. */
export function ofKind<Name extends KindName>(manifests: readonly Manifest[], name: Name): Resource<Name>[] {
  return manifests.filter(({ kind }) => kind === name) as unknown as Resource<Name>[];
}

/** Whatever makes pods, with the pods it makes. */
export function podsOf(manifests: readonly Manifest[]): { owner: string; kind: string; template: PodTemplate }[] {
  const made = (['Deployment', 'StatefulSet', 'Job'] as const).flatMap((kind) =>
    ofKind(manifests, kind).map(({ metadata, spec }) => ({ owner: metadata.name, kind, template: spec.template })),
  );
  const alone = ofKind(manifests, 'Pod').map(({ metadata, spec }) => ({ owner: metadata.name, kind: 'Pod', template: { metadata: { labels: metadata.labels ?? {} }, spec } }));
  return [...made, ...alone];
}

type Selector = { matchLabels?: Readonly<Record<string, string>> | undefined; matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] | undefined }[] | undefined };

/** Whether a selector picks something with these labels; an empty one picks everything. */
export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const byLabel = Object.entries(selector.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
  const byExpression = (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === 'In' ? listed : !listed;
  });
  return byLabel && byExpression;
}

/** A deep copy of the manifests with one of them changed: what a test plants to see that a rule finds it. */
export function planted(manifests: readonly Manifest[], kind: string, name: string, change: (manifest: never) => void): Manifest[] {
  const copy = structuredClone(manifests) as Manifest[];
  const target = copy.find((one) => one.kind === kind && one.metadata.name === name);
  if (target === undefined) throw new RangeError(`there is no ${kind} ${name}`);
  change(target as never);
  return copy;
}
