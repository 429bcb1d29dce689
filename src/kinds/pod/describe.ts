// `kubectl describe pod`. Mirrors describePod of k8s.io/kubectl/pkg/describe/describe.go.
import { ageOf } from '../../lib/duration.js';
import { tabbed, type PrefixWriter } from '../../lib/prefix-writer.js';
import type { ObjectFieldSelector, Pod } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import { writeContainers, writeResources } from '../describe/containers.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { controlledBy, rfc1123z, writeAnnotations, writeLabels, writeTolerations } from '../describe/lines.js';
import { writeSpreadConstraints } from '../describe/pod-template.js';
import { writeVolumes } from '../describe/volumes.js';
import { isFinished } from './facts.js';
import { qosClass } from './qos.js';

export const describePod = (pod: Pod, ctx: DescribeContext): string =>
  tabbed((w) => {
    writeHead(w, pod, ctx.now);
    writeAllContainers(w, pod);
    writeConditions(w, pod);
    writeVolumes(w, pod.spec.volumes, '');
    w.write(0, `QoS Class:\t${pod.status?.qosClass ?? qosClass(pod.spec)}\n`);
    writeLabels(w, 'Node-Selectors', pod.spec.nodeSelector);
    writeTolerations(w, 'Tolerations', pod.spec.tolerations);
    writeSpreadConstraints(w, pod.spec.topologySpreadConstraints, '');
    writeEvents(w, eventsOf(pod, ctx, { withoutKind: true }), ctx.now);
  });

function writeHead(w: PrefixWriter, pod: Pod, now: number): void {
  const { metadata, spec, status = {} } = pod;
  w.write(0, `Name:\t${metadata.name}\n`);
  w.write(0, `Namespace:\t${metadata.namespace ?? ''}\n`);
  if (spec.priority !== undefined) w.write(0, `Priority:\t${spec.priority}\n`);
  if (spec.priorityClassName) w.write(0, `Priority Class Name:\t${spec.priorityClassName}\n`);
  if (spec.runtimeClassName) w.write(0, `Runtime Class Name:\t${spec.runtimeClassName}\n`);
  if (spec.serviceAccountName) w.write(0, `Service Account:\t${spec.serviceAccountName}\n`);
  w.write(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}\n`);
  if (status.startTime) w.write(0, `Start Time:\t${rfc1123z(status.startTime)}\n`);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  if (metadata.deletionTimestamp && !isFinished(pod)) {
    w.write(0, `Status:\tTerminating (lasts ${ageOf(metadata.deletionTimestamp, now)})\n`);
    w.write(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s\n`);
  } else {
    w.write(0, `Status:\t${status.phase ?? ''}\n`);
  }
  if (status.reason) w.write(0, `Reason:\t${status.reason}\n`);
  if (status.message) w.write(0, `Message:\t${status.message}\n`);
  const seccomp = spec.securityContext?.seccompProfile;
  if (seccomp) w.write(0, `SeccompProfile:\t${seccomp.type}\n`);
  if (seccomp?.type === 'Localhost') w.write(0, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}\n`);
  w.write(0, `IP:\t${status.podIP ?? ''}\n`);
  w.write(0, status.podIPs?.length ? 'IPs:\n' : 'IPs:\t<none>\n');
  for (const { ip } of status.podIPs ?? []) w.write(1, `IP:\t${ip}\n`);
  const controller = controlledBy(metadata);
  if (controller) w.write(0, `Controlled By:\t${controller}\n`);
  if (status.nominatedNodeName) w.write(0, `NominatedNodeName:\t${status.nominatedNodeName}\n`);
  if (spec.resources) {
    w.write(0, 'Resources:\n');
    writeResources(w, spec.resources, 1);
  }
}

/** kubectl knows no field labels of Pods but those of every kind: other values it leaves blank. */
const knownField =
  ({ metadata }: Pod) =>
  ({ fieldPath }: ObjectFieldSelector): string =>
    (fieldPath === 'metadata.name' ? metadata.name : fieldPath === 'metadata.namespace' ? metadata.namespace : '') ?? '';

function writeAllContainers(w: PrefixWriter, pod: Pod): void {
  const { spec, status = {} } = pod;
  const shared = { resolve: knownField(pod), indent: '' } as const;
  const groups = [
    { label: 'Init Containers', containers: spec.initContainers ?? [], statuses: status.initContainerStatuses ?? [] },
    { label: 'Containers', containers: spec.containers ?? [], statuses: status.containerStatuses ?? [] },
    { label: 'Ephemeral Containers', containers: spec.ephemeralContainers ?? [], statuses: status.ephemeralContainerStatuses ?? [] },
  ];
  for (const group of groups) {
    if (group.containers.length > 0 || group.label === 'Containers') writeContainers(w, { ...group, ...shared });
  }
}

function writeConditions(w: PrefixWriter, pod: Pod): void {
  const conditions = pod.status?.conditions ?? [];
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length > 0) w.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const gate of gates) {
    const status = conditions.find((c) => c.type === gate.conditionType)?.status ?? '<none>';
    w.write(1, `${gate.conditionType} \t${status} \n`);
  }
  if (conditions.length > 0) w.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const c of conditions) w.write(1, `${c.type} \t${c.status} \n`);
}
