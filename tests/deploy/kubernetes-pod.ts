import { z } from 'zod';
import { count, dnsLabel, dnsName, image, labels, labelSelector, named, port, portName, portReference, qualifiedName, quantity, seconds } from './kubernetes-values.js';

const environmentVariable = z.strictObject({
  name: z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'expected a variable name'),
  value: z.string().optional(),
  valueFrom: z
    .union([
      z.strictObject({ configMapKeyRef: z.strictObject({ name: dnsName, key: z.string() }) }),
      z.strictObject({ secretKeyRef: z.strictObject({ name: dnsName, key: z.string() }) }),
      z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.literal('v1').optional() }) }),
    ])
    .optional(),
});

const execAction = z.strictObject({ command: z.array(z.string()).min(1) });
const handler = {
  exec: execAction.optional(),
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: portReference, scheme: z.enum(['HTTP', 'HTTPS']).optional() }).optional(),
  tcpSocket: z.strictObject({ port: portReference }).optional(),
};
const probe = z
  .strictObject({
    ...handler,
    initialDelaySeconds: count.optional(),
    periodSeconds: seconds.optional(),
    timeoutSeconds: seconds.optional(),
    failureThreshold: seconds.optional(),
    successThreshold: seconds.optional(),
    terminationGracePeriodSeconds: seconds.optional(),
  })
  .refine(({ exec, httpGet, tcpSocket }) => [exec, httpGet, tcpSocket].filter((one) => one !== undefined).length === 1, 'expected one way to probe');

const seccompProfile = z.strictObject({ type: z.enum(['RuntimeDefault', 'Localhost', 'Unconfined']), localhostProfile: z.string().optional() });
const capabilities = z.strictObject({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() });

const container = z.strictObject({
  name: dnsLabel,
  image,
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: named(environmentVariable).optional(),
  envFrom: z.array(z.strictObject({ configMapRef: z.strictObject({ name: dnsName }) })).optional(),
  ports: named(z.strictObject({ name: portName, containerPort: port, protocol: z.enum(['TCP', 'UDP']).optional(), hostPort: port.optional() })).optional(),
  lifecycle: z
    .strictObject({ preStop: z.union([z.strictObject({ exec: execAction }), z.strictObject({ sleep: z.strictObject({ seconds }) })]) })
    .optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  resources: z
    .strictObject({ requests: z.strictObject({ cpu: quantity, memory: quantity }), limits: z.strictObject({ cpu: quantity.optional(), memory: quantity }) })
    .optional(),
  securityContext: z
    .strictObject({
      runAsNonRoot: z.boolean().optional(),
      runAsUser: count.optional(),
      privileged: z.boolean().optional(),
      allowPrivilegeEscalation: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().optional(),
      capabilities: capabilities.optional(),
      seccompProfile: seccompProfile.optional(),
    })
    .optional(),
  volumeMounts: z
    .array(z.strictObject({ name: dnsLabel, mountPath: z.string().startsWith('/'), subPath: z.string().optional(), readOnly: z.boolean().optional() }))
    .optional(),
});

const items = z.array(z.strictObject({ key: z.string(), path: z.string(), mode: count.optional() }));
const mode = count.max(0o777);
/** The kinds of volume this system uses, and hostPath, which it must not: policy says so, not the schema. */
const volume = z
  .strictObject({
    name: dnsLabel,
    emptyDir: z.strictObject({ medium: z.literal('Memory').optional(), sizeLimit: quantity.optional() }).optional(),
    secret: z.strictObject({ secretName: dnsName, defaultMode: mode.optional(), items: items.optional(), optional: z.boolean().optional() }).optional(),
    configMap: z.strictObject({ name: dnsName, defaultMode: mode.optional(), items: items.optional() }).optional(),
    projected: z
      .strictObject({ defaultMode: mode.optional(), sources: z.array(z.strictObject({ secret: z.strictObject({ name: dnsName, items }) })) })
      .optional(),
    hostPath: z.strictObject({ path: z.string(), type: z.string().optional() }).optional(),
  })
  .refine(({ name: _name, ...sources }) => Object.values(sources).filter((one) => one !== undefined).length === 1, 'expected one source');

export const podSpec = z.strictObject({
  serviceAccountName: dnsName.optional(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  priorityClassName: dnsName.optional(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  terminationGracePeriodSeconds: count.optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  securityContext: z
    .strictObject({
      runAsNonRoot: z.boolean().optional(),
      runAsUser: count.optional(),
      runAsGroup: count.optional(),
      fsGroup: count.optional(),
      fsGroupChangePolicy: z.enum(['OnRootMismatch', 'Always']).optional(),
      seccompProfile: seccompProfile.optional(),
    })
    .optional(),
  topologySpreadConstraints: z
    .array(
      z.strictObject({
        maxSkew: seconds,
        topologyKey: qualifiedName,
        whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
        labelSelector: labelSelector.optional(),
        matchLabelKeys: z.array(qualifiedName).optional(),
      }),
    )
    .optional(),
  initContainers: named(container).optional(),
  containers: named(container).min(1),
  volumes: named(volume).optional(),
});

/** A pod as a workload describes it. */
export const podTemplate = z.strictObject({
  metadata: z.strictObject({ labels, annotations: z.record(qualifiedName, z.string()).optional() }),
  spec: podSpec,
});

export type PodTemplate = z.output<typeof podTemplate>;
export type Container = z.output<typeof container>;
