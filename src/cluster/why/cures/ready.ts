// Cures for Pods that are chosen and not ready: their probes, their images, the node that does not take them.
import type { Container, Pod, Probe } from '../../../model/generated/api.js';
import type { Json } from '../../../model/object.js';
import { chosenBy, culpritPod, listensOn, type Scene } from '../scene.js';
import { restoreCorefile } from './dns.js';
import { type Draft, jsonPatch, label, type Operation, patch, type Search } from './draft.js';
import { type Maker, makerOf } from './workload.js';

export const ready: Search = function* (scene) {
  const pod = culpritPod(scene);
  const maker = pod && makerOf(scene.net.reader, pod);
  if (pod && maker) {
    yield* placed(scene, pod, maker);
    yield* pulled(scene, pod, maker);
    yield* probed(scene, pod, maker);
    if (pod.spec.volumes?.some((v) => v.configMap?.name === 'coredns')) yield* restoreCorefile(scene);
  }
  yield* asTheyAre(scene);
};

function* probed(scene: Scene, pod: Pod, maker: Maker): Iterable<Draft> {
  if (maker.bare) return;
  const ports = listensOn(scene.net, pod, 'TCP');
  for (const [i, c] of pod.spec.containers.entries())
    for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
      const probe = c[kind];
      if (!probe || isWell(pod, c, kind)) continue;
      const at = `${maker.at}/containers/${i}/${kind}`;
      const name = `spec.template.spec.containers[${i}].${kind}`;
      const say = (operations: readonly Operation[], what: string): Draft => jsonPatch(scene, maker.object, operations, what);
      for (const [field, value] of changes(probe, ports))
        yield say(
          [{ op: 'replace', path: `${at}/${field}`, value }],
          `${name}.${field.replaceAll('/', '.')} becomes ${JSON.stringify(value)}`,
        );
      yield say([{ op: 'remove', path: at }], `${name} is taken away`);
    }
}

const isWell = (pod: Pod, c: Container, kind: string): boolean => {
  const status = pod.status?.containerStatuses?.find((s) => s.name === c.name);
  return kind === 'readinessProbe'
    ? status?.ready === true
    : kind === 'startupProbe'
      ? status?.started === true
      : (status?.restartCount ?? 0) === 0;
};

function changes({ httpGet, tcpSocket }: Probe, ports: readonly number[]): [string, Json][] {
  const other = (port: number | string | undefined): number[] => ports.filter((n) => n !== port);
  if (httpGet)
    return [
      ...other(httpGet.port).map((n): [string, Json] => ['httpGet/port', n]),
      ...((httpGet.path ?? '/') === '/' ? [] : ([['httpGet/path', '/']] as [string, Json][])),
    ];
  return tcpSocket ? other(tcpSocket.port).map((n): [string, Json] => ['tcpSocket/port', n]) : [];
}

function* pulled(scene: Scene, pod: Pod, maker: Maker): Iterable<Draft> {
  for (const [i, c] of pod.spec.containers.entries()) {
    const { reason = '' } = pod.status?.containerStatuses?.find((s) => s.name === c.name)?.state?.waiting ?? {};
    if (!['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(reason)) continue;
    // A tag that the registry has not: the newest is there.
    const image = (c.image ?? '').replace(/(:[^/:]*)?(@.*)?$/, '');
    const { object, at } = maker;
    const draft = jsonPatch(
      scene,
      object,
      [{ op: 'replace', path: `${at}/containers/${i}/image`, value: image }],
      `the image of container "${c.name}" becomes ${image}`,
    );
    const namespace = object.metadata.namespace === scene.namespace ? '' : ` -n ${object.metadata.namespace}`;
    yield {
      ...draft,
      command: `kubectl set image ${object.kind.toLowerCase()}/${object.metadata.name}${namespace} ${c.name}=${image}`,
      patience: 400,
    };
  }
}

/** A node that would take it with a label, or that is cordoned; a template that asks for less. */
function* placed(scene: Scene, pod: Pod, maker: Maker): Iterable<Draft> {
  if (pod.spec.nodeName) return;
  const { reader } = scene.net;
  for (const node of reader.list('Node'))
    if (node.spec?.unschedulable)
      yield {
        ...patch(scene, node, { spec: { unschedulable: null } }, 'it is uncordoned'),
        command: `kubectl uncordon ${node.metadata.name}`,
      };
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  for (const node of reader.list('Node')) {
    const missing = wanted.filter(([k, v]) => node.metadata.labels?.[k] !== v);
    if (missing.length > 0) yield label(scene, node, Object.fromEntries(missing));
  }
  if (maker.bare) return;
  if (wanted.length > 0)
    yield jsonPatch(
      scene,
      maker.object,
      [{ op: 'remove', path: `${maker.at}/nodeSelector` }],
      'spec.template.spec.nodeSelector is taken away',
    );
  for (const [i, c] of pod.spec.containers.entries())
    if (c.resources?.requests)
      yield jsonPatch(
        scene,
        maker.object,
        [{ op: 'remove', path: `${maker.at}/containers/${i}/resources` }],
        `spec.template.spec.containers[${i}].resources is taken away`,
      );
}

/** Pods that listen and are not ready can be sent to as they are. */
function* asTheyAre(scene: Scene): Iterable<Draft> {
  const { service, net } = scene;
  if (!service?.spec.selector || service.spec.publishNotReadyAddresses) return;
  if (chosenBy(net, service).some((p) => listensOn(net, p, scene.port?.protocol ?? 'TCP').length > 0))
    yield patch(
      scene,
      service,
      { spec: { publishNotReadyAddresses: true } },
      'spec.publishNotReadyAddresses becomes true: Pods are sent to, ready or not',
    );
}
