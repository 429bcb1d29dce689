// What `wait --for` may ask for. Mirrors conditionFuncFor and the checks of k8s.io/kubectl/pkg/cmd/wait (condition.go, json.go).
import { parseJSONPath, relaxedJSONPath } from '../../../lib/jsonpath/index.js';
import type { KubeObject } from '../../../model/object.js';
import { UsageError } from '../../errors.js';

export type Condition =
  | { readonly what: 'delete' }
  | { readonly what: 'create' }
  | { readonly what: 'state'; readonly met: (o: KubeObject) => boolean };

/** Throws UsageError. */
export function parseCondition(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return { what: lower };
  if (text.startsWith('condition=')) return { what: 'state', met: statusCondition(text.slice('condition='.length)) };
  if (text.startsWith('jsonpath=')) return { what: 'state', met: pathCondition(text.slice('jsonpath='.length)) };
  throw new UsageError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function statusCondition(text: string): (o: KubeObject) => boolean {
  const equals = text.indexOf('=');
  const [name, wanted] = equals < 0 ? [text, 'true'] : [text.slice(0, equals), text.slice(equals + 1)];
  return ({ metadata, status }) => {
    const list = Array.isArray(status?.conditions) ? (status.conditions as KubeObject[]) : [];
    const condition = list.find(
      (c) => typeof c.type === 'string' && typeof c.status === 'string' && c.type.toLowerCase() === name.toLowerCase(),
    );
    if (!condition) return false;
    const observed: number | undefined = condition.observedGeneration ?? status.observedGeneration;
    if (metadata.generation !== undefined && observed !== undefined && observed < metadata.generation) return false;
    return (condition.status as string).toLowerCase() === wanted.toLowerCase();
  };
}

function pathCondition(text: string): (o: KubeObject) => boolean {
  const parts = splitAtEquals(text);
  if (parts.length > 2) {
    throw new UsageError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const [expression = '', value] = parts;
  const relaxed = usage(() => relaxedJSONPath(expression));
  if (value === '') {
    throw new UsageError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  }
  if (relaxed === '') throw new UsageError('jsonpath expression cannot be empty');
  const path = usage(() => parseJSONPath(relaxed));
  const wanted = value?.replace(/^['"]+|['"]+$/g, '').trim();
  return (o) => {
    const results = usage(() => path.find(o, { allowMissingKeys: true }));
    const [first] = results;
    if (!first || first.length === 0) return false;
    if (results.length > 1) throw new UsageError('given jsonpath expression matches more than one list');
    if (first.length > 1) throw new UsageError('given jsonpath expression matches more than one value');
    if (wanted === undefined) return true;
    const [found] = first;
    if (typeof found === 'object' && found !== null) {
      throw new UsageError('jsonpath leads to a nested object or list which is not supported');
    }
    return String(found).trim() === wanted;
  };
}

/** `a=b` at single equals signs: `==` belongs to a filter. */
const splitAtEquals = (text: string): string[] =>
  text
    .replaceAll('==', '\0')
    .split('=')
    .map((part) => part.replaceAll('\0', '=='));

function usage<T>(work: () => T): T {
  try {
    return work();
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}
