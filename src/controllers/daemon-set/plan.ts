// What to make and what to delete, as data. Mirrors manage, podsShouldBeOnNode and rollingUpdate of pkg/controller/daemon (update.go).
import { isFinished } from '../../kinds/pod/facts.js';
import type { DaemonSet, Node, Pod } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import { resolve } from '../deployment/sizes.js';
import { isAvailable } from '../pods.js';
import { matchesNode } from '../scheduler/node-affinity.js';
import { untolerated } from '../scheduler/tolerations.js';
import { daemonTolerations } from './pod.js';

type DaemonPod = Pod & KubeObject;

/** A node and the Pods that are on it or meant for it. */
export interface Site extends Placement {
  readonly node: Node;
  readonly pods: readonly { readonly pod: DaemonPod; readonly updated: boolean }[];
}

export interface Plan {
  /** Nodes that get a Pod. */
  readonly create: readonly string[];
  readonly remove: readonly DaemonPod[];
  /** Those of `remove` that came to an end by themselves. */
  readonly failed: readonly DaemonPod[];
}

export function plan(ds: DaemonSet, sites: readonly Site[], strays: readonly DaemonPod[], now: number): Plan {
  const parts = sites.map((site) => atSite(ds, site));
  const own = {
    create: parts.flatMap((p) => p.create),
    remove: [...parts.flatMap((p) => p.remove), ...strays.filter(stays)],
    failed: parts.flatMap((p) => p.failed),
  };
  // What is out of order is put in order first; the rollout goes on when those changes are seen.
  if (ds.spec.updateStrategy?.type !== 'RollingUpdate' || own.create.length + own.remove.length > 0) return own;
  const { surge, unavailable } = limits(ds, sites);
  const available = (pod: DaemonPod): boolean => isAvailable(pod, ds.spec.minReadySeconds ?? 0, now);
  const rollout = surge > 0 ? surging(sites, surge, available) : replacing(sites, unavailable, available);
  return { ...rollout, failed: [] };
}

const stays = (pod: DaemonPod): boolean => !pod.metadata.deletionTimestamp;
const byAge = (a: DaemonPod, b: DaemonPod): number =>
  (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1;

function atSite(ds: DaemonSet, site: Site): Plan {
  const name = site.node.metadata.name;
  const there = site.pods.filter(({ pod }) => stays(pod));
  if (site.wanted && site.pods.length === 0) return { create: [name], remove: [], failed: [] };
  if (!site.tolerated) return { create: [], remove: there.map(({ pod }) => pod), failed: [] };
  const failed = there.filter(({ pod }) => isFinished(pod)).map(({ pod }) => pod);
  const running = there.filter(({ pod }) => !isFinished(pod));
  const surging = resolve(ds.spec.updateStrategy?.rollingUpdate?.maxSurge, 100, 'up') > 0;
  // While surging one old and one new Pod may share the node.
  const groups = surging ? [running.filter((p) => p.updated), running.filter((p) => !p.updated)] : [running];
  const doubled = groups.flatMap((g) =>
    g
      .map(({ pod }) => pod)
      .sort(byAge)
      .slice(1),
  );
  return { create: [], remove: [...failed, ...doubled], failed };
}

function limits(ds: DaemonSet, sites: readonly Site[]): { surge: number; unavailable: number } {
  const wanted = sites.filter((s) => s.wanted).length;
  const { maxSurge, maxUnavailable } = ds.spec.updateStrategy?.rollingUpdate ?? {};
  const surge = resolve(maxSurge, wanted, 'up');
  const unavailable = resolve(maxUnavailable, wanted, 'up');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** The Pods of the present and of an older template on a node. */
const pair = ({ pods }: Site): { old: DaemonPod | undefined; updated: DaemonPod | undefined } => ({
  old: pods.find((p) => stays(p.pod) && !p.updated)?.pod,
  updated: pods.find((p) => stays(p.pod) && p.updated)?.pod,
});

type Available = (pod: DaemonPod) => boolean;

/** Old Pods make room for new ones, as many at a time as may be missing. */
function replacing(sites: readonly Site[], limit: number, available: Available): Omit<Plan, 'failed'> {
  let missing = 0;
  const broken: DaemonPod[] = [];
  const working: DaemonPod[] = [];
  for (const site of sites.filter((s) => s.wanted)) {
    const { old, updated } = pair(site);
    if (Boolean(old) === Boolean(updated)) missing++;
    else if (updated) missing += available(updated) ? 0 : 1;
    else if (old && available(old)) working.push(old);
    else if (old) {
      broken.push(old);
      missing++;
    }
  }
  return { create: [], remove: [...broken, ...working.slice(0, Math.max(0, limit - missing))] };
}

/** New Pods come beside old ones, which go once the new ones are available. */
function surging(sites: readonly Site[], limit: number, available: Available): Omit<Plan, 'failed'> {
  let extra = 0;
  const remove: DaemonPod[] = [];
  const broken: string[] = [];
  const working: string[] = [];
  for (const site of sites.filter((s) => s.wanted)) {
    const { old, updated } = pair(site);
    if (!old) continue;
    if (!updated) (available(old) ? working : broken).push(site.node.metadata.name);
    else if (available(updated)) remove.push(old);
    else extra++;
  }
  return { create: [...broken, ...working.slice(0, Math.max(0, limit - extra))], remove };
}

// Which nodes a DaemonSet is for. Mirrors NodeShouldRunDaemonPod and predicates of pkg/controller/daemon/daemon_controller.go.

interface Placement {
  /** A Pod belongs there. */
  readonly wanted: boolean;
  /** A Pod that is there may stay. */
  readonly tolerated: boolean;
}

export function placement(ds: DaemonSet, node: Node): Placement {
  const spec = ds.spec.template.spec ?? { containers: [] };
  const pod = { metadata: { name: '' }, spec } as Pod;
  if ((spec.nodeName && spec.nodeName !== node.metadata.name) || !matchesNode(pod, node)) return { wanted: false, tolerated: false };
  const against = (effects: string[]): boolean => untolerated(node.spec?.taints, daemonTolerations(spec), effects).length > 0;
  return { wanted: !against(['NoSchedule', 'NoExecute']), tolerated: !against(['NoExecute']) };
}

/** The node that a Pod is on, or is meant for. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap((t) => t.matchFields ?? []).find((f) => f.key === 'metadata.name')?.values?.[0];
}
