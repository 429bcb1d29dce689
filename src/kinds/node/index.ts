// Node. Mirrors pkg/registry/core/node/strategy.go, pkg/apis/core/validation (ValidateNode) and pkg/printers.
import type { Node } from '../../model/generated/api.js';
import { allVerbs, type Kind } from '../../model/kind.js';
import { ageColumn, nameColumn, textColumn, wideColumn } from '../columns.js';
import { roundUp } from '../pod-resources.js';
import { describe } from './describe.js';
import { roles } from './roles.js';
import { validate, validateUpdate } from './validate.js';

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
  storagePrefix: 'minions',
  // A new Node brings its status along; updates of the spec leave it alone.
  keepsStatus: true,
  defaults(obj) {
    agreeOnCIDRs(obj);
    roundUp(obj.status?.capacity, obj.status?.allocatable);
    if (obj.status?.capacity && !obj.status.allocatable) obj.status.allocatable = { ...obj.status.capacity };
  },
  admit(obj, old) {
    if (!old) taintNew(obj);
  },
  prepareUpdate(obj, old) {
    obj.status = old.status;
  },
  warnings: ({ spec }) => (spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  prepareCreate: ({ spec, status }) => {
    // Of a feature that is gone.
    delete spec?.configSource;
    delete status?.config;
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
    wideColumn('Internal-IP', (o) => address(o, 'InternalIP')),
    wideColumn('External-IP', (o) => address(o, 'ExternalIP')),
    wideColumn('OS-Image', (o) => o.status?.nodeInfo?.osImage || '<unknown>'),
    wideColumn('Kernel-Version', (o) => `${o.status?.nodeInfo?.kernelVersion || '<unknown>'}${architecture(o)}`),
    wideColumn('Container-Runtime', (o) => o.status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
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

/** Nothing comes to a new Node before the node controller has seen that it is ready. Mirrors the admission plugin TaintNodesByCondition. */
function taintNew(obj: Node): void {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const taints = obj.spec?.taints ?? [];
  if (taints.some((t) => t.key === taint.key && t.effect === taint.effect)) return;
  obj.spec = { ...obj.spec, taints: [...taints, taint] };
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
