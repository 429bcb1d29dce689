// What is allowed in a Pod, but hardly meant. Mirrors pkg/api/pod/warnings.go of Kubernetes.
import { isDNS1123Label, isValidLabelValue } from '../../lib/names.js';
import { ipWarning } from '../../lib/ip.js';
import { same } from '../../lib/same.js';
import { milliValue, parseQuantity } from '../../lib/quantity.js';
import type {
  Container,
  ContainerPort,
  NodeSelectorTerm,
  ObjectMeta,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Volume,
} from '../../model/generated/api.js';
import { appArmorField, appArmorNote } from './app-armor.js';
import { appArmor } from './validate/annotations.js';
import { overlapWarnings } from './overlaps.js';
import { visitContainers } from './visit.js';

/** `path` is "" for a Pod, "spec.template." for a template. */
interface Subject {
  readonly spec: PodSpec;
  readonly metadata: ObjectMeta;
  readonly path: string;
}

/** Updates of Pods are the kubelet's more often than a person's: nothing is said. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  return old ? [] : [...hostnameWarnings(pod), ...warningsOf({ spec: pod.spec, metadata: pod.metadata, path: '' })];
}

/** Of the template at spec.template; when an update says it again is the workload's to decide. */
export function podTemplateWarnings(template: PodTemplateSpec | undefined): string[] {
  if (!template?.spec) return [];
  return warningsOf({ spec: template.spec, metadata: template.metadata ?? {}, path: 'spec.template.' });
}

function hostnameWarnings({ metadata: { name } }: Pod): string[] {
  const problems = isDNS1123Label(name);
  if (problems.length === 0) return [];
  const rule = "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: ${rule}: [${problems.join(' ')}]`];
}

/** A Pod's own annotation of AppArmor is spoken of where it becomes a field. */
function appArmorWarning({ spec, metadata, path }: Subject, c: Container): string[] {
  const key = `${appArmor}${c.name}`;
  const annotation = metadata.annotations?.[key];
  if (path === '' || annotation === undefined || c.securityContext?.appArmorProfile) return [];
  const ofPod = spec.securityContext?.appArmorProfile;
  return ofPod && same(ofPod, appArmorField(annotation)) ? [] : [`${path}${appArmorNote(key)}`];
}

const warningsOf = (subject: Subject): string[] => [
  ...nodeLabelWarnings(subject),
  ...annotationWarnings(subject),
  ...volumeWarnings(subject),
  ...(subject.spec.volumes ?? []).flatMap(overlapWarnings),
  ...aliasWarnings(subject),
  ...containerWarnings(subject),
  ...portWarnings(subject),
  ...portNameWarnings(subject),
  ...graceWarnings(subject),
  ...selectorWarnings(subject),
  ...addressWarnings(subject),
];

const oldNodeLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

function nodeLabelWarnings({ spec, path }: Subject): string[] {
  const said = (at: string, label: string): string[] => (oldNodeLabels[label] ? [`${at}: ${oldNodeLabels[label]}`] : []);
  const term = (t: NodeSelectorTerm, at: string): string[] =>
    (t.matchExpressions ?? []).flatMap((r, i) =>
      oldNodeLabels[r.key] ? [`${at}.matchExpressions[${i}].key: ${r.key} is ${oldNodeLabels[r.key]}`] : [],
    );
  const wish = (t: NodeSelectorTerm, at: string): string[] => [...term(t, at), ...impossibleValues(t, at)];
  const affinity = `${path}spec.affinity.nodeAffinity`;
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: wishes } =
    spec.affinity?.nodeAffinity ?? {};
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((label) => said(`${path}spec.nodeSelector[${label}]`, label)),
    ...(must?.nodeSelectorTerms ?? []).flatMap((t, i) =>
      term(t, `${affinity}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`),
    ),
    ...(wishes ?? []).flatMap((w, i) => wish(w.preference, `${affinity}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`)),
    ...(spec.topologySpreadConstraints ?? []).flatMap((c, i) => {
      const at = `${path}spec.topologySpreadConstraints[${i}]`;
      const label = oldNodeLabels[c.topologyKey];
      return [
        ...(label ? [`${at}.topologyKey: ${c.topologyKey} is ${label}`] : []),
        ...(c.labelSelector ? [] : [`${at}.labelSelector: a null labelSelector results in matching no pod`]),
      ];
    }),
  ];
}

