// Cures for ports: a targetPort that nobody listens on or that no Pod names, a port or protocol that the Service does not declare.
import { distance } from '../../../lib/levenshtein.js';
import type { Pod, Service, ServicePort } from '../../../model/generated/api.js';
import type { Json } from '../../../model/object.js';
import { behind, chosenBy, listensOn, type Scene } from '../scene.js';
import { type Draft, jsonPatch, patch, type Search } from './draft.js';
import { numberIn } from './selector.js';

/** One field of one port, by its index: by the port's number where that means one port only. */
function change(scene: Scene, service: Service, index: number, field: keyof ServicePort & string, value: Json): Draft {
  const ports = service.spec.ports ?? [];
  const port = ports[index] as ServicePort;
  const what = `spec.ports[${index}].${field} becomes ${JSON.stringify(value)}`;
  const isPlain = field !== 'port' && field !== 'protocol' && ports.filter((p) => p.port === port.port).length === 1;
  return isPlain
    ? patch(scene, service, { spec: { ports: [{ port: port.port, [field]: value }] } }, what)
    : jsonPatch(
        scene,
        service,
        [{ op: port[field] === undefined ? 'add' : 'replace', path: `/spec/ports/${index}/${field}`, value }],
        what,
      );
}

/** A name of the Pods' own, or a number that they listen on: the one nearest to what is written first. */
export const retarget: Search = (scene) => {
  const { service, port, net } = scene;
  if (!service || !port) return [];
  const index = (service.spec.ports ?? []).indexOf(port);
  const protocol = port.protocol ?? 'TCP';
  const pods = [...new Set([...behind(net, service), ...chosenBy(net, service)])];
  const isHeard = (target: string | number) => (p: Pod) => listensOn(net, p, protocol).includes(numberIn(p, target, protocol));
  const old = port.targetPort ?? port.port;
  const byName = [
    ...new Set(
      pods
        .flatMap((p) => p.spec.containers)
        .flatMap((c) => c.ports ?? [])
        .flatMap((p) => (p.name ? [p.name] : [])),
    ),
  ]
    .filter((name) => name !== old && pods.some(isHeard(name)))
    .sort((a, b) => distance(a, String(old)) - distance(b, String(old)));
  const byNumber = [...new Set(pods.flatMap((p) => listensOn(net, p, protocol)))]
    .filter((n) => n !== old)
    .sort((a, b) => likeness(a, port) - likeness(b, port));
  const targets: (string | number)[] = typeof old === 'string' ? [...byName, ...byNumber] : [...byNumber, ...byName];
  return targets.map((t) => change(scene, service, index, 'targetPort', t));
};

/** The Service's own number first, then what looks like what is written. */
const likeness = (n: number, port: ServicePort): number =>
  n === port.port ? 0 : 1 + Math.min(distance(String(n), String(port.targetPort ?? port.port)), distance(String(n), String(port.port)));

/** The Service's only port gets the number that was asked for; else one more port does. */
export const declare: Search = (scene) => {
  const { service, goal } = scene;
  const { port: wanted } = scene.failure.trace.packet;
  const ports = service?.spec.ports ?? [];
  if (!service || wanted === 0 || goal.protocol === 'ICMP') return [];
  const same = ports.map((p, i): [ServicePort, number] => [p, i]).filter(([p]) => (p.protocol ?? 'TCP') === goal.protocol);
  const drafts = same.map(([, i]) => change(scene, service, i, 'port', wanted));
  if (ports.every((p) => p.name)) {
    const target = same.map(([p]) => p.targetPort ?? p.port);
    const added = target.map((targetPort) => ({ name: `port-${wanted}`, port: wanted, protocol: goal.protocol, targetPort }));
    const more = added.map((value) =>
      jsonPatch(scene, service, [{ op: 'add', path: '/spec/ports/-', value }], `spec.ports gets one more, ${wanted}/${goal.protocol}`),
    );
    return ports.length === 1 ? [...drafts, ...more] : [...more, ...drafts];
  }
  return drafts;
};

export const protocol: Search = (scene) => {
  const { service, port, goal } = scene;
  if (!service || !port || goal.protocol === 'ICMP') return [];
  const index = (service.spec.ports ?? []).indexOf(port);
  const drafts = [change(scene, service, index, 'protocol', goal.protocol)];
  const { nodePort: _nodePort, ...rest } = port;
  const value = { ...rest, protocol: goal.protocol, name: `${port.name ?? port.port}-${goal.protocol.toLowerCase()}` };
  const added = jsonPatch(
    scene,
    service,
    [{ op: 'add', path: '/spec/ports/-', value: value as unknown as Json }],
    `spec.ports gets one more, ${port.port}/${goal.protocol}`,
  );
  return port.name ? [added, ...drafts] : drafts;
};

/** A node was asked for a port that no Service has there. */
export const nodePort: Search = (scene) => {
  const { net, failure } = scene;
  const { port: wanted, protocol: asked } = failure.trace.packet;
  if (!failure.culprit?.object?.startsWith('Node ')) return [];
  return net.reader
    .list('Service')
    .flatMap((service) => (service.spec.ports ?? []).map((p, i) => ({ service, p, i })))
    .filter(({ p }) => p.nodePort && (p.protocol ?? 'TCP') === asked)
    .sort((a, b) => distance(String(a.p.nodePort), String(wanted)) - distance(String(b.p.nodePort), String(wanted)))
    .map(({ service, i }) => change(scene, service, i, 'nodePort', wanted));
};
