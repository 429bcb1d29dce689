// Applying one object by comparing three configurations: last applied, wanted, live. Mirrors applyOneObject of
// k8s.io/kubectl/pkg/cmd/apply/apply.go.
import { goJSON } from '../../../lib/go-format.js';
import { mergePatch } from '../../../lib/merge-patch.js';
import { strategicMerge } from '../../../lib/strategic-merge/index.js';
import type { KubeObject } from '../../../model/object.js';
import type { RequestOptions } from '../../../model/request.js';
import { StatusError } from '../../../model/status.js';
import { addSource, notSimulated, UsageError } from '../../errors.js';
import { waitUntilGone } from '../../follow.js';
import { lastApplied, lastAppliedAnnotation, withLastApplied } from '../../last-applied.js';
import { liveObject, requestFor } from '../../resources.js';
import { type Applied, type ApplyContext, type ApplyTarget, deleteOptions, warnIfDeleting } from './context.js';
import { type ComputedPatch, computePatch, describeTarget } from './patcher.js';

export function applyClientSide(target: ApplyTarget, context: ApplyContext): Applied {
  const { object, source } = target;
  const modified = withLastApplied(object);
  const live = current(target, context);
  if (!live) return { object: create(withoutNulls(modified), target, context), operation: 'created' };
  if (lastApplied(live) === undefined) context.io.err(missingAnnotation(target, context.program));
  let patch = '';
  try {
    const computed = computePatchFor(target, live, modified, context, source);
    patch = goJSON(computed.patch);
    if (patch === '{}') return { object: live, operation: 'unchanged' };
    if (!context.overwrite) throw notSimulated('apply --overwrite=false to an object that has something else: its search for conflicts');
    if (context.dryRun === 'client') return { object: patchedLocally(live, computed), operation: 'configured' };
    const patched = send(target, live, modified, computed, context);
    warnIfDeleting(patched, target, context.io);
    return { object: patched, operation: 'configured' };
  } catch (e) {
    throw addSource(`applying patch:\n${patch}\nto:\n${describeTarget(target.resource, target.namespace, target.name)}\nfor:`, source, e);
  }
}

function current(target: ApplyTarget, { client }: ApplyContext): KubeObject | undefined {
  try {
    return liveObject(target, client);
  } catch (e) {
    const what = describeTarget(target.resource, target.namespace, target.name);
    throw addSource(`retrieving current configuration of:\n${what}\nfrom server for:`, target.source, e);
  }
}

function create(object: KubeObject, target: ApplyTarget, context: ApplyContext): KubeObject {
  if (context.dryRun === 'client') return object;
  const { name: _, ...place } = target;
  try {
    return context.client.call<KubeObject>(requestFor(place, 'create', { body: object, options: options(context) }));
  } catch (e) {
    throw addSource('creating', target.source, e);
  }
}

const options = (context: ApplyContext): RequestOptions => ({
  fieldManager: context.fieldManager,
  fieldValidation: context.validation,
  dryRun: context.dryRun === 'server',
});

function computePatchFor(target: ApplyTarget, live: KubeObject, modified: KubeObject, context: ApplyContext, source: string) {
  try {
    return computePatch(target.resource, live, modified, context.io);
  } catch (e) {
    throw addSource('patching', source, e);
  }
}

function send(
  target: ApplyTarget,
  live: KubeObject,
  modified: KubeObject,
  computed: ReturnType<typeof computePatch>,
  context: ApplyContext,
) {
  const request = requestFor(target, 'patch', {
    body: computed.patch as never,
    options: { ...options(context), patchType: computed.type },
  });
  try {
    return context.client.call<KubeObject>(request);
  } catch (e) {
    const reason = e instanceof StatusError ? e.status.reason : '';
    if (context.force && (reason === 'Conflict' || reason === 'Invalid')) return deleteAndCreate(target, live, modified, context);
    throw addSource('patching', target.source, e);
  }
}

/** --force: the new one, or the old one again when the server refuses the new one. */
function deleteAndCreate(target: ApplyTarget, live: KubeObject, modified: KubeObject, context: ApplyContext): KubeObject {
  context.client.call(requestFor(target, 'delete', { options: deleteOptions(context) }));
  waitUntilGone(target, context.client, context.deletionTimeout);
  try {
    return create(modified, { ...target, source: '' }, context);
  } catch (e) {
    const { resourceVersion: _, uid: __, ...metadata } = live.metadata;
    try {
      create({ ...live, metadata } as KubeObject, { ...target, source: '' }, context);
    } catch (e2) {
      throw new UsageError(
        `An error occurred force-replacing the existing object with the newly provided one:\n\n${(e as Error).message}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${(e2 as Error).message}`,
      );
    }
    throw e;
  }
}

/** --dry-run=client: what the server would start from, without its defaults. */
function patchedLocally(live: KubeObject, { patch, type, schema }: ComputedPatch): KubeObject {
  return (type === 'strategic' ? strategicMerge(live, patch, schema) : mergePatch(live, patch)) as KubeObject;
}

const missingAnnotation = ({ resource, name }: ApplyTarget, program: string): string =>
  `Warning: resource ${resource.plural}/${name} is missing the ${lastAppliedAnnotation} annotation which is required by ${program} apply. ` +
  `${program} apply should only be used on resources created declaratively by either ${program} create --save-config or ${program} apply. ` +
  'The missing annotation will be patched automatically.\n';

/** Nulls in maps are as absent, as they would be in a patch. */
function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((v) => withoutNulls(v)) as T;
  const kept = Object.entries(value).filter(([, v]) => v !== null);
  return Object.fromEntries(kept.map(([k, v]) => [k, withoutNulls(v)])) as T;
}