/** Only a wish may name values that no label can have. */
const impossibleValues = (t: NodeSelectorTerm, at: string): string[] =>
  (t.matchExpressions ?? []).flatMap((r, i) =>
    (r.values ?? []).flatMap((value, j) =>
      isValidLabelValue(value).map((m) => `${at}.matchExpressions[${i}].values[${j}]: ${value} is invalid, ${m}`),
    ),
  );

const oldAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function annotationWarnings({ metadata, path }: Subject): string[] {
  return Object.entries(oldAnnotations)
    .filter(([key]) => metadata.annotations?.[key] !== undefined)
    .map(([key, message]) => `${path}metadata.annotations[${key}]: ${message}`);
}

const oldVolumes: Readonly<Partial<Record<keyof Volume, string>>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  ephemeral: 'see claimWarnings',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

/** Upstream writes one of them with a capital. */
const spelled: Readonly<Record<string, string>> = { storageos: 'storageOS' };

function volumeWarnings({ spec, path }: Subject): string[] {
  return (spec.volumes ?? []).flatMap((v, i) =>
    (Object.keys(oldVolumes) as (keyof Volume)[]).flatMap((source) => {
      const at = `${path}spec.volumes[${i}].${spelled[source] ?? source}`;
      if (source === 'ephemeral') return claimWarnings(v, at);
      return v[source] === undefined ? [] : [`${at}: ${oldVolumes[source]}`];
    }),
  );
}

const claimWarnings = ({ ephemeral }: Volume, at: string): string[] =>
  (['requests', 'limits'] as const).flatMap((part) =>
    fractionWarnings(
      ephemeral?.volumeClaimTemplate?.spec?.resources?.[part],
      `${at}.volumeClaimTemplate.spec.resources.${part}`,
      'storage',
    ),
  );

function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));
}

function aliasWarnings({ spec, path }: Subject): string[] {
  const ips = (spec.hostAliases ?? []).map((a) => a.ip);
  const secrets = (spec.imagePullSecrets ?? []).map((s) => s.name ?? '');
  return [
    ...repeated(ips).map((i) => `${path}spec.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ips[i])}`),
    ...repeated(secrets).map((i) => `${path}spec.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(secrets[i])}`),
    ...secrets.flatMap((name, i) => (name === '' ? [`${path}spec.imagePullSecrets[${i}].name: invalid empty name ""`] : [])),
  ];
}

const addressWarnings = ({ spec, path }: Subject): string[] => [
  ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, i) => ipNote(`${path}spec.dnsConfig.nameservers[${i}]`, ip)),
  ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => ipNote(`${path}spec.hostAliases[${i}].ip`, ip)),
];

function ipNote(path: string, ip: string): string[] {
  const note = ipWarning(ip);
  return note === undefined ? [] : [`${path}: ${note}`];
}

const placed = ({ spec, path }: Subject) => visitContainers(spec, `${path}spec`);

