// The scale subresource: autoscaling/v1 Scale over whatever the kind calls replicas. Mirrors pkg/registry/apps/*/storage (ScaleREST).
import { ageColumn, nameColumn } from '../kinds/columns.js';
import type { Scale } from '../model/generated/api.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { invalidValue } from '../model/field-error.js';
import { badRequest, invalid } from '../model/status.js';
import type { Manager } from './apply/managed-fields.js';
import type { Session } from './session.js';
import { updateObject } from './update.js';

export function scaleOf(kind: Kind, obj: KubeObject): Scale & KubeObject {
  const scale = scalable(kind);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = obj.metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(creationTimestamp && { creationTimestamp }),
    },
    spec: { replicas: scale.replicas(obj) },
    status: { replicas: scale.statusReplicas(obj), selector: scale.selector(obj) },
  };
}

/** How a Scale is shown to people. */
export const scaleColumns: Kind['columns'] = [
  nameColumn,
  { name: 'Desired', type: 'integer', priority: 0, cell: (scale) => scale.spec?.replicas ?? 0 },
  { name: 'Available', type: 'integer', priority: 0, cell: (scale) => scale.status?.replicas ?? 0 },
  ageColumn,
];

export function writeScale(session: Session, kind: Kind, old: KubeObject, wanted: KubeObject, manager: Manager): KubeObject {
  const replicas = wanted.spec?.replicas ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest('Scale.spec.replicas must be an integer');
  if (replicas < 0) {
    const tooFew = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, old.metadata.name, [tooFew]);
  }
  const next = scalable(kind).withReplicas(structuredClone(old), replicas);
  const rv = wanted.metadata?.resourceVersion;
  next.metadata.resourceVersion = rv ?? (old.metadata.resourceVersion as string);
  return scaleOf(kind, updateObject(session, kind, next, old, { validate: true, part: 'spec', manager }));
}

function scalable(kind: Kind): NonNullable<Kind['scale']> {
  if (!kind.scale) throw new Error(`${kind.names.kind} serves a scale subresource without a scale facet`);
  return kind.scale;
}
