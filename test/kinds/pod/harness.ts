// Takes a Pod through everything that a create does before it is stored, without a store.
import { decode } from '../../../src/cluster/decode.js';
import { pod } from '../../../src/kinds/pod/index.js';
import { defaultPodTemplate, podTemplateWarnings, validatePodTemplate } from '../../../src/kinds/pod/template.js';
import { formatFieldError } from '../../../src/model/field-error.js';
import type { Pod, PodTemplateSpec } from '../../../src/model/generated/api.js';
import type { KubeObject } from '../../../src/model/object.js';
import type { Reader, WriteContext } from '../../../src/model/store.js';

const reader = {
  get: (kind: string, _namespace: string, name: string) =>
    kind === 'ServiceAccount' && name === 'default' ? { metadata: { name } } : undefined,
  list: () => [],
} as unknown as Reader;

const context = { reader, world: { now: () => 0, uid: () => 'uid', pick: () => 0 }, warn: () => {} } as unknown as WriteContext;

export interface Outcome {
  readonly object: KubeObject;
  /** What the API would refuse it for, without repetitions. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export function create(manifest: KubeObject): Outcome {
  const object = decode(manifest, pod, 'Warn').object as Pod;
  object.metadata.namespace ??= 'default';
  pod.defaults?.(object);
  pod.admit?.(object, undefined, context);
  pod.prepareCreate?.(object, context);
  const errors = (pod.validateCreate?.(object, context) ?? []).map(formatFieldError);
  return { object, errors: [...new Set(errors)], warnings: pod.warnings?.(object, undefined) ?? [] };
}

/** A template at spec.template of some workload. */
export function createTemplate(template: PodTemplateSpec): Outcome {
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: 'template' }, spec: template.spec };
  const object = decode(manifest as KubeObject, pod, 'Warn').object;
  const { name: _, ...metadata } = object.metadata;
  const decoded: PodTemplateSpec = { metadata, spec: object.spec };
  defaultPodTemplate(decoded);
  const errors = validatePodTemplate(decoded, 'spec.template').map(formatFieldError);
  return {
    object: { ...object, ...decoded, metadata: object.metadata },
    errors: [...new Set(errors)],
    warnings: podTemplateWarnings(decoded),
  };
}
