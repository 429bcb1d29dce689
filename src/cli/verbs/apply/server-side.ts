// --server-side: the server merges, and tells whose fields would be taken. Mirrors applyOneObject of k8s.io/kubectl/pkg/cmd/apply/apply.go.
import type { ManagedFieldsEntry } from '../../../model/generated/api.js';
import type { Json, KubeObject } from '../../../model/object.js';
import { StatusError } from '../../../model/status.js';
import { UsageError } from '../../errors.js';
import { lastAppliedAnnotation } from '../../last-applied.js';
import { requestFor } from '../../resources.js';
import { type Applied, type ApplyContext, type ApplyTarget, warnIfDeleting } from './context.js';

export function applyServerSide(target: ApplyTarget, context: ApplyContext): Applied {
  const query = context.subresource === '' ? target : { ...target, subresource: context.subresource };
  try {
    const request = requestFor(query, 'patch', {
      body: target.object,
      options: {
        patchType: 'apply',
        fieldManager: context.fieldManager,
        force: context.forceConflicts,
        fieldValidation: context.validation,
        dryRun: context.dryRun === 'server',
      },
    });
    let object = context.client.call<KubeObject>(request);
    const migration = context.dryRun === 'server' ? undefined : migrationPatch(object, context.fieldManager);
    if (migration) {
      context.client.call(requestFor(target, 'patch', { body: migration, options: { patchType: 'json' } }));
      object = context.client.call<KubeObject>(request);
    }
    warnIfDeleting(object, target, context.io);
    return { object, operation: 'serverside-applied' };
  } catch (e) {
    if (e instanceof StatusError && e.status.reason === 'Conflict') throw new UsageError(`${e.message}\n${advice}`);
    throw e;
  }
}

const advice = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

// The first --server-side apply of an object that was applied on the client's side: its fields change over to the new manager, so that
// what a manifest later leaves out goes. Mirrors k8s.io/client-go/util/csaupgrade.

type FieldsV1 = { [key: string]: FieldsV1 };

const fieldsOf = (entry: ManagedFieldsEntry): FieldsV1 => (entry.fieldsV1 ?? {}) as unknown as FieldsV1;

/** Who updates own the annotation: the managers of client-side applies. */
const appliedOnClient = (entry: ManagedFieldsEntry): boolean =>
  entry.operation === 'Update' && fieldsOf(entry)['f:metadata']?.['f:annotations']?.[`f:${lastAppliedAnnotation}`] !== undefined;

/** The JSON patch that moves the fields; undefined when there is nothing to move. */
function migrationPatch(object: KubeObject, manager: string): Json | undefined {
  const entries = (object.metadata.managedFields ?? []) as ManagedFieldsEntry[];
  const old = entries.filter(appliedOnClient);
  const mine = entries.find((e) => e.operation === 'Apply' && e.manager === manager && !e.subresource);
  if (old.length === 0 || !mine) return undefined;
  const fieldsV1 = old.reduce((all, e) => union(all, withoutAnnotation(fieldsOf(e))), fieldsOf(mine));
  const value = entries.filter((e) => !old.includes(e)).map((e) => (e === mine ? { ...e, fieldsV1 } : e));
  return [
    { op: 'replace', path: '/metadata/managedFields', value: value as unknown as Json },
    { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion ?? '' },
  ];
}

/** The server keeps the annotation up to date itself: nobody needs to own it. */
function withoutAnnotation(fields: FieldsV1): FieldsV1 {
  const copy = structuredClone(fields);
  const annotations = copy['f:metadata']?.['f:annotations'];
  if (annotations) delete annotations[`f:${lastAppliedAnnotation}`];
  if (annotations && Object.keys(annotations).every((k) => k === '.')) delete copy['f:metadata']?.['f:annotations'];
  if (Object.keys(copy['f:metadata'] ?? {}).length === 0) delete copy['f:metadata'];
  return copy;
}

/** An empty node is a field by itself; a node with children is one only when it says so with ".". */
function union(a: FieldsV1, b: FieldsV1): FieldsV1 {
  const [x, y] = [Object.keys(a).length, Object.keys(b).length];
  if (x === 0 || y === 0) return x === 0 && y === 0 ? {} : { '.': {}, ...a, ...b };
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(keys.map((k) => [k, a[k] && b[k] ? union(a[k], b[k]) : ((a[k] ?? b[k]) as FieldsV1)]));
}
