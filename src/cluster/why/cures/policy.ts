// Cures for NetworkPolicies: the rule that almost allows the packet made to fit, labels that a rule asks for, or one more rule.
import { nameLabel } from '../../../kinds/namespace.js';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from '../../../model/generated/api.js';
import type { Json, KubeObject } from '../../../model/object.js';
import { addresses } from '../../../network/addresses.js';
import { named, type Scene } from '../scene.js';
import { type Draft, jsonPatch, label, type Operation, type Search } from './draft.js';
import { made } from './selector.js';
import { makerOf } from './workload.js';

type Direction = 'ingress' | 'egress';

interface Ends {
  readonly direction: Direction;
  readonly policy: NetworkPolicy & KubeObject;
  /** At the other end of the isolated Pod. */
  readonly pod: Pod | undefined;
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

const isolates = (direction: Direction): Search =>
  function* (scene) {
    const ends = endsOf(scene, direction);
    if (!ends) return;
    yield* near(scene, ends);
    yield* wider(scene, ends);
    yield onceMore(scene, ends);
  };

export const ingress = isolates('ingress');
export const egress = isolates('egress');

function endsOf({ net, culprit, failure }: Scene, direction: Direction): Ends | undefined {
  const told = named(culprit?.object);
  const policy = told?.kind === 'NetworkPolicy' ? net.reader.get('NetworkPolicy.networking.k8s.io', told.namespace, told.name) : undefined;
  const { packet, towards } = failure.trace;
  if (!policy) return undefined;
  const to = towards?.ip ?? packet.to;
  const ip = direction === 'ingress' ? packet.from.ip : to;
  const sender = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: packet.from.name ?? '', namespace: packet.from.namespace ?? '' },
    spec: { containers: [] },
    status: {},
  };
  const known = addresses(net.reader).podAt(ip);
  const pod = known ?? (direction === 'ingress' && packet.from.kind === 'pod' ? (sender as Pod) : undefined);
  return { direction, policy, pod, ip, port: towards?.port ?? packet.port, protocol: packet.protocol };
}

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly from?: readonly NetworkPolicyPeer[];
  readonly to?: readonly NetworkPolicyPeer[];
}

const rulesOf = ({ policy, direction }: Ends): readonly Rule[] => (policy.spec?.[direction] ?? []) as readonly Rule[];
const sideOf = (direction: Direction): 'from' | 'to' => (direction === 'ingress' ? 'from' : 'to');

/** One part of one rule: a port's number or protocol, a label, a range. */
function* near(scene: Scene, ends: Ends): Iterable<Draft> {
  const { policy, direction, port, protocol } = ends;
  const say = (operations: readonly Operation[], what: string): Draft => jsonPatch(scene, policy, operations, what);
  for (const [i, rule] of rulesOf(ends).entries()) {
    const at = `/spec/${direction}/${i}`;
    const name = `spec.${direction}[${i}]`;
    for (const [k, p] of (rule.ports ?? []).entries()) {
      if (p.port !== port)
        yield say(
          [{ op: p.port === undefined ? 'add' : 'replace', path: `${at}/ports/${k}/port`, value: port }],
          `${name}.ports[${k}].port becomes ${port}: the Pod's port, not the Service's`,
        );
      if ((p.protocol ?? 'TCP') !== protocol)
        yield say(
          [{ op: p.protocol ? 'replace' : 'add', path: `${at}/ports/${k}/protocol`, value: protocol }],
          `${name}.ports[${k}].protocol becomes ${protocol}`,
        );
    }
    for (const [k, peer] of (rule[sideOf(direction)] ?? []).entries())
      yield* nearPeer(scene, ends, `${at}/${sideOf(direction)}/${k}`, `${name}.${sideOf(direction)}[${k}]`, peer);
    if (rule.ports)
      yield say([{ op: 'add', path: `${at}/ports/-`, value: { port, protocol } as Json }], `${name}.ports holds ${port}/${protocol}, too`);
  }
}

