// Cures for selectors: one that chooses no Pod, none at all, or one that chooses too many.
import { findPort } from '../../../controllers/service-endpoints/endpoint.js';
import { distance } from '../../../lib/levenshtein.js';
import type { Pod, Service } from '../../../model/generated/api.js';
import { hasNetwork } from '../../../network/net.js';
import { behind, listensOn, type Scene } from '../scene.js';
import { type Draft, label, type Labels, type Search, select } from './draft.js';
import { byMaker, makerOf } from './workload.js';

/** Labels that a controller writes, and that change with the template. */
export const made = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

function common(pods: readonly Pod[]): Labels {
  const [first, ...rest] = pods.map((p) => p.metadata.labels ?? {});
  return Object.fromEntries(Object.entries(first ?? {}).filter(([k, v]) => !made.has(k) && rest.every((l) => l[k] === v)));
}

interface Scored {
  readonly cost: number;
  readonly draft: Draft;
}

/** The selector made to fit the Pods of one maker, or a bare Pod made to fit the selector: the fewest labels first, then the likest. */
export const reselect: Search = (scene) => {
  const { service, net } = scene;
  if (!service) return [];
  const pods = net.reader
    .list('Pod', { namespace: service.metadata.namespace ?? '' })
    .filter((p) => hasNetwork(p) && !p.metadata.deletionTimestamp);
  const groups = [...byMaker(net.reader, pods).values()];
  return groups
    .flatMap((group) => [...fitSelector(scene, service, group), ...fitPod(scene, service, group)])
    .sort((a, b) => a.cost - b.cost)
    .map((s) => s.draft);
};

function fitSelector(scene: Scene, service: Service, group: readonly Pod[]): Scored[] {
  const labels = common(group);
  const old = service.spec.selector ?? {};
  const kept = Object.keys(old).filter((k) => labels[k] !== undefined);
  const keys = kept.length > 0 ? kept : telling(labels);
  if (keys.length === 0) return [];
  const selector = Object.fromEntries(keys.map((k) => [k, labels[k] as string]));
  const changed = Object.keys({ ...old, ...selector }).filter((k) => old[k] !== selector[k]).length;
  return [{ cost: changed - kinship(scene, service, group, selector), draft: select(scene, service, selector) }];
}

/** How much the Pods look like the ones that were meant: by the name of what made them, by what the selector says, by whether they listen. */
function kinship(scene: Scene, service: Service, group: readonly Pod[], selector: Labels): number {
  const [pod] = group;
  const maker = pod && makerOf(scene.net.reader, pod)?.object.metadata.name;
  const wanted = Object.values(service.spec.selector ?? {}).join(' ') || service.metadata.name;
  const far = distance(wanted, Object.values(selector).join(' '));
  const listens = group.some((p) => listensOn(scene.net, p, scene.port?.protocol ?? 'TCP').length > 0);
  return (maker === service.metadata.name ? 2 : 0) + (far <= Math.max(1, wanted.length / 3) ? 1 : 0) + (listens ? 0.5 : 0) - far / 1000;
}

/** The label that says what a Pod is. */
function telling(labels: Labels): string[] {
  const known = ['app', 'app.kubernetes.io/name', 'k8s-app', 'run', 'name'].find((k) => labels[k] !== undefined);
  return known ? [known] : Object.keys(labels).slice(0, 1);
}

function fitPod(scene: Scene, service: Service, group: readonly Pod[]): Scored[] {
  const [pod] = group;
  const wanted = Object.entries(service.spec.selector ?? {});
  if (!pod || group.length > 1 || wanted.length === 0 || !makerOf(scene.net.reader, pod)?.bare) return [];
  const missing = wanted.filter(([k, v]) => pod.metadata.labels?.[k] !== v);
  const cost = missing.length + 0.4 - kinship(scene, service, group, pod.metadata.labels ?? {});
  return [{ cost, draft: label(scene, pod, Object.fromEntries(missing)) }];
}

/** Some endpoints take the packet and some do not: a label that only the good ones have, or one Pod less. */
export const narrow: Search = (scene) => {
  const { service, port, net } = scene;
  if (!service || !port) return [];
  const protocol = port.protocol ?? 'TCP';
  const all = behind(net, service);
  const numbers = new Map(all.map((p): [Pod, number] => [p, numberIn(p, port.targetPort ?? port.port, protocol)]));
  const good = all.filter((p) => listensOn(net, p, protocol).includes(numbers.get(p) as number));
  const bad = all.filter((p) => !good.includes(p));
  if (good.length === 0 || bad.length === 0) return [];
  const drafts = Object.entries(common(good))
    .filter(([k, v]) => service.spec.selector?.[k] !== v && bad.every((p) => p.metadata.labels?.[k] !== v))
    .map(([k, v]) => select(scene, service, { ...service.spec.selector, [k]: v }));
  const [only] = bad;
  const [key] = Object.keys(service.spec.selector ?? {});
  if (bad.length === 1 && only && key && makerOf(net.reader, only)?.bare) drafts.push(label(scene, only, { [key]: null }));
  return drafts;
};

/** What a targetPort is in a Pod; 0 when it has no port of that name. */
export const numberIn = (pod: Pod, targetPort: string | number, protocol: string): number =>
  findPort(pod, { port: 0, targetPort, protocol }) ?? 0;
