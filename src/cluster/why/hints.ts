// "Did you mean": where the sender may have wanted to go. A change of the request, which no change of an object can make.
import { bracketed, joinHostPort } from '../../lib/ip.js';
import { distance } from '../../lib/levenshtein.js';
import type { Service } from '../../model/generated/api.js';
import { nodeIP } from '../../network/net.js';
import { addresses } from '../../network/addresses.js';
import { listensOn, type Scene, serviceNamed } from './scene.js';

export function hintsOf(scene: Scene): string[] {
  const { culprit, failure } = scene;
  if (failure.trace.question && (culprit?.cause === undefined || culprit.cause === 'dns-name')) return likeNames(scene);
  switch (culprit?.cause) {
    case 'dns-unreachable':
      return [nameserver(scene)];
    case 'port-not-declared':
      return declared(scene);
    case 'nothing-listens':
      return scene.service?.spec.clusterIP === 'None' || !scene.service ? listening(scene) : [];
    case 'cluster-ip-from-outside':
      return fromOutside(scene);
    case 'node-down':
      return [`kubelab node start ${culprit.object?.split(' ')[1]}`];
    case 'not-programmed':
      return culprit.field === 'metadata.name'
        ? ['make the DaemonSet kube-system/kube-proxy anew: nothing that exists can be changed to write the rules']
        : [];
    default:
      return [];
  }
}

function nameserver({ net }: Scene): string {
  const ip = net.reader.get('Service', 'kube-system', 'kube-dns')?.spec.clusterIP;
  return ip ? `the cluster's nameserver is ${ip}` : "Service kube-system/kube-dns, the address of the cluster's nameserver, does not exist";
}

const didYouMean = (text: string): string => `did you mean ${text}?`;

function urlOf(scene: Scene, host: string, port: number | undefined): string {
  return port === undefined ? host : `http://${port === 80 ? bracketed(host) : joinHostPort(host, port)}`;
}

/** The name that a Service has for this sender. */
const nameFor = ({ goal }: Scene, { metadata }: Service): string =>
  metadata.namespace === (goal.sender.namespace ?? 'default') ? metadata.name : `${metadata.name}.${metadata.namespace}`;

function likeNames(scene: Scene): string[] {
  const { net, goal } = scene;
  if (goal.sender.kind === 'outside' || goal.sender.kind === 'node')
    return ["the cluster's names exist inside its Pods only: use an address"];
  const service = serviceNamed(net, goal);
  if (service?.spec.clusterIP === 'None' || service?.spec.type === 'ExternalName') return [];
  const [name = '', namespace = ''] = goal.host.split('.');
  const near = net.reader
    .list('Service')
    .map((s) => ({
      s,
      far: distance(s.metadata.name, name) + (namespace && s.metadata.namespace ? distance(s.metadata.namespace, namespace) : 0),
    }))
    .filter(
      ({ s, far }) =>
        s.metadata.name === name || far <= Math.max(1, Math.floor(name.length / 3)) || letters(s.metadata.name) === letters(name),
    )
    .sort((a, b) => a.far - b.far);
  return near
    .filter(({ s }) => nameFor(scene, s) !== goal.host)
    .slice(0, 3)
    .map(({ s }) => didYouMean(urlOf(scene, nameFor(scene, s), goal.port)));
}

/** Transposed letters are one slip. */
const letters = (word: string): string => [...word].sort().join('');

const declared = (scene: Scene): string[] =>
  (scene.service?.spec.ports ?? [])
    .filter((p) => (p.protocol ?? 'TCP') === scene.goal.protocol)
    .slice(0, 3)
    .map((p) => didYouMean(urlOf(scene, scene.goal.host, p.port)));

/** Straight to a Pod or node: what listens there. */
function listening(scene: Scene): string[] {
  const { net, goal, failure } = scene;
  const { towards, packet } = failure.trace;
  const pod = addresses(net.reader).podAt(towards?.ip ?? packet.to);
  if (pod) return listensOn(net, pod, packet.protocol).map((port) => didYouMean(urlOf(scene, goal.host, port)));
  const ports = net.reader.list('Service').flatMap((s) => (s.spec.ports ?? []).flatMap((p) => (p.nodePort ? [p.nodePort] : [])));
  return ports
    .filter((port) => port !== packet.port)
    .slice(0, 3)
    .map((port) => didYouMean(urlOf(scene, goal.host, port)));
}

function fromOutside(scene: Scene): string[] {
  const { service, net } = scene;
  if (!service) return [];
  const node = net.reader.list('Node').find((n) => nodeIP(n) !== '');
  const ports = (service.spec.ports ?? []).flatMap((p) => (p.nodePort ? [p.nodePort] : []));
  if (ports.length > 0 && node) return ports.map((port) => didYouMean(urlOf(scene, nodeIP(node), port)));
  return [
    `a ClusterIP is for the inside; with spec.type NodePort it is reached on every node: kubectl patch service ${service.metadata.name}${service.metadata.namespace === scene.namespace ? '' : ` -n ${service.metadata.namespace}`} -p '{"spec":{"type":"NodePort"}}'`,
  ];
}
