// What a client may not choose of a Pod: its first status, and selectors completed from its labels.
// Mirrors pkg/registry/core/pod/strategy.go of Kubernetes.
import type { LabelSelector, LabelSelectorRequirement, Pod } from '../../model/generated/api.js';
import type { WriteContext } from '../../model/store.js';
import { timestamp } from '../../model/world.js';
import { adoptAppArmor } from './app-armor.js';
import { qosClass } from './qos.js';

export function preparePodCreate(pod: Pod, ctx: WriteContext): void {
  pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
  if (pod.spec.schedulingGates?.length) {
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null as unknown as string,
        lastTransitionTime: timestamp(ctx.world.now()),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  completeSelectors(pod);
  adoptAppArmor(pod, (text) => ctx.warn(text));
}

interface Term {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

/** `matchLabelKeys` become requirements on the values that this Pod has. */
function completeSelectors(pod: Pod): void {
  const labels = pod.metadata.labels ?? {};
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const terms: Term[] = [podAffinity, podAntiAffinity].flatMap((a) => [
    ...(a?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(a?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => w.podAffinityTerm),
  ]);
  for (const term of [...terms, ...(pod.spec.topologySpreadConstraints ?? [])] as Term[]) {
    if (!term.labelSelector) continue;
    const added = [...requirements(term.matchLabelKeys, 'In', labels), ...requirements(term.mismatchLabelKeys, 'NotIn', labels)];
    if (added.length > 0) term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), ...added];
  }
}

const requirements = (keys: readonly string[] | undefined, operator: string, labels: Record<string, string>): LabelSelectorRequirement[] =>
  (keys ?? []).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
