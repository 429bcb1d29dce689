// The three-way patch of a client-side apply, and kubectl's account of one that failed. Mirrors k8s.io/kubectl/pkg/cmd/apply/patcher.go.
import { goJSON } from '../../../lib/go-format.js';
import type { TypeSchema } from '../../../lib/field-schema.js';
import { threeWayMergePatch } from '../../../lib/merge-patch.js';
import { PatchError, threeWayPatch } from '../../../lib/strategic-merge/index.js';
import type { Io } from '../../../model/io.js';
import { builtinType, mergeSchema } from '../../../model/merge-schema.js';
import type { KubeObject } from '../../../model/object.js';
import type { APIResource, RequestOptions } from '../../../model/request.js';
import { UsageError } from '../../errors.js';
import { lastApplied } from '../../last-applied.js';

export type Patch = Record<string, unknown>;

export interface ComputedPatch {
  readonly patch: Patch;
  readonly type: NonNullable<RequestOptions['patchType']>;
  readonly schema?: TypeSchema;
}

/** What to send so that `current` becomes `modified`. Throws the whole story as a UsageError. */
export function computePatch(resource: APIResource, current: KubeObject, modified: KubeObject, io: Io): ComputedPatch {
  const original = lastApplied(current);
  const type = builtinType(resource);
  const before = original === undefined || original === '' ? {} : (JSON.parse(original) as Patch);
  if (!type) return { patch: threeWayMergePatch(before, modified, current), type: 'merge' };
  try {
    const schema = mergeSchema(type);
    return { patch: threeWayPatch(before, modified, current, schema), type: 'strategic', schema };
  } catch (e) {
    if (!(e instanceof PatchError)) throw e;
    // kubectl tries three sources of merge keys, one after the other.
    io.err(`warning: error calculating patch from openapi v3 spec: ${e.message}\n`);
    io.err(`warning: error calculating patch from openapi spec: ${e.message}\n`);
    const texts = `original:\n${original ?? ''}\nmodified:\n${goJSON(modified)}\n\ncurrent:\n${goJSON(current)}\n\nfor`;
    throw new UsageError(`creating patch with:\n${texts}: ${e.message}`);
  }
}

/** `Resource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"` and the object's name: resource.Info as text. */
export function describeTarget(resource: APIResource, namespace: string | undefined, name: string): string {
  const { group, version, plural, kind } = resource;
  const place = `${group}/${version}`;
  return (
    `Resource: ${JSON.stringify(`${place}, Resource=${plural}`)}, GroupVersionKind: ${JSON.stringify(`${place}, Kind=${kind}`)}\n` +
    `Name: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace ?? '')}`
  );
}
