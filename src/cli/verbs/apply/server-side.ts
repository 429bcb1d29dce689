// --server-side: the server merges, and tells whose fields would be taken. Mirrors applyOneObject of k8s.io/kubectl/pkg/cmd/apply/apply.go.
import type { ManagedFieldsEntry } from '../../../model/generated/api.js';
import type { Json, KubeObject } from '../../../model/object.js';
import type { RequestOptions } from '../../../model/request.js';
import { StatusError } from '../../../model/status.js';
import { UsageError } from '../../errors.js';
import { lastApplied, lastAppliedAnnotation } from '../../last-applied.js';
import { requestFor } from '../../resources.js';
import { type Applied, type ApplyContext, type ApplyTarget, warnIfDeleting } from './context.js';

export function applyServerSide(target: ApplyTarget, context: ApplyContext): Applied {
  const query = context.subresource === '' ? target : { ...target, subresource: context.subresource };
  try {
    const send = (): KubeObject =>
      context.client.call<KubeObject>(
        requestFor(query, 'patch', { body: target.object, options: { ...optionsOf(context), force: context.forceConflicts } }),
      );
    const object = migrated(target, send(), send, context);
    warnIfDeleting(object, target, context.io);
    return { object, operation: 'serverside-applied' };
  } catch (e) {
    if (e instanceof StatusError && e.status.reason === 'Conflict') throw new UsageError(`${e.message}\n${advice}`);
    throw e;
  }
}

const optionsOf = ({ fieldManager, validation, dryRun }: ApplyContext): RequestOptions => ({
  patchType: 'apply',
  fieldManager,
  fieldValidation: validation,
  dryRun: dryRun === 'server',
});

/** The object, no more of who applied it on the client's side: its fields are the new manager's, as is what then has to be applied again. */
function migrated(target: ApplyTarget, applied: KubeObject, send: () => KubeObject, context: ApplyContext): KubeObject {
  const warn = (what: string, e: unknown): void => {
    if (!(e instanceof StatusError)) throw e;
    context.io.err(`Warning: ${what}. This is non-fatal and will be retried next time you apply. Error: ${e.message}\n`);
  };
  let object = applied;
  try {
    object = savedLastApplied(target, object, context);
  } catch (e) {
    warn(`failed to migrate ${lastAppliedAnnotation} for Server-Side Apply`, e);
    return object;
  }
  try {
    const moved = moveFields(target, object, context);
    if (!moved) return object;
    object = moved;
  } catch (e) {
    warn('server rejected managed fields migration to Server-Side Apply', e);
    return object;
  }
  try {
    return send();
  } catch (e) {
    warn('failed to re-apply configuration after performing Server-Side Apply migration', e);
    return object;
  }
}

/** The annotation becomes a manager's of its own: it would go with the fields of the old one. */
function savedLastApplied(target: ApplyTarget, object: KubeObject, context: ApplyContext): KubeObject {
  const body = context.fieldManager === 'kubectl' ? lastAppliedPatch(object) : undefined;
  if (!body) return object;
  const options = { ...optionsOf(context), fieldManager: 'kubectl-last-applied' };
  return context.client.call<KubeObject>(requestFor(target, 'patch', { body, options }));
}

/** Controllers may come in between: then it is tried again with what is there now. */
const mostTries = 5;

function moveFields(target: ApplyTarget, object: KubeObject, context: ApplyContext): KubeObject | undefined {
  const { fieldManager, client } = context;
  const options = { ...optionsOf(context), patchType: 'json' as const };
  let seen = object;
  for (let tries = 1; ; tries++) {
    const body = migrationPatch(seen, fieldManager, object);
    if (!body) return undefined;
    try {
      return client.call<KubeObject>(requestFor(target, 'patch', { body, options }));
    } catch (e) {
      if (!(e instanceof StatusError) || e.status.reason !== 'Conflict' || tries === mostTries) throw e;
      seen = client.call<KubeObject>(requestFor(target, 'get'));
    }
  }
}

// What moves: mirrors k8s.io/client-go/util/csaupgrade.

type FieldsV1 = { [key: string]: FieldsV1 };

const fieldsOf = (entry: ManagedFieldsEntry): FieldsV1 => (entry.fieldsV1 ?? {}) as unknown as FieldsV1;

const ownsAnnotation = (entry: ManagedFieldsEntry, operation: string): boolean =>
  entry.operation === operation && fieldsOf(entry)['f:metadata']?.['f:annotations']?.[`f:${lastAppliedAnnotation}`] !== undefined;

const entriesOf = ({ metadata }: KubeObject): ManagedFieldsEntry[] => metadata.managedFields ?? [];

/** What applies the annotation alone; undefined when there is none, or when an apply owns it already. */
function lastAppliedPatch(object: KubeObject): KubeObject | undefined {
  const text = lastApplied(object);
  if (text === undefined || entriesOf(object).some((e) => ownsAnnotation(e, 'Apply'))) return undefined;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }), annotations: { [lastAppliedAnnotation]: text } } };
}

/**
 * The JSON patch that moves the fields of client-side applies, which are the updates that own the annotation in `first`;
 * undefined when there is nothing to move.
 */
function migrationPatch(object: KubeObject, manager: string, first = object): Json | undefined {
  const names = new Set(entriesOf(first).flatMap((e) => (ownsAnnotation(e, 'Update') ? [e.manager] : [])));
  const entries = entriesOf(object);
  const old = entries.filter((e) => names.has(e.manager) && e.operation === 'Update' && !e.subresource);
  const mine = entries.find((e) => e.operation === 'Apply' && e.manager === manager && !e.subresource);
  const [heir = old[0]] = mine ? [mine] : [];
  if (old.length === 0 || !heir) return undefined;
  const fieldsV1 = old.filter((e) => e.apiVersion === heir.apiVersion).reduce((all, e) => union(all, fieldsOf(e)), fieldsOf(heir));
  const value = entries
    .filter((e) => e === heir || !old.includes(e))
    .map((e) => (e === heir ? { ...e, manager, operation: 'Apply', fieldsV1 } : e));
  return [
    { op: 'replace', path: '/metadata/managedFields', value: value as unknown as Json },
    { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion ?? '' },
  ];
}

/** An empty node is a field by itself; a node with children is one only when it says so with ".". */
function union(a: FieldsV1, b: FieldsV1): FieldsV1 {
  const [x, y] = [Object.keys(a).length, Object.keys(b).length];
  if (x === 0 || y === 0) return x === 0 && y === 0 ? {} : { '.': {}, ...a, ...b };
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(keys.map((k) => [k, a[k] && b[k] ? union(a[k], b[k]) : ((a[k] ?? b[k]) as FieldsV1)]));
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
