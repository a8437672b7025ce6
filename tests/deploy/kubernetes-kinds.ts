import { z } from 'zod';
import { podSpec, podTemplate } from './kubernetes-pod.js';
import { cidr, count, dnsLabel, dnsName, duration, kind, labels, labelSelector, named, percentOrCount, port, portName, portReference, quantity, seconds } from './kubernetes-values.js';

const behaviour = z.strictObject({
  stabilizationWindowSeconds: count.max(3600).optional(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
  policies: z.array(z.strictObject({ type: z.enum(['Percent', 'Pods']), value: seconds, periodSeconds: seconds.max(1800) })).min(1),
});
const behaviours = z.strictObject({ scaleUp: behaviour, scaleDown: behaviour });
const scaleTarget = z.strictObject({ apiVersion: z.literal('apps/v1'), kind: z.enum(['Deployment', 'StatefulSet']), name: dnsName });

const peer = z
  .strictObject({
    podSelector: labelSelector.optional(),
    namespaceSelector: labelSelector.optional(),
    ipBlock: z.strictObject({ cidr, except: z.array(cidr).optional() }).optional(),
  })
  .refine(({ ipBlock, ...selectors }) => ipBlock === undefined || Object.keys(selectors).length === 0, 'an ipBlock stands alone');
const policyPort = z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: portReference, endPort: port.optional() });

const secretReference = z.strictObject({ secretName: dnsName });
const remoteReference = z.strictObject({ key: z.string(), property: z.string().optional() });
const issuerReference = z.strictObject({ name: dnsName, kind: z.enum(['Issuer', 'ClusterIssuer']), group: z.literal('cert-manager.io').optional() });
const text = z.record(z.string(), z.string());

