// Which Pods of a node drain may evict, which it leaves, and which forbid it. Mirrors k8s.io/kubectl/pkg/drain/filters.go.
import type { Pod } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { FlagValues } from '../../../model/verb.js';

export type DrainPod = Pod & KubeObject;

export interface Verdict {
  readonly evict: boolean;
  readonly warning?: string;
  readonly error?: string;
}

const okay: Verdict = { evict: true };

/** The last filter that has something to say is heard. `daemonSetExists` asks the server. */
export function judge(pod: DrainPod, flags: FlagValues, daemonSetExists: (pod: DrainPod, name: string) => boolean): Verdict {
  let verdict = okay;
  for (const filter of [daemonSets, mirrors, localStorage, unmanaged]) {
    const next = filter(pod, flags, daemonSetExists);
    if (next.evict && !next.warning && !next.error) continue;
    verdict = next;
    if (!next.evict) break;
  }
  return verdict;
}

const controllerOf = (pod: DrainPod): { kind: string; name: string } | undefined => pod.metadata.ownerReferences?.find((o) => o.controller);
const finished = (pod: DrainPod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

function daemonSets(pod: DrainPod, flags: FlagValues, exists: (pod: DrainPod, name: string) => boolean): Verdict {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || finished(pod)) return okay;
  if (!exists(pod, owner.name)) {
    const text = `daemonsets.apps "${owner.name}" not found`;
    return flags.bool('force') ? { evict: true, warning: text } : { evict: false, error: text };
  }
  return flags.bool('ignore-daemonsets')
    ? { evict: false, warning: 'ignoring DaemonSet-managed Pods' }
    : { evict: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
}

/** Static Pods of the kubelet: only their mirror could be deleted. */
const mirrors = (pod: DrainPod): Verdict =>
  pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined ? okay : { evict: false };

function localStorage(pod: DrainPod, flags: FlagValues): Verdict {
  if (!pod.spec?.volumes?.some((v) => v.emptyDir) || finished(pod)) return okay;
  return flags.bool('delete-emptydir-data')
    ? { evict: true, warning: 'deleting Pods with local storage' }
    : { evict: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
}

function unmanaged(pod: DrainPod, flags: FlagValues): Verdict {
  if (finished(pod) || controllerOf(pod)) return okay;
  return flags.bool('force')
    ? { evict: true, warning: 'deleting Pods that declare no controller' }
    : { evict: false, error: 'cannot delete Pods that declare no controller (use --force to override)' };
}
