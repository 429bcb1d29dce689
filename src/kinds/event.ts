// Event (core/v1). Mirrors pkg/apis/core/validation/events.go (the legacy rules, which core/v1 keeps) and pkg/printers.
import { ageOf } from '../lib/duration.js';
import { type FieldError, invalidValue, required } from '../model/field-error.js';
import type { Event } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { textColumn, wideColumn } from './columns.js';
import { dnsSubdomain, qualifiedName } from './rules.js';

export const event: Kind<Event> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    singular: 'event',
    shortNames: ['ev'],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'Event',
  hasGeneration: false,
  createsOnUpdate: true,
  // Only the namespace's rule is checked for core/v1; the names of old clients stay welcome.
  validateName: () => [],
  validateCreate: validate,
  validateUpdate: validate,
  fields: (obj) => ({
    'involvedObject.kind': obj.involvedObject?.kind ?? '',
    'involvedObject.namespace': obj.involvedObject?.namespace ?? '',
    'involvedObject.name': obj.involvedObject?.name ?? '',
    'involvedObject.uid': obj.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': obj.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': obj.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': obj.involvedObject?.fieldPath ?? '',
    reason: obj.reason ?? '',
    reportingComponent: obj.reportingComponent ?? '',
    source: obj.source?.component || obj.reportingComponent || '',
    type: obj.type ?? '',
  }),
  columns: [
    textColumn('Last Seen', lastSeen),
    textColumn('Type', (o) => o.type ?? ''),
    textColumn('Reason', (o) => o.reason ?? ''),
    textColumn('Object', target),
    wideColumn('Subobject', (o) => o.involvedObject.fieldPath ?? ''),
    wideColumn('Source', source),
    textColumn('Message', (o) => (o.message ?? '').trim()),
    wideColumn('First Seen', firstSeen),
    wideColumn('Count', (o) => String(o.series?.count ?? (o.count || 1))),
    wideColumn('Name', (o) => o.metadata.name),
  ],
};

function firstSeen(obj: Event, { now }: { now: number }): string {
  return ageOf(obj.firstTimestamp ?? obj.eventTime, now);
}

function lastSeen(obj: Event, at: { now: number }): string {
  if (obj.series) return ageOf(obj.series.lastObservedTime, at.now);
  return obj.lastTimestamp ? ageOf(obj.lastTimestamp, at.now) : firstSeen(obj, at);
}

function target({ involvedObject }: Event): string {
  const kind = (involvedObject.kind ?? '').toLowerCase();
  return involvedObject.name ? `${kind}/${involvedObject.name}` : kind;
}

function source(obj: Event): string {
  const component = obj.source?.component || obj.reportingComponent || '';
  const instance = obj.source?.host || obj.reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

const mostCharacters = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

function validate(obj: Event): FieldError[] {
  const namespace = obj.metadata.namespace ?? '';
  const involved = obj.involvedObject?.namespace ?? '';
  const mismatch = invalidValue('involvedObject.namespace', involved, 'does not match event.namespace');
  const bad = dnsSubdomain('namespace', namespace);
  if (!obj.eventTime) {
    const agrees = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace;
    return [...(agrees ? [] : [mismatch]), ...bad];
  }
  const homeless = involved === '' && namespace !== 'default' && namespace !== 'kube-system';
  return [...(homeless ? [mismatch] : []), ...newStyleErrors(obj), ...bad];
}

/** An Event with an eventTime comes from a new client and must be complete. */
function newStyleErrors(obj: Event): FieldError[] {
  const controller = obj.reportingComponent ?? '';
  const errors = controller === '' ? [required('reportingComponent')] : [];
  errors.push(...qualifiedName('reportingComponent', controller));
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    if (!obj[field]) errors.push(required(field));
  }
  for (const [field, most] of Object.entries(mostCharacters)) {
    const text = (obj[field as keyof typeof mostCharacters] ?? '') as string;
    if (Buffer.byteLength(text) > most) errors.push(invalidValue(field, '', `can have at most ${most} characters`));
  }
  return errors;
}
