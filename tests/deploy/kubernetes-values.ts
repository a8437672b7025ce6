import { z } from 'zod';

/** Values that the API server checks by form; Kubernetes' own rules (apimachinery's validation), written down once. */
export const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a DNS label');
export const dnsName = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 'expected a DNS name').max(253);
export const labelValue = z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, 'expected a label value');
export const qualifiedName = z.string().regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, 'expected a name with an optional prefix');
export const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi|Ti|k|M|G)?$/, 'expected a quantity such as 100m or 64Mi');
export const port = z.number().int().min(1).max(65_535);
export const portName = z.string().regex(/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, 'expected a port name of 15 characters at most');
export const portReference = z.union([port, portName]);
export const count = z.number().int().min(0);
export const seconds = z.number().int().min(1);
export const percentOrCount = z.union([count, z.string().regex(/^(100|\d{1,2})%$/, 'expected a count or a percentage')]);
export const labels = z.record(qualifiedName, labelValue);
export const cidr = z.string().regex(/^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|[0-9a-f:]+\/\d{1,3})$/, 'expected a CIDR range');
export const image = z.string().regex(/^[a-z0-9][a-z0-9./_-]*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/, 'expected an image reference');
export const duration = z.string().regex(/^(\d+(h|m|s))+$/, 'expected a duration such as 15s');

/** A list in which two entries of one name would be two answers to one question. */
export function named<Entry extends z.ZodType<{ name: string }>>(entry: Entry) {
  return z.array(entry).refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'names repeat');
}

export const metadata = z.strictObject({
  name: dnsName,
  namespace: dnsLabel.optional(),
  labels: labels.optional(),
  annotations: z.record(qualifiedName, z.string()).optional(),
});

export const labelSelector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: qualifiedName, operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: z.array(labelValue).optional() }))
    .optional(),
});

/** An object of the API: its kind, and its members beyond apiVersion, kind and metadata. */
export function kind<Shape extends z.ZodRawShape>(apiVersion: string, name: string, shape: Shape) {
  return z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(name), metadata, ...shape });
}
