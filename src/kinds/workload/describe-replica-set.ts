// `kubectl describe replicaset`. Mirrors ReplicaSetDescriber of k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { ReplicaSet } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { controlledBy, writeAnnotations, writeLabels } from '../describe/lines.js';
import { writePodTemplate } from '../describe/pod-template.js';
import { formatSelector } from '../labels.js';
import { podsStatus, writeConditions } from './describe-pieces.js';

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
