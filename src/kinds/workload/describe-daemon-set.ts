// `kubectl describe daemonset`. Mirrors DaemonSetDescriber of k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { DaemonSet } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { writeAnnotations, writeLabels } from '../describe/lines.js';
import { writePodTemplate } from '../describe/pod-template.js';
import { formatSelector } from '../labels.js';
import { podsStatus } from './describe-pieces.js';
import { nodeSelectorText } from './columns.js';

export function describeDaemonSet(ds: DaemonSet, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', ds.metadata.name);
  w.line(0, 'Namespace:', ds.metadata.namespace ?? '');
  w.line(0, 'Selector:', formatSelector(ds.spec.selector));
  w.line(0, 'Node-Selector:', nodeSelectorText(ds.spec.template.spec?.nodeSelector));
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
