// The events table at the foot of `kubectl describe`. Mirrors DescribeEvents and searchEvents of k8s.io/kubectl/pkg/describe.
import { ageOf } from '../../lib/duration.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { Event } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';

/** What names the object in the search; describing a Pod does not ask for its kind. */
export interface EventSearch {
  readonly withoutKind?: boolean;
}

/** The events about `obj`, or undefined when none were asked for. */
export function eventsOf(obj: KubeObject, ctx: DescribeContext, search: EventSearch = {}): Event[] | undefined {
  if (!ctx.showEvents) return undefined;
  const selector = [
    `involvedObject.name=${obj.metadata.name}`,
    `involvedObject.namespace=${obj.metadata.namespace ?? ''}`,
    ...(search.withoutKind ? [] : [`involvedObject.kind=${obj.kind}`]),
    `involvedObject.uid=${obj.metadata.uid ?? ''}`,
  ].join(',');
  const reply = ctx.api.call({
    verb: 'list',
    group: '',
    resource: 'events',
    ...(obj.metadata.namespace !== undefined && { namespace: obj.metadata.namespace }),
    options: { fieldSelector: selector },
  });
  if (reply.code >= 400) return [];
  return (reply.body as KubeObject).items as Event[];
}

export function writeEvents(w: PrefixWriter, events: readonly Event[] | undefined, now: number): void {
  if (events === undefined) return;
  if (events.length === 0) {
    w.write(0, 'Events:\t<none>\n');
    return;
  }
  w.flush();
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  w.write(1, '----\t------\t----\t----\t-------\n');
  for (const e of [...events].sort((a, b) => seen(a) - seen(b))) {
    const from = e.source?.component || e.reportingComponent || '';
    const message = (e.message ?? '').trim();
    const field = e.involvedObject.fieldPath;
    w.write(1, `${e.type ?? ''}\t${e.reason ?? ''}\t${interval(e, now)}\t${from}\t${field ? `${field}: ` : ''}${message}\n`);
  }
}

/** Events of one second stay in the order of their names, which end in the nanosecond of the first occurrence. */
const seen = (e: Event): number => (e.lastTimestamp ? Date.parse(e.lastTimestamp) : Number.NEGATIVE_INFINITY);

/** "14s", or "3s (x4 over 40s)" for what happened again. */
function interval(e: Event, now: number): string {
  const first = ageOf(e.eventTime || e.firstTimestamp, now);
  if (e.series) return `${ageOf(e.series.lastObservedTime, now)} (x${e.series.count ?? 0} over ${first})`;
  if ((e.count ?? 0) > 1) return `${ageOf(e.lastTimestamp, now)} (x${e.count} over ${first})`;
  return first;
}
