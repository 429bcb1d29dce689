// ServiceCIDR: a range that cluster IPs are taken from. Mirrors pkg/registry/networking/servicecidr and ValidateServiceCIDR.
import { isCanonicalNetwork, parseCIDR } from '../lib/ip.js';
import { isDNS1123Subdomain } from '../lib/names.js';
import { PrefixWriter } from '../lib/prefix-writer.js';
import { type FieldError, invalidValue, required } from '../model/field-error.js';
import type { ServiceCIDR } from '../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { eventsOf, writeEvents } from './describe/events.js';
import { writeAnnotations, writeConditions, writeLabels } from './describe/lines.js';
import { keepMetadata } from './keep-metadata.js';
import { immutable, wrong } from './rules.js';

export const serviceCIDR: Kind<ServiceCIDR> = {
  names: {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'ServiceCIDR',
    plural: 'servicecidrs',
    singular: 'servicecidr',
    shortNames: [],
    categories: [],
    namespaced: false,
  },
  verbs: allVerbs,
  subresources: ['status'],
  schema: 'ServiceCIDR',
  hasGeneration: false,
  validateCreate: validate,
  validateUpdate: validateChange,
  prepareStatusUpdate: (obj, old) => keepMetadata(obj, old, ['labels', 'annotations', 'finalizers', 'ownerReferences']),
  validateName: isDNS1123Subdomain,
  columns: [nameColumn, textColumn('CIDRs', (o) => (o.spec.cidrs ?? []).join(',')), ageColumn],
  describe,
};

function validate({ spec }: ServiceCIDR): FieldError[] {
  const field = 'spec.cidrs';
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(field, 'at least one CIDR required')];
  // The value shown is the API server's own struct.
  if (cidrs.length > 2) return [invalidValue(field, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const malformed = cidrs.flatMap((c, i) => wrong(`${field}[${i}]`, c, isCanonicalNetwork(c)));
  const [first, second] = cidrs.map((c) => parseCIDR(c)?.family);
  if (cidrs.length < 2 || first === undefined || first !== second) return malformed;
  const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  return [...malformed, invalidValue(field, cidrs, detail)];
}

/** A range may gain its other family, nothing else. */
function validateChange(obj: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, then] = [obj.spec.cidrs ?? [], old.spec.cidrs ?? []];
  if (now.length === then.length) {
    return then.flatMap((c, i) => immutable(`spec.cidrs[${i}]`, now[i], c));
  }
  if (then.length !== 1 || now.length !== 2) return [invalidValue('spec.cidrs', now, 'field is immutable')];
  return [...immutable('spec.cidrs[0]', now[0], then[0]), ...validate(obj)];
}

function describe(obj: ServiceCIDR, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', obj.metadata.name);
  writeLabels(w, 'Labels', obj.metadata.labels);
  writeAnnotations(w, 'Annotations', obj.metadata.annotations);
  w.line(0, 'CIDRs:', (obj.spec.cidrs ?? []).join(', '));
  const conditions = obj.status?.conditions ?? [];
  if (conditions.length > 0) w.write(0, 'Status:\n');
  writeConditions(w, conditions);
  writeEvents(w, eventsOf(obj, ctx), ctx.now);
  return w.toString();
}
