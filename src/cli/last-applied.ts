// The annotation in which `kubectl apply` remembers what was applied. Mirrors k8s.io/kubectl/pkg/util/apply.go.
import { goJSON } from '../lib/go-format.js';
import type { KubeObject } from '../model/object.js';

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The annotation's text, or undefined. */
export const lastApplied = (object: KubeObject): string | undefined => object.metadata.annotations?.[lastAppliedAnnotation];

/** Annotations as kubectl reads them before it writes them back: null is "". */
const annotationsOf = ({ metadata }: KubeObject): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).map(([key, value]) => [key, (value as string | null) ?? '']));

/** The configuration as it is written into the annotation: without the annotation itself, with a newline. */
export function configurationText(object: KubeObject): string {
  const { [lastAppliedAnnotation]: _, ...annotations } = annotationsOf(object);
  return `${goJSON({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
}

/** The object with itself in its annotation. */
export function withLastApplied(object: KubeObject): KubeObject {
  const annotations = { ...annotationsOf(object), [lastAppliedAnnotation]: configurationText(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** --save-config of verbs that change objects: only an annotation that is there is renewed, unless `save`. */
export const withUpdatedAnnotation = (object: KubeObject, save: boolean): KubeObject =>
  save || lastApplied(object) !== undefined ? withLastApplied(object) : object;

/** The same for an object a generator made: the text keeps the order of its fields, and has no empty annotations. */
export function withTypedConfiguration(object: KubeObject): KubeObject {
  const text = JSON.stringify(object).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [lastAppliedAnnotation]: `${text}\n` } },
  };
}
