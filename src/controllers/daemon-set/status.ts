// The numbers of a DaemonSet's status. Mirrors updateDaemonSetStatus of pkg/controller/daemon/daemon_controller.go.
import type { DaemonSet, DaemonSetStatus } from '../../model/generated/api.js';
import { isAvailable, isReady } from '../pods.js';
import type { Site } from './plan.js';

export function statusOf(ds: DaemonSet, sites: readonly Site[], now: number): DaemonSetStatus {
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
