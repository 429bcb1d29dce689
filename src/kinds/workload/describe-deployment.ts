// `kubectl describe deployment`. Mirrors DeploymentDescriber of k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { Deployment, ReplicaSet } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { orNone, rfc1123z, writeAnnotations, writeLabels } from '../describe/lines.js';
import { writePodTemplate } from '../describe/pod-template.js';
import { formatSelector } from '../labels.js';
import { writeConditions } from './describe-pieces.js';
import { ownReplicaSets } from './replica-sets.js';

export function describeDeployment(d: Deployment, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  const { spec, status = {} } = d;
  w.line(0, 'Name:', d.metadata.name);
  w.line(0, 'Namespace:', d.metadata.namespace ?? '');
  w.line(0, 'CreationTimestamp:', rfc1123z(d.metadata.creationTimestamp));
  writeLabels(w, 'Labels', d.metadata.labels);
  writeAnnotations(w, 'Annotations', d.metadata.annotations);
  w.line(0, 'Selector:', formatSelector(spec.selector));
  const numbers = [
    `${spec.replicas ?? 0} desired`,
    `${status.updatedReplicas ?? 0} updated`,
    `${status.replicas ?? 0} total`,
    `${status.availableReplicas ?? 0} available`,
    `${status.unavailableReplicas ?? 0} unavailable`,
  ];
  w.line(0, 'Replicas:', numbers.join(' | '));
  w.line(0, 'StrategyType:', spec.strategy?.type ?? '');
  w.line(0, 'MinReadySeconds:', spec.minReadySeconds ?? 0);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) w.line(0, 'RollingUpdateStrategy:', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  writePodTemplate(w, spec.template);
  writeConditions(w, status.conditions ?? []);
  const { olds, newest } = ownReplicaSets(d, ctx.api);
  w.line(0, 'OldReplicaSets:', list(olds));
  w.line(0, 'NewReplicaSet:', list(newest ? [newest] : []));
  writeEvents(w, eventsOf(d, ctx), ctx.now);
  return w.toString();
}

const list = (sets: readonly ReplicaSet[]): string =>
  orNone(sets.map((rs) => `${rs.metadata.name} (${rs.status?.replicas ?? 0}/${rs.spec.replicas ?? 0} replicas created)`).join(', '));
