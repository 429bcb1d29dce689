// IPAddress: one taken cluster IP, with who has it. Mirrors pkg/registry/networking/ipaddress and ValidateIPAddress.
import { isCanonicalIP } from '../lib/ip.js';
import { isPathSegment } from '../lib/names.js';
import { PrefixWriter } from '../lib/prefix-writer.js';
import { type FieldError, required } from '../model/field-error.js';
import type { IPAddress } from '../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { eventsOf, writeEvents } from './describe/events.js';
import { writeAnnotations, writeLabels } from './describe/lines.js';
import { dnsSubdomain, immutable, wrong } from './rules.js';

export const ipAddress: Kind<IPAddress> = {
  names: {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'IPAddress',
    plural: 'ipaddresses',
    singular: 'ipaddress',
    shortNames: ['ip'],
    categories: [],
    namespaced: false,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'IPAddress',
  hasGeneration: false,
  validateCreate: validate,
  validateUpdate: (obj, old) => immutable('spec.parentRef', obj.spec?.parentRef, old.spec.parentRef),
  /** The name is the address, written canonically. */
  validateName: isCanonicalIP,
  columns: [nameColumn, textColumn('ParentRef', parentText), ageColumn],
  describe,
};

function validate({ spec }: IPAddress): FieldError[] {
  const ref = spec?.parentRef;
  if (!ref) return [required('spec.parentRef')];
  const path = 'spec.parentRef';
  const errors: FieldError[] = [];
  if (ref.group) errors.push(...dnsSubdomain(`${path}.group`, ref.group));
  for (const part of ['resource', 'name'] as const) {
    if (!ref[part]) errors.push(required(`${path}.${part}`));
    else errors.push(...wrong(`${path}.${part}`, ref[part], isPathSegment(ref[part])));
  }
  if (ref.namespace) errors.push(...wrong(`${path}.namespace`, ref.namespace, isPathSegment(ref.namespace)));
  return errors;
}

/** "services/default/web", "things.example.com/x". */
function parentText({ spec }: IPAddress): string {
  const ref = spec.parentRef;
  const resource = ref.group ? `${ref.resource}.${ref.group}` : ref.resource;
  return [resource, ...(ref.namespace ? [ref.namespace] : []), ref.name].join('/');
}

function describe(obj: IPAddress, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', obj.metadata.name);
  writeLabels(w, 'Labels', obj.metadata.labels);
  writeAnnotations(w, 'Annotations', obj.metadata.annotations);
  w.write(0, 'Parent Reference:\n');
  const ref = obj.spec.parentRef;
  w.line(1, 'Group:', ref.group ?? '');
  w.line(1, 'Resource:', ref.resource);
  w.line(1, 'Namespace:', ref.namespace ?? '');
  w.line(1, 'Name:', ref.name);
  writeEvents(w, eventsOf(obj, ctx), ctx.now);
  return w.toString();
}
