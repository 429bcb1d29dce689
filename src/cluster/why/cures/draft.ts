// A change of one object that may be a cure: as the request that is tried on a copy, and as the command that a user can paste.
import { kinds } from '../../../kinds/index.js';
import type { Json, KubeObject } from '../../../model/object.js';
import { groupKindOf } from '../../../model/object.js';
import type { Request } from '../../../model/request.js';
import type { Scene } from '../scene.js';

export interface Draft {
  /** "Service default/web" */
  readonly object: string;
  /** What is changed, as a clause. */
  readonly what: string;
  readonly request: Request;
  /** For a shell. */
  readonly command: string;
  /** Seconds after which it must have worked; default 90. */
  readonly patience?: number;
  /** Of a JSON patch: another one of the same object can follow it. */
  readonly operations?: readonly Operation[];
}

/** Drafts for one kind of failure, the smallest first. */
export type Search = (scene: Scene) => Iterable<Draft>;

type Target = Pick<Request, 'verb' | 'group' | 'resource' | 'name' | 'namespace'> & { readonly word: string; readonly shown: string };

function targetOf(object: KubeObject): Target {
  const names = kinds.get(groupKindOf(object))?.names;
  if (!names) throw new Error(`no kind ${groupKindOf(object)}`);
  const { name, namespace } = object.metadata;
  return {
    verb: 'patch',
    group: names.group,
    resource: names.plural,
    name,
    ...(names.namespaced && { namespace: namespace ?? '' }),
    word: `${names.singular} ${name}`,
    shown: `${names.kind} ${names.namespaced ? `${namespace}/` : ''}${name}`,
  };
}

const requestOf = ({ word: _word, shown: _shown, ...target }: Target, body: Json, patchType: 'json' | 'merge' | 'strategic'): Request => ({
  ...target,
  body,
  options: { patchType, fieldManager: 'kubectl-patch', fieldValidation: 'Strict' },
});

/** Quoted for a shell. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const inNamespace = ({ namespace }: Scene, object: KubeObject): string =>
  object.metadata.namespace && object.metadata.namespace !== namespace ? ` -n ${object.metadata.namespace}` : '';

export function patch(scene: Scene, object: KubeObject, body: Json, what: string): Draft {
  const target = targetOf(object);
  return {
    object: target.shown,
    what,
    request: requestOf(target, body, 'strategic'),
    command: `kubectl patch ${target.word}${inNamespace(scene, object)} -p ${quoted(JSON.stringify(body))}`,
  };
}

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: Json;
}

export function jsonPatch(scene: Scene, object: KubeObject, operations: readonly Operation[], what: string): Draft {
  const target = targetOf(object);
  const body = operations as unknown as Json;
  return {
    object: target.shown,
    what,
    operations,
    request: requestOf(target, body, 'json'),
    command: `kubectl patch ${target.word}${inNamespace(scene, object)}${patchFlags(operations)}`,
  };
}

const patchFlags = (operations: readonly Operation[]): string => ` --type=json -p ${quoted(JSON.stringify(operations))}`;

/** Both changes in one patch; undefined when they are not of one object. */
export function combined(first: Draft, second: Draft): Draft | undefined {
  if (first.object !== second.object || !first.operations || !second.operations) return undefined;
  const operations = [...first.operations, ...second.operations];
  return {
    object: first.object,
    what: `${first.what}; ${second.what}`,
    operations,
    request: { ...first.request, body: operations as unknown as Json },
    command: first.command.replace(patchFlags(first.operations), patchFlags(operations)),
  };
}

export type Labels = Readonly<Record<string, string>>;

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([k, v]) => `${k}=${v}`)
    .join(',');

/** A Service's whole selector. */
export function select(scene: Scene, service: KubeObject, selector: Labels): Draft {
  const target = targetOf(service);
  const body: Json = [{ op: 'add', path: '/spec/selector', value: { ...selector } }];
  return {
    object: target.shown,
    what: `spec.selector becomes ${labelText(selector)}`,
    request: requestOf(target, body, 'json'),
    command: `kubectl set selector ${target.word}${inNamespace(scene, service)} ${quoted(labelText(selector))}`,
  };
}

/** null takes a label away. */
export function label(scene: Scene, object: KubeObject, labels: Readonly<Record<string, string | null>>): Draft {
  const target = targetOf(object);
  const words = Object.entries(labels).map(([k, v]) => (v === null ? `${k}-` : `${k}=${v}`));
  const overwrites = Object.entries(labels).some(([k, v]) => v !== null && object.metadata.labels?.[k] !== undefined);
  return {
    object: target.shown,
    what: Object.entries(labels)
      .map(([k, v]) => (v === null ? `label ${k} is taken away` : `label ${k} becomes ${v}`))
      .join(', '),
    request: requestOf(target, { metadata: { labels: { ...labels } } }, 'merge'),
    command: `kubectl label ${target.word}${inNamespace(scene, object)} ${words.map(quoted).join(' ')}${overwrites ? ' --overwrite' : ''}`,
  };
}

export function scale(scene: Scene, workload: KubeObject, replicas: number): Draft {
  const target = targetOf(workload);
  return {
    object: target.shown,
    what: `spec.replicas becomes ${replicas}`,
    request: { ...requestOf(target, { spec: { replicas } }, 'merge'), subresource: 'scale' },
    command: `kubectl scale ${target.word}${inNamespace(scene, workload)} --replicas=${replicas}`,
  };
}
