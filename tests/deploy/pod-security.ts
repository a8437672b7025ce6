import type { Container, PodTemplate } from './kubernetes-pod.js';
import { type Manifest, podsOf } from './manifests.js';

/** Volume types the restricted profile allows, among those our schema knows. */
const VOLUMES = ['emptyDir', 'secret', 'configMap', 'projected'];

/** What of the pods breaks the Pod Security Standard "restricted" (K8S-1) or our own additions to it (K8S-2, K8S-4, K8S-5). */
export function podSecurityProblems(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, kind, template }) => {
    const { spec } = template;
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    return [...podProblems(template), ...containers.flatMap((container) => containerProblems(container, template))].map((problem) => `${kind} ${owner}: ${problem}`);
  });
}

function podProblems({ spec }: PodTemplate): string[] {
  const { securityContext } = spec;
  const unlike: [boolean, string][] = [
    [spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true, 'shares a namespace of the host'],
    [securityContext?.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile RuntimeDefault'],
    [securityContext?.runAsNonRoot !== true || (securityContext.runAsUser ?? 0) === 0, 'may run as root'],
    [spec.automountServiceAccountToken !== false, 'mounts a service account token'],
    [spec.serviceAccountName === undefined || spec.serviceAccountName === 'default', 'has no service account of its own'],
    [spec.enableServiceLinks !== false, 'is told of every service by environment'],
    ...(spec.volumes ?? []).map((volume): [boolean, string] => [
      !Object.keys(volume).some((source) => VOLUMES.includes(source)),
      `has the volume ${volume.name} of a forbidden type`,
    ]),
    ...(spec.volumes ?? []).map((volume): [boolean, string] => [volume.emptyDir !== undefined && volume.emptyDir.sizeLimit === undefined, `has the volume ${volume.name} without a limit`]),
  ];
  return unlike.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

function containerProblems({ name, securityContext, ports, resources }: Container, { spec }: PodTemplate): string[] {
  const unlike: [boolean, string][] = [
    [securityContext?.privileged === true, 'is privileged'],
    [securityContext?.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [securityContext?.runAsNonRoot !== true, 'may run as root'],
    [securityContext?.runAsUser === 0, 'runs as root'],
    [securityContext?.readOnlyRootFilesystem !== true, 'may write its root file system'],
    [!(securityContext?.capabilities?.drop ?? []).includes('ALL'), 'keeps capabilities'],
    [(securityContext?.capabilities?.add ?? []).some((one) => one !== 'NET_BIND_SERVICE'), 'adds capabilities'],
    [(securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type) !== 'RuntimeDefault', 'has another seccomp profile'],
    [(ports ?? []).some(({ hostPort }) => hostPort !== undefined), 'takes a port of the host'],
    [resources === undefined, 'has neither requests nor limits'],
  ];
  return unlike.filter(([wrong]) => wrong).map(([, problem]) => `container ${name} ${problem}`);
}
