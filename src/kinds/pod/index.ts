// Pod: one or more containers on one node, with one address. Mirrors pkg/registry/core/pod/strategy.go of Kubernetes.
import type { Pod } from '../../model/generated/api.js';
import { allVerbs, type Kind } from '../../model/kind.js';
import type { Claim } from '../../model/store.js';
import { admitPod, forbidPod } from './admission.js';
import { columns } from './columns.js';
import { defaultPod } from './defaults.js';
import { describePod } from './describe.js';
import { isFinished, ownerOfIP, podIPPool } from './facts.js';
import { names } from './names.js';
import { preparePodCreate } from './prepare.js';
import { validatePodCreate } from './validate/index.js';
import { takeResize, validateResize } from './validate/resize.js';
import { preparePodStatus, validatePodStatus } from './validate/status.js';
import { validatePodUpdate } from './validate/update.js';
import { podWarnings } from './warnings.js';

export const pod: Kind<Pod> = {
  names,
  verbs: allVerbs,
  subresources: ['status', 'attach', 'binding', 'ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'proxy', 'resize'],
  schema: 'Pod',
  hasGeneration: true,
  content,
  claims,
  defaults: defaultPod,
  admit: admitPod,
  forbid: forbidPod,
  prepareCreate: preparePodCreate,
  validateCreate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  prepareStatusUpdate: preparePodStatus,
  validateStatusUpdate: validatePodStatus,
  parts: { resize: { take: takeResize, validate: validateResize } },
  warnings: podWarnings,
  gracePeriod,
  fields,
  columns,
  describe: describePod,
};

/** A Pod that no node runs goes at once. */
function gracePeriod(pod: Pod, requested: number | undefined): number {
  if (!pod.spec.nodeName || isFinished(pod)) return 0;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

function fields({ spec, status }: Pod): Record<string, string> {
  return {
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': spec.schedulerName ?? '',
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': status?.nominatedNodeName ?? '',
  };
}

/** Binding to a node is no change of what is wished. */
function content({ spec }: Pod): unknown {
  const { nodeName, ...rest } = spec;
  return rest;
}

/** A Pod holds its addresses until it has ended. */
function claims(pod: Pod): Claim[] {
  if (pod.spec.hostNetwork || isFinished(pod)) return [];
  return (pod.status?.podIPs ?? []).map(({ ip }) => ({ pool: podIPPool, value: ip, owner: ownerOfIP(pod) }));
}