/** The kinds of this repository, closed: a member that is not written down here is a mistake, of the manifest or of this list. */
export const KINDS = {
  Namespace: kind('v1', 'Namespace', {}),
  ServiceAccount: kind('v1', 'ServiceAccount', { automountServiceAccountToken: z.boolean().optional() }),
  ConfigMap: kind('v1', 'ConfigMap', { data: text.optional(), binaryData: text.optional(), immutable: z.boolean().optional() }),
  Secret: kind('v1', 'Secret', { type: z.string().optional(), data: text.optional(), stringData: text.optional(), immutable: z.boolean().optional() }),
  Service: kind('v1', 'Service', {
    spec: z.strictObject({
      type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).optional(),
      clusterIP: z.literal('None').optional(),
      publishNotReadyAddresses: z.boolean().optional(),
      selector: labels,
      ports: named(z.strictObject({ name: portName, port, targetPort: portReference.optional(), protocol: z.enum(['TCP', 'UDP']).optional(), appProtocol: z.string().optional() })).min(1),
    }),
  }),
  Pod: kind('v1', 'Pod', { spec: podSpec }),
  Deployment: kind('apps/v1', 'Deployment', {
    spec: z.strictObject({
      replicas: count.optional(),
      revisionHistoryLimit: count.optional(),
      minReadySeconds: count.optional(),
      progressDeadlineSeconds: seconds.optional(),
      strategy: z
        .strictObject({ type: z.enum(['RollingUpdate', 'Recreate']), rollingUpdate: z.strictObject({ maxUnavailable: percentOrCount, maxSurge: percentOrCount }).optional() })
        .optional(),
      selector: labelSelector,
      template: podTemplate,
    }),
  }),
  StatefulSet: kind('apps/v1', 'StatefulSet', {
    spec: z.strictObject({
      serviceName: dnsName,
      replicas: count.optional(),
      minReadySeconds: count.optional(),
      podManagementPolicy: z.enum(['OrderedReady', 'Parallel']).optional(),
      updateStrategy: z.strictObject({ type: z.enum(['RollingUpdate', 'OnDelete']) }).optional(),
      selector: labelSelector,
      template: podTemplate,
      volumeClaimTemplates: z
        .array(
          z.strictObject({
            metadata: z.strictObject({ name: dnsLabel }),
            spec: z.strictObject({ accessModes: z.array(z.literal('ReadWriteOnce')), resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }), storageClassName: dnsName.optional() }),
          }),
        )
        .optional(),
    }),
  }),
  Job: kind('batch/v1', 'Job', {
    spec: z.strictObject({
      backoffLimit: count.optional(),
      activeDeadlineSeconds: seconds.optional(),
      ttlSecondsAfterFinished: count.optional(),
      podFailurePolicy: z
        .strictObject({
          rules: z.array(
            z.strictObject({
              action: z.enum(['FailJob', 'Ignore', 'Count', 'FailIndex']),
              onExitCodes: z.strictObject({ containerName: dnsLabel.optional(), operator: z.enum(['In', 'NotIn']), values: z.array(z.number().int()).min(1) }).optional(),
              onPodConditions: z.array(z.strictObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']) })).optional(),
            }),
          ),
        })
        .optional(),
      template: podTemplate,
    }),
  }),
  HorizontalPodAutoscaler: kind('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: z.strictObject({
      scaleTargetRef: scaleTarget,
      minReplicas: seconds.optional(),
      maxReplicas: seconds,
      metrics: z
        .array(
          z.strictObject({
            type: z.literal('ContainerResource'),
            containerResource: z.strictObject({
              name: z.enum(['cpu', 'memory']),
              container: dnsLabel,
              target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: seconds.max(100) }),
            }),
          }),
        )
        .min(1),
      behavior: behaviours.optional(),
    }),
  }),
  PodDisruptionBudget: kind('policy/v1', 'PodDisruptionBudget', {
    spec: z.strictObject({
      minAvailable: percentOrCount.optional(),
      maxUnavailable: percentOrCount.optional(),
      unhealthyPodEvictionPolicy: z.enum(['AlwaysAllow', 'IfHealthyBudget']).optional(),
      selector: labelSelector,
    }),
  }),
  NetworkPolicy: kind('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: z.strictObject({
      podSelector: labelSelector,
      policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
      ingress: z.array(z.strictObject({ from: z.array(peer).min(1).optional(), ports: z.array(policyPort).optional() })).optional(),
      egress: z.array(z.strictObject({ to: z.array(peer).min(1).optional(), ports: z.array(policyPort).optional() })).optional(),
    }),
  }),
  PriorityClass: z.strictObject({
    apiVersion: z.literal('scheduling.k8s.io/v1'),
    kind: z.literal('PriorityClass'),
    metadata: z.strictObject({ name: dnsName, labels: labels.optional() }),
    value: z.number().int().max(1_000_000_000),
    globalDefault: z.boolean().optional(),
    description: z.string().optional(),
  }),
  Ingress: kind('networking.k8s.io/v1', 'Ingress', {
    spec: z.strictObject({
      ingressClassName: dnsName,
      tls: z.array(secretReference.extend({ hosts: z.array(dnsName).min(1) })).min(1),
      rules: z.array(
        z.strictObject({
          host: dnsName,
          http: z.strictObject({
            paths: z.array(
              z.strictObject({
                path: z.string().startsWith('/'),
                pathType: z.enum(['Prefix', 'Exact', 'ImplementationSpecific']),
                backend: z.strictObject({ service: z.strictObject({ name: dnsName, port: z.union([z.strictObject({ name: portName }), z.strictObject({ number: port })]) }) }),
              }),
            ),
          }),
        }),
      ),
    }),
  }),
  HTTPRoute: kind('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    spec: z.strictObject({
      parentRefs: z.array(z.strictObject({ name: dnsName, namespace: dnsLabel.optional(), sectionName: dnsName.optional() })).min(1),
      hostnames: z.array(dnsName),
      rules: z.array(
        z.strictObject({
          matches: z.array(z.strictObject({ path: z.strictObject({ type: z.enum(['PathPrefix', 'Exact', 'RegularExpression']), value: z.string() }) })),
          backendRefs: z.array(z.strictObject({ name: dnsName, port })),
          timeouts: z.strictObject({ request: duration.optional(), backendRequest: duration.optional() }).optional(),
        }),
      ),
    }),
  }),
  ServiceMonitor: kind('monitoring.coreos.com/v1', 'ServiceMonitor', {
    spec: z.strictObject({
      selector: labelSelector,
      namespaceSelector: z.strictObject({ matchNames: z.array(dnsLabel) }).optional(),
      endpoints: z.array(z.strictObject({ port: portName, path: z.string().startsWith('/'), interval: duration, scrapeTimeout: duration })).min(1),
    }),
  }),
  PrometheusRule: kind('monitoring.coreos.com/v1', 'PrometheusRule', {
    spec: z.strictObject({
      groups: named(
        z.strictObject({
          name: z.string(),
          rules: z.array(
            z.strictObject({
              alert: z.string().regex(/^Tessera[A-Za-z]+$/),
              expr: z.string().min(1),
              for: duration,
              labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
              annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
            }),
          ),
        }),
      ),
    }),
  }),
  ScaledObject: kind('keda.sh/v1alpha1', 'ScaledObject', {
    spec: z.strictObject({
      scaleTargetRef: z.strictObject({ name: dnsName, kind: z.literal('Deployment').optional() }),
      minReplicaCount: count,
      maxReplicaCount: seconds,
      pollingInterval: seconds.optional(),
      fallback: z.strictObject({ failureThreshold: seconds, replicas: seconds }).optional(),
      advanced: z.strictObject({ horizontalPodAutoscalerConfig: z.strictObject({ behavior: behaviours }) }).optional(),
      triggers: z
        .array(
          z.discriminatedUnion('type', [
            z.strictObject({ type: z.literal('cpu'), metricType: z.literal('Utilization'), metadata: z.strictObject({ containerName: dnsLabel, value: z.string().regex(/^\d+$/) }) }),
            z.strictObject({ type: z.literal('prometheus'), metricType: z.literal('AverageValue'), metadata: z.strictObject({ serverAddress: z.url(), query: z.string(), threshold: z.string().regex(/^\d+$/) }) }),
          ]),
        )
        .min(1),
    }),
  }),
  ExternalSecret: kind('external-secrets.io/v1', 'ExternalSecret', {
    spec: z.strictObject({
      refreshPolicy: z.enum(['Periodic', 'OnChange', 'CreatedOnce']),
      refreshInterval: duration,
      secretStoreRef: z.strictObject({ kind: z.enum(['SecretStore', 'ClusterSecretStore']), name: dnsName }),
      target: z.strictObject({ name: dnsName, creationPolicy: z.enum(['Owner', 'Orphan', 'Merge', 'None']), deletionPolicy: z.enum(['Retain', 'Delete', 'Merge']), immutable: z.boolean().optional() }),
      data: z.array(z.strictObject({ secretKey: z.string(), remoteRef: remoteReference })).min(1),
    }),
  }),
  Issuer: kind('cert-manager.io/v1', 'Issuer', { spec: z.union([z.strictObject({ selfSigned: z.strictObject({}) }), z.strictObject({ ca: secretReference })]) }),
  Certificate: kind('cert-manager.io/v1', 'Certificate', {
    spec: z.strictObject({
      secretName: dnsName,
      isCA: z.boolean().optional(),
      commonName: z.string().optional(),
      dnsNames: z.array(z.string()).optional(),
      duration: duration.optional(),
      renewBefore: duration.optional(),
      privateKey: z.strictObject({ algorithm: z.enum(['ECDSA', 'RSA', 'Ed25519']), size: seconds.optional(), rotationPolicy: z.enum(['Never', 'Always']).optional() }).optional(),
      usages: z.array(z.enum(['server auth', 'client auth', 'digital signature', 'key encipherment'])).optional(),
      issuerRef: issuerReference,
    }),
  }),
} as const;

export type KindName = keyof typeof KINDS;
export type Resource<Name extends KindName> = z.output<(typeof KINDS)[Name]>;
