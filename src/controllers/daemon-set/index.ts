// One Pod on every node that a DaemonSet is for. Mirrors pkg/controller/daemon.
import { isReady } from '../../kinds/pod/facts.js';
import { same } from '../../lib/same.js';
import type { Change } from '../../model/change.js';
import type { Controller } from '../../model/controller.js';
import type { DaemonSet, DaemonSetStatus, Pod } from '../../model/generated/api.js';
import { keyOf, type KubeObject, splitKey } from '../../model/object.js';
import { fromLabelSelector } from '../../model/selector.js';
import type { Reader, Writer } from '../../model/store.js';
import { forgetFailures, retryLater } from '../backoff.js';
import { claim, controllerKey, wakesOwner } from '../ownership.js';
import { awaitAvailability, createPod, deletePod, isAvailable } from '../pods.js';
import { currentRevision, pruneRevisions } from './history.js';
import { placement, plan, type Plan, type Site, targetNode } from './plan.js';
import { daemonPod, hashLabel } from './pod.js';

const source = { component: 'daemonset-controller' };

type Owner = DaemonSet & KubeObject;

export const daemonSet: Controller = {
  name: 'daemon-set',
  program: 'kube-controller-manager',
  watches: {
    'DaemonSet.apps': ({ object }) => [keyOf(object)],
    'ControllerRevision.apps': ({ object }) => controllerKey(object, 'DaemonSet'),
    Node: wokenByNode,
    Pod: wakesOwner('DaemonSet.apps'),
  },

  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const ds = writer.get('DaemonSet.apps', namespace, name);
    if (!ds) return forgetFailures(writer, `daemon-set/${key}`);
    if (ds.metadata.deletionTimestamp) return;
    const pods = claim(writer, ds, 'Pod', fromLabelSelector(ds.spec.selector));
    const revision = currentRevision(writer, ds);
    const sites = sitesOf(writer, ds, pods, revision.hash);
    const known = new Set(sites.map((s) => s.node.metadata.name));
    const strays = pods.filter((p) => !known.has(targetNode(p) ?? ''));
    carryOut(writer, ds, plan(ds, sites, strays, writer.world.now()), revision.hash, key);
    pruneRevisions(writer, ds, revision, pods);
    const status = statusOf(ds, sites, writer.world.now());
    if (!same(status, ds.status)) writer.updateStatus({ ...ds, status });
    awaitAvailability(writer, pods, ds.spec.minReadySeconds ?? 0, key);
  },
};

/** A node that came, went or changed its nature concerns every DaemonSet. */
function wokenByNode({ type, object, old }: Change, reader: Reader): string[] {
  const changed = type !== 'MODIFIED' || !old || !same(old.metadata.labels, object.metadata.labels) || !same(old.spec, object.spec);
  return changed ? reader.list('DaemonSet.apps').map(keyOf) : [];
}

function sitesOf(writer: Writer, ds: Owner, pods: readonly (Pod & KubeObject)[], hash: string): Site[] {
  const byNode = groupByNode(pods);
  return writer.list('Node').map((node) => ({
    node,
    ...placement(ds, node),
    pods: (byNode.get(node.metadata.name) ?? []).map((pod) => ({
      pod,
      updated: pod.metadata.labels?.[hashLabel] === hash,
    })),
  }));
}

function groupByNode(pods: readonly (Pod & KubeObject)[]): Map<string | undefined, (Pod & KubeObject)[]> {
  const groups = new Map<string | undefined, (Pod & KubeObject)[]>();
  for (const pod of pods) groups.set(targetNode(pod), [...(groups.get(targetNode(pod)) ?? []), pod]);
  return groups;
}

function carryOut(writer: Writer, ds: Owner, { create, remove, failed }: Plan, hash: string, key: string): void {
  for (const pod of failed) {
    const { namespace, name } = pod.metadata;
    const [reason, word] = pod.status.phase === 'Failed' ? ['FailedDaemonPod', 'failed'] : ['SucceededDaemonPod', 'succeeded'];
    const action = word === 'failed' ? 'kill' : 'delete';
    const message = `Found ${word} daemon pod ${namespace}/${name} on node ${pod.spec.nodeName}, will try to ${action} it`;
    writer.event(ds, word === 'failed' ? 'Warning' : 'Normal', reason as string, message, source);
  }
  let refused = false;
  for (const node of create) {
    if (refused) break;
    refused = typeof createPod(writer, daemonPod(ds, node, hash), ds, source) === 'object';
  }
  if (refused) retryLater(writer, `daemon-set/${key}`, key);
  else forgetFailures(writer, `daemon-set/${key}`);
  for (const pod of remove) deletePod(writer, pod, ds, source);
}

/** The numbers of a DaemonSet's status. Mirrors updateDaemonSetStatus of pkg/controller/daemon/daemon_controller.go. */
function statusOf(ds: DaemonSet, sites: readonly Site[], now: number): DaemonSetStatus {
  const wanted = sites.filter((s) => s.wanted);
  // Of several Pods on one node the oldest counts.
  const oldest = wanted
    .filter((s) => s.pods.length > 0)
    .map(
      (s) => [...s.pods].sort((a, b) => ((a.pod.metadata.creationTimestamp ?? '') < (b.pod.metadata.creationTimestamp ?? '') ? -1 : 1))[0]!,
    );
  const ready = oldest.filter(({ pod }) => isReady(pod));
  const available = ready.filter(({ pod }) => isAvailable(pod, ds.spec.minReadySeconds ?? 0, now)).length;
  const updated = oldest.filter((p) => p.updated).length;
  const unavailable = wanted.length - available;
  const { collisionCount, conditions } = ds.status ?? {};
  return {
    currentNumberScheduled: oldest.length,
    numberMisscheduled: sites.filter((s) => !s.wanted && s.pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready.length,
    ...(ds.metadata.generation && { observedGeneration: ds.metadata.generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}
