// Node. Mirrors pkg/registry/core/node/strategy.go, pkg/apis/core/validation (ValidateNode) and pkg/printers.
import { isValidCIDR, parseCIDR } from '../../lib/ip.js';
import { isQualifiedName, isValidLabelValue } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { Node, Taint } from '../../model/generated/api.js';
import type { Column, Kind } from '../../model/kind.js';
import { ageColumn, nameColumn, textColumn } from '../columns.js';
import { allVerbs } from '../verbs.js';
import { describe } from './describe.js';
import { roles } from './roles.js';

export const node: Kind<Node> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Node',
    plural: 'nodes',
    singular: 'node',
    shortNames: ['no'],
    categories: [],
    namespaced: false,
  },
  verbs: allVerbs,
  subresources: ['proxy', 'status'],
  schema: 'Node',
  hasGeneration: false,
  // A new Node brings its status along; updates of the spec leave it alone.
  keepsStatus: true,
  defaults(obj) {
    agreeOnCIDRs(obj);
    if (obj.status?.capacity && !obj.status.allocatable) obj.status.allocatable = { ...obj.status.capacity };
  },
  prepareUpdate(obj, old) {
    obj.status = old.status;
  },
  validateCreate: validate,
  validateUpdate: (obj, old) => [...validate(obj), ...validateUpdate(obj, old)],
  validateStatusUpdate: validateUpdate,
  fields: (obj) => ({ 'spec.unschedulable': String(obj.spec?.unschedulable ?? false) }),
  columns: [
    nameColumn,
    textColumn('Status', status),
    textColumn('Roles', (o) => roles(o).join(',') || '<none>'),
    ageColumn,
    textColumn('Version', (o) => o.status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (o) => address(o, 'InternalIP')),
    wide('External-IP', (o) => address(o, 'ExternalIP')),
    wide('OS-Image', (o) => o.status?.nodeInfo?.osImage || '<unknown>'),
    wide('Kernel-Version', (o) => `${o.status?.nodeInfo?.kernelVersion || '<unknown>'}${architecture(o)}`),
    wide('Container-Runtime', (o) => o.status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
  ],
  describe,
};

/** podCIDR and podCIDRs[0] are one field to the API server, and the singular wins. Mirrors Convert_v1_NodeSpec_To_core_NodeSpec. */
function agreeOnCIDRs({ spec }: Node): void {
  if (!spec) return;
  const [first] = spec.podCIDRs ?? [];
  if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
  else if (!spec.podCIDR && first) spec.podCIDR = first;
}

function wide(name: string, cell: (obj: Node) => string): Column<Node> {
  return { name, type: 'string', priority: 1, cell };
}

function status(obj: Node): string {
  const ready = obj.status?.conditions?.find((c) => c.type === 'Ready');
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return obj.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

const address = (obj: Node, type: string): string => obj.status?.addresses?.find((a) => a.type === type)?.address ?? '<none>';

function architecture(obj: Node): string {
  const name = obj.status?.nodeInfo?.architecture;
  return name ? ` (${name})` : '';
}

// What a Node may say. Mirrors ValidateNode and ValidateNodeUpdate of pkg/apis/core/validation.

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validate(obj: Node): FieldError[] {
  // The path says metadata.taints: upstream's own slip.
  return [...taintErrors(obj.spec?.taints ?? [], 'metadata.taints'), ...podCIDRErrors(obj.spec?.podCIDRs ?? [])];
}

function validateUpdate(obj: Node, old: Node): FieldError[] {
  const [next, before] = [obj.spec ?? {}, old.spec ?? {}];
  const fixed = (field: string, what: string): FieldError =>
    forbiddenField(`spec.${field}`, `node updates may not change ${what} except from "" to valid`);
  return [
    ...addressErrors(obj),
    ...((before.podCIDRs ?? []).length > 0 && !same(next.podCIDRs, before.podCIDRs) ? [fixed('podCIDRs', 'podCIDR')] : []),
    ...(before.providerID && next.providerID !== before.providerID ? [fixed('providerID', 'providerID')] : []),
    ...(next.externalID === before.externalID ? [] : [forbiddenField('spec.externalID', 'may not be updated')]),
  ];
}

function taintErrors(taints: readonly Taint[], field: string): FieldError[] {
  return taints.flatMap((taint, i) => {
    const path = `${field}[${i}]`;
    const value = isValidLabelValue(taint.value ?? '');
    const again = taints.slice(0, i).some((t) => t.key === taint.key && t.effect === taint.effect);
    return [
      ...isQualifiedName(taint.key ?? '').map((m) => invalidValue(`${path}.key`, taint.key ?? '', m)),
      ...(value.length > 0 ? [invalidValue(`${path}.value`, taint.value, value.join(';'))] : []),
      ...effectErrors(taint.effect, `${path}.effect`),
      ...(again ? [{ ...duplicate(path, taint), detail: 'taints must be unique by key and effect pair' }] : []),
    ];
  });
}

function effectErrors(effect: string | undefined, field: string): FieldError[] {
  if (!effect) return [required(field)];
  return effects.includes(effect) ? [] : [notSupported(field, effect, effects)];
}

function podCIDRErrors(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.podCIDRs';
  const errors = cidrs.flatMap((cidr, i) => isValidCIDR(cidr).map((m) => invalidValue(`${field}[${i}]`, cidr, m)));
  if (cidrs.length < 2 || errors.length > 0) return errors;
  const families = new Set(cidrs.map((c) => parseCIDR(c)?.family));
  return families.size === 2 && cidrs.length === 2
    ? []
    : [invalidValue(field, cidrs, 'may specify no more than one CIDR for each IP family')];
}

function addressErrors(obj: Node): FieldError[] {
  const addresses = obj.status?.addresses ?? [];
  return addresses.flatMap((a, i) => (addresses.slice(0, i).some((b) => same(a, b)) ? [duplicate(`status.addresses[${i}]`, a)] : []));
}