function fractionWarnings(list: Readonly<Record<string, string>> | undefined, at: string, name: string): string[] {
  const text = list?.[name];
  if (text === undefined || milliValue(parseQuantity(text)) % 1000n === 0n) return [];
  return [`${at}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
}

function containerWarnings(subject: Subject): string[] {
  const { spec, metadata, path } = subject;
  const annotations = metadata.annotations ?? {};
  const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
  const note = (key: string): string[] =>
    annotations[key] === undefined
      ? []
      : [`${path}metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`];
  return [
    ...['memory', 'ephemeral-storage'].flatMap((name) => fractionWarnings(spec.overhead, `${path}spec.overhead`, name)),
    ...(spec.securityContext?.seccompProfile ? [] : note(seccomp)),
    ...placed(subject).flatMap(({ c, at }) => {
      return [
        ...(c.securityContext?.seccompProfile ? [] : note(`container.seccomp.security.alpha.kubernetes.io/${c.name}`)),
        ...appArmorWarning(subject, c),
        ...['memory', 'ephemeral-storage'].flatMap((name) => [
          ...fractionWarnings(c.resources?.limits, `${at}.resources.limits`, name),
          ...fractionWarnings(c.resources?.requests, `${at}.resources.requests`, name),
        ]),
        ...envWarnings(c, at),
      ];
    }),
  ];
}

/** A variable set twice, where the second value does not build on the first. */
function envWarnings({ env = [] }: Container, at: string): string[] {
  return repeated(env.map((e) => e.name)).flatMap((i) => {
    const e = env[i];
    const reference = `$(${e?.name})`;
    const buildsOn = !e?.valueFrom && e?.value !== reference && (e?.value ?? '').includes(reference);
    return buildsOn
      ? []
      : [`${at}.env[${i}]: hides previous definition of ${JSON.stringify(e?.name)}, which may be dropped when using apply`];
  });
}

function portWarnings(subject: Subject): string[] {
  const seen: { port: ContainerPort; at: string }[] = [];
  const warnings: string[] = [];
  for (const { c, at: container } of placed(subject)) {
    for (const [i, port] of (c.ports ?? []).entries()) {
      const at = `${container}.ports[${i}]`;
      if (port.hostIP && !port.hostPort) warnings.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
      const same = seen.filter((s) => s.port.containerPort === port.containerPort && s.port.protocol === port.protocol);
      for (const other of same) {
        const clash = clashOf(port, other.port);
        if (clash) warnings.push(`${at}: ${clash} port definition with ${other.at}`);
      }
      seen.push({ port, at });
    }
  }
  return warnings;
}

function clashOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const sameHostPort = (a.hostPort ?? 0) === (b.hostPort ?? 0);
  if (sameHostPort && (a.hostIP ?? '') === (b.hostIP ?? '')) return 'duplicate';
  if (!a.hostPort || !b.hostPort) return 'overlapping';
  return sameHostPort && !a.hostIP !== !b.hostIP ? 'dangerously ambiguous' : undefined;
}

/** As Go's %+v shows the structure. */
const goPort = (p: ContainerPort): string =>
  `{Name:${p.name ?? ''} HostPort:${p.hostPort ?? 0} ContainerPort:${p.containerPort} Protocol:${p.protocol ?? ''} HostIP:${p.hostIP ?? ''}}`;

/** Services and probes find a port by its name in the first container that has one. */
function portNameWarnings(subject: Subject): string[] {
  const first = new Map<string, string>();
  const warnings: string[] = [];
  for (const { c, at: container } of placed(subject)) {
    for (const [i, { name }] of (c.ports ?? []).entries()) {
      if (!name) continue;
      const at = `${container}.ports[${i}]`;
      const other = first.get(name);
      const rule = `services and probes that select ports by name will use ${other}`;
      if (other === undefined) first.set(name, at);
      else warnings.push(`${at}: duplicate port name ${JSON.stringify(name)} with ${other}, ${rule}`);
    }
  }
  return warnings;
}

function graceWarnings({ spec, path }: Subject): string[] {
  if ((spec.terminationGracePeriodSeconds ?? 0) >= 0) return [];
  return [`${path}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`];
}

function selectorWarnings({ spec, path }: Subject): string[] {
  const nothing = 'a null labelSelector results in matching no pod';
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const at = `${path}spec.affinity.${kind}`;
    const { requiredDuringSchedulingIgnoredDuringExecution: must = [], preferredDuringSchedulingIgnoredDuringExecution: wishes = [] } =
      spec.affinity?.[kind] ?? {};
    return [
      ...must.flatMap((t, i) =>
        t.labelSelector ? [] : [`${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${nothing}`],
      ),
      ...wishes.flatMap((w, i) =>
        w.podAffinityTerm.labelSelector
          ? []
          : [`${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${nothing}`],
      ),
    ];
  });
}
