// Says in taints what is wrong with a Node, so that new Pods go elsewhere. Mirrors doNoScheduleTaintingPass of pkg/controller/nodelifecycle.
// Not here: NoExecute taints and the eviction that follows them.
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import type { Node, Taint } from '../model/generated/api.js';
import { timestamp } from '../model/world.js';

const prefix = 'node.kubernetes.io/';
const effect = 'NoSchedule';

/** Condition and status -> the taint's key. */
const byCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: `${prefix}not-ready`, Unknown: `${prefix}unreachable` },
  MemoryPressure: { True: `${prefix}memory-pressure` },
  DiskPressure: { True: `${prefix}disk-pressure` },
  NetworkUnavailable: { True: `${prefix}network-unavailable` },
  PIDPressure: { True: `${prefix}pid-pressure` },
};
const cordoned = `${prefix}unschedulable`;
const ours = new Set([cordoned, ...Object.values(byCondition).flatMap((keys) => Object.values(keys))]);

export const nodeLifecycle: Controller = {
  name: 'node-lifecycle',
  watches: {
    Node: ({ type, object, old }) => {
      if (type === 'DELETED') return [];
      const changed = !same(object.spec, old?.spec) || !same(object.status?.conditions, old?.status?.conditions);
      return changed ? [object.metadata.name] : [];
    },
  },

  reconcile(name, writer) {
    const node = writer.get('Node', '', name);
    if (!node) return;
    const taints = node.spec?.taints ?? [];
    const wanted = faults(node);
    const kept = taints.filter((t) => !isOurs(t) || wanted.includes(t.key));
    const missing = wanted.filter((key) => !kept.some((t) => t.key === key && t.effect === effect));
    if (kept.length === taints.length && missing.length === 0) return;
    const timeAdded = timestamp(writer.world.now());
    const next = [...kept, ...missing.map((key): Taint => ({ key, effect, timeAdded }))];
    const { taints: _, ...spec } = node.spec ?? {};
    writer.update({ ...node, spec: { ...spec, ...(next.length > 0 && { taints: next }) } });
  },
};

const isOurs = (taint: Taint): boolean => taint.effect === effect && ours.has(taint.key);

function faults(node: Node): string[] {
  const keys = (node.status?.conditions ?? []).flatMap((c) => byCondition[c.type]?.[c.status] ?? []);
  return node.spec?.unschedulable ? [...keys, cordoned] : keys;
}
