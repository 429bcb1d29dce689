// --record: notes the command in the object, for `rollout history`. Mirrors k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go.
import type { KubeObject } from '../model/object.js';
import type { Flag, Invocation } from '../model/verb.js';

export const recordFlag: Flag = {
  name: 'record',
  type: 'bool',
  default: 'false',
  usage: 'Record the current command in the resource annotation.',
  deprecated: 'Flag --record has been deprecated, --record will be removed in the future',
};

const annotation = 'kubernetes.io/change-cause';

/** The object with the command in it, when --record asks for that. */
export function withCause<C>(object: KubeObject, { flags, commandLine }: Invocation<C>): KubeObject {
  if (!flags.bool('record')) return object;
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: commandLine } } };
}