function* nearPeer(scene: Scene, { policy, pod, ip }: Ends, path: string, name: string, peer: NetworkPolicyPeer): Iterable<Draft> {
  const say = (operations: readonly Operation[], what: string): Draft => jsonPatch(scene, policy, operations, what);
  if (peer.ipBlock) {
    const index = peer.ipBlock.except?.length ? 0 : -1;
    if (index >= 0) yield say([{ op: 'remove', path: `${path}/ipBlock/except` }], `${name}.ipBlock.except is taken away`);
    yield say(
      [{ op: 'replace', path: `${path}/ipBlock`, value: { cidr: `${ip}/${ip.includes(':') ? 128 : 32}` } }],
      `${name}.ipBlock becomes ${ip}`,
    );
    return;
  }
  if (!pod) return;
  const wanted = Object.entries(peer.podSelector?.matchLabels ?? {});
  const wrong = wanted.filter(([k, v]) => pod.metadata.labels?.[k] !== v);
  for (const [k] of wrong)
    if (pod.metadata.labels?.[k] !== undefined)
      yield say(
        [{ op: 'replace', path: `${path}/podSelector/matchLabels/${pointer(k)}`, value: pod.metadata.labels[k] as string }],
        `${name}.podSelector wants ${k}=${pod.metadata.labels[k]}`,
      );
  const maker = pod.metadata.uid ? makerOf(scene.net.reader, pod) : undefined;
  if (wrong.length > 0 && maker?.bare) yield label(scene, pod as KubeObject, Object.fromEntries(wrong));
  const namespace = scene.net.reader.get('Namespace', '', pod.metadata.namespace ?? '');
  const spaces = Object.entries(peer.namespaceSelector?.matchLabels ?? {}).filter(([k, v]) => namespace?.metadata.labels?.[k] !== v);
  if (spaces.length > 0) {
    if (namespace && spaces.every(([k]) => k !== nameLabel)) yield label(scene, namespace as KubeObject, Object.fromEntries(spaces));
    yield say(
      [{ op: 'replace', path: `${path}/namespaceSelector`, value: { matchLabels: { [nameLabel]: pod.metadata.namespace ?? '' } } }],
      `${name}.namespaceSelector wants namespace ${pod.metadata.namespace}`,
    );
  } else if (!peer.namespaceSelector && pod.metadata.namespace !== policy.metadata.namespace)
    yield say(
      [{ op: 'add', path: `${path}/namespaceSelector`, value: { matchLabels: { [nameLabel]: pod.metadata.namespace ?? '' } } }],
      `${name} gets a namespaceSelector for namespace ${pod.metadata.namespace}`,
    );
  if (peer.podSelector && peer.namespaceSelector) {
    const { podSelector, namespaceSelector } = peer as { podSelector: object; namespaceSelector: object };
    const list = path.replace(/\/\d+$/, '');
    yield say(
      [
        { op: 'replace', path, value: { podSelector } as Json },
        { op: 'add', path: `${list}/-`, value: { namespaceSelector } as Json },
      ],
      `${name} becomes two items: one OR the other`,
    );
  }
}

const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A peer more in a rule whose ports fit. */
function* wider(scene: Scene, ends: Ends): Iterable<Draft> {
  const { policy, direction } = ends;
  const side = sideOf(direction);
  for (const [i, rule] of rulesOf(ends).entries())
    if (rule[side]?.length)
      yield jsonPatch(
        scene,
        policy,
        [{ op: 'add', path: `/spec/${direction}/${i}/${side}/-`, value: peerOf(ends) as Json }],
        `spec.${direction}[${i}].${side} gets one more: ${peerText(ends)}`,
      );
}

/** A rule of its own for this packet. */
function onceMore(scene: Scene, ends: Ends): Draft {
  const { policy, direction, port, protocol } = ends;
  const isDns = direction === 'egress' && port === 53;
  const ports = isDns ? ['UDP', 'TCP'].map((p) => ({ port, protocol: p })) : [{ port, protocol }];
  const rule = { [sideOf(direction)]: [peerOf(ends)], ports } as unknown as Json;
  const operation: Operation = policy.spec?.[direction]
    ? { op: 'add', path: `/spec/${direction}/-`, value: rule }
    : { op: 'add', path: `/spec/${direction}`, value: [rule] };
  return jsonPatch(
    scene,
    policy,
    [operation],
    `spec.${direction} gets a rule that allows ${port}/${isDns ? 'UDP and TCP' : protocol} ${direction === 'ingress' ? 'from' : 'to'} ${peerText(ends)}`,
  );
}

function peerOf({ pod, ip, policy }: Ends): NetworkPolicyPeer {
  if (!pod) return { ipBlock: { cidr: `${ip}/${ip.includes(':') ? 128 : 32}` } };
  const labels = Object.entries(pod.metadata.labels ?? {}).filter(([k]) => !made.has(k));
  return {
    ...(pod.metadata.namespace !== policy.metadata.namespace && {
      namespaceSelector: { matchLabels: { [nameLabel]: pod.metadata.namespace ?? '' } },
    }),
    podSelector: labels.length > 0 ? { matchLabels: Object.fromEntries(labels) } : {},
  };
}

const peerText = ({ pod, ip }: Ends): string => (pod ? `Pods like ${pod.metadata.namespace}/${pod.metadata.name}` : ip);
