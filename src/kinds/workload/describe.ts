// `kubectl describe` of Deployments, ReplicaSets and DaemonSets. Mirrors their describers in k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { DaemonSet, Deployment, LabelSelector, ObjectMeta, Pod, ReplicaSet } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import type { Api } from '../../model/request.js';
import { formatLabels } from '../../model/selector.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { controlledBy, orNone, rfc1123z, writeAnnotations, writeLabels } from '../describe/lines.js';
import { writePodTemplate } from '../describe/pod-template.js';
import { formatSelector } from '../labels.js';
import { owned, ownReplicaSets } from './replica-sets.js';

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

export function describeReplicaSet(rs: ReplicaSet, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', rs.metadata.name);
  w.line(0, 'Namespace:', rs.metadata.namespace ?? '');
  w.line(0, 'Selector:', formatSelector(rs.spec.selector));
  writeLabels(w, 'Labels', rs.metadata.labels);
  writeAnnotations(w, 'Annotations', rs.metadata.annotations);
  const owner = controlledBy(rs.metadata);
  if (owner) w.line(0, 'Controlled By:', owner);
  w.line(0, 'Replicas:', `${rs.status?.replicas ?? 0} current / ${rs.spec.replicas ?? 0} desired`);
  w.line(0, 'Pods Status:', podsStatus(rs, rs.spec.selector, ctx.api));
  writePodTemplate(w, rs.spec.template);
  writeConditions(w, rs.status?.conditions ?? []);
  writeEvents(w, eventsOf(rs, ctx), ctx.now);
  return w.toString();
}

export function describeDaemonSet(ds: DaemonSet, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', ds.metadata.name);
  w.line(0, 'Namespace:', ds.metadata.namespace ?? '');
  w.line(0, 'Selector:', formatSelector(ds.spec.selector));
  w.line(0, 'Node-Selector:', formatLabels(ds.spec.template.spec?.nodeSelector));
  writeLabels(w, 'Labels', ds.metadata.labels);
  writeAnnotations(w, 'Annotations', ds.metadata.annotations);
  const s = ds.status ?? {};
  w.write(0, `Desired Number of Nodes Scheduled: ${s.desiredNumberScheduled ?? 0}\n`);
  w.write(0, `Current Number of Nodes Scheduled: ${s.currentNumberScheduled ?? 0}\n`);
  w.write(0, `Number of Nodes Scheduled with Up-to-date Pods: ${s.updatedNumberScheduled ?? 0}\n`);
  w.write(0, `Number of Nodes Scheduled with Available Pods: ${s.numberAvailable ?? 0}\n`);
  w.write(0, `Number of Nodes Misscheduled: ${s.numberMisscheduled ?? 0}\n`);
  w.line(0, 'Pods Status:', podsStatus(ds, ds.spec.selector, ctx.api));
  writePodTemplate(w, ds.spec.template);
  writeEvents(w, eventsOf(ds, ctx), ctx.now);
  return w.toString();
}

function writeConditions(w: PrefixWriter, conditions: readonly { type: string; status: string; reason?: string }[]): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  w.write(1, '----\t------\t------\n');
  for (const c of conditions) w.write(1, `${c.type} \t${c.status}\t${c.reason ?? ''}\n`);
}

/** "2 Running / 0 Waiting / 0 Succeeded / 0 Failed" of the Pods that `owner` controls. Mirrors getPodStatusForController. */
function podsStatus(owner: { metadata: ObjectMeta }, selector: LabelSelector, api: Api): string {
  const pods = owned<Pod>(api, { group: '', resource: 'pods' }, owner, selector);
  const count = (phase: string): number => pods.filter((p) => p.status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}
