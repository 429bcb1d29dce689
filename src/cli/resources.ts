// Which objects a command is about: `TYPE NAME...`, `TYPE/NAME ...`, comma lists, "all", selectors, -f.
// Mirrors k8s.io/cli-runtime/pkg/resource/builder.go, its order of checks and its words.
import type { KubeObject } from '../model/object.js';
import type { APIResource, Request, Table } from '../model/request.js';
import { isNotFound, StatusError } from '../model/status.js';
import { matches, type Requirement } from '../model/selector.js';
import { goQuote } from '../lib/go-format.js';
import { parseLabelSelector } from '../lib/selector.js';
import type { Client } from './client.js';
import { severalErrors, UsageError } from './errors.js';
import type { ManifestObject, Manifests } from './manifest/index.js';
import type { Mapper } from './mapper.js';

export interface Question {
  readonly args: readonly string[];
  /** "kubectl": named in one of the errors. */
  readonly program: string;
  /** The namespace to look in. */
  readonly namespace: string;
  /** -n was used: manifests must agree with it. */
  readonly namespaceGiven?: boolean;
  readonly allNamespaces?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** --all */
  readonly all?: boolean;
  /** A type alone means all of its objects (get, describe). */
  readonly typeAlone?: boolean;
  /** What -f and -k gave; undefined when neither was used. */
  readonly manifests?: Manifests | undefined;
  readonly subresource?: string;
  /** Only one type may be asked for (get -w). */
  readonly singleType?: boolean;
}

/** One object by name, or all that a selector finds. */
export interface ItemQuery {
  readonly resource: APIResource;
  /** Absent for cluster-scoped resources. */
  readonly namespace?: string;
  readonly name: string;
  readonly subresource?: string;
  /** The object as the manifest has it, and the manifest; for -f only. */
  readonly manifest?: ManifestObject;
}

export interface ListQuery {
  readonly resource: APIResource;
  /** Absent: all namespaces, or cluster-scoped. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type Plan =
  | {
      readonly what: 'items';
      readonly items: readonly ItemQuery[];
      /** One object was asked for: print it alone, not in a List. */
      readonly single: boolean;
      /** Manifests that could not be read or have no type: kubectl goes on with the others. */
      readonly errors: readonly Error[];
    }
  | { readonly what: 'lists'; readonly lists: readonly ListQuery[]; readonly errors: readonly Error[] };

export const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** What to ask the server for. Throws UsageError. */
export function plan(question: Question, mapper: Mapper): Plan {
  const words = readWords(question, mapper);
  const labelSelector = question.labelSelector?.trim() || undefined;
  const fieldSelector = question.fieldSelector?.trim() || undefined;
  if (question.all && (labelSelector ?? fieldSelector) !== undefined)
    throw new UsageError("setting 'all' parameter but found a non empty selector. ");
  if (question.manifests) return byManifests(question.manifests, words, question, mapper);
  const everything = question.all || (question.typeAlone && words.types.length > 0 && words.names.length === 0);
  if (everything || labelSelector !== undefined || fieldSelector !== undefined)
    return bySelector(words, question, mapper, { labelSelector, fieldSelector });
  if (words.pairs.length > 0) return byPairs(words, question, mapper);
  if (words.names.length > 0) return byNames(words, question, mapper);
  if (words.types.length === 0) throw new UsageError(missingResource);
  for (const type of words.types) mapper.find(type);
  throw new UsageError('resource(s) were provided, but no name was specified');
}

interface Words {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly pairs: readonly { type: string; name: string }[];
}

const unique = (list: readonly string[]): string[] => [...new Set(list)];

function readWords({ args: given, program }: Question, mapper: Mapper): Words {
  const args = normalize(given);
  const slashes = args.filter((a) => a.includes('/')).length;
  if (slashes > 0 && slashes === args.length) return { types: [], names: [], pairs: args.map(splitPair) };
  if (slashes > 0)
    throw new UsageError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${program} get resource/<resource_name>' instead of '${program} get resource resource/<resource_name>'`,
    );
  const [first, ...names] = args;
  if (first === undefined) return { types: [], names: [], pairs: [] };
  const types = first.split(',').flatMap((type) => mapper.category(type) ?? [type]);
  return { types: unique(types), names, pairs: [] };
}

/** `a,b x y` is `a/x a/y b/x b/y`. */
function normalize(args: readonly string[]): readonly string[] {
  const [first = '', ...names] = args;
  const types = unique(first.split(','));
  return names.length > 0 && types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

function splitPair(word: string): { type: string; name: string } {
  const parts = word.split('/');
  if (parts.length !== 2) throw new UsageError('arguments in resource/name form may not have more than one slash');
  const [type = '', name = ''] = parts;
  if (type === '' || name === '' || unique(type.split(',')).length !== 1)
    throw new UsageError('arguments in resource/name form must have a single resource and name');
  return { type, name };
}

function bySelector(
  words: Words,
  question: Question,
  mapper: Mapper,
  selectors: { labelSelector?: string | undefined; fieldSelector?: string | undefined },
): Plan {
  if (words.names.length > 0) throw new UsageError('name cannot be provided when a selector is specified');
  if (words.pairs.length > 0) throw new UsageError('selectors and the all flag cannot be used when passing resource/name arguments');
  if (words.types.length === 0) throw new UsageError('at least one resource must be specified to use a selector');
  if (question.subresource) throw new UsageError('subresource cannot be used when bulk resources are specified');
  const resources = distinct(words.types.map((t) => mapper.find(t)));
  if (question.singleType && words.types.length > 1) throw manyTypes();
  const { labelSelector, fieldSelector } = selectors;
  return {
    what: 'lists',
    errors: [],
    lists: resources.map((resource) => ({
      resource,
      ...(resource.namespaced && !question.allNamespaces && { namespace: question.namespace }),
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    })),
  };
}

const manyTypes = (): UsageError => new UsageError('you may only specify a single resource type');

const distinct = (resources: readonly APIResource[]): APIResource[] => [...new Set(resources)];

function byPairs(words: Words, question: Question, mapper: Mapper): Plan {
  const found = words.pairs.map(({ type, name }) => ({ resource: mapper.find(type), name }));
  if (question.singleType && distinct(found.map((f) => f.resource)).length > 1) throw manyTypes();
  return {
    what: 'items',
    errors: [],
    single: found.length === 1,
    items: found.map(({ resource, name }) => item(resource, name, question)),
  };
}

function byNames(words: Words, question: Question, mapper: Mapper): Plan {
  if (words.types.length > 1) throw new UsageError('you must specify only one resource');
  const resource = mapper.find(words.types[0] as string);
  if (words.names.includes('')) throw new UsageError('resource name may not be empty');
  return { what: 'items', errors: [], single: words.names.length === 1, items: words.names.map((name) => item(resource, name, question)) };
}

function item(resource: APIResource, name: string, question: Question): ItemQuery {
  if (resource.namespaced && question.allNamespaces) throw new UsageError('a resource cannot be retrieved by name across all namespaces');
  const { namespace, subresource } = question;
  return { resource, name, ...(resource.namespaced && { namespace }), ...(subresource && { subresource }) };
}

function byManifests(manifests: Manifests, words: Words, question: Question, mapper: Mapper): Plan {
  if (words.types.length > 0)
    throw new UsageError('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
  if (words.pairs.length > 0) throw new UsageError('resource/name arguments cannot be provided when a path is specified');
  const wanted = requirements(question.labelSelector?.trim() ?? '');
  const items: ItemQuery[] = [];
  const errors: Error[] = [...manifests.errors];
  for (const manifest of manifests.objects) {
    if (!matches(wanted, manifest.object.metadata?.labels)) continue;
    try {
      items.push(manifestItem(manifest, question, mapper));
    } catch (e) {
      errors.push(e as Error);
    }
  }
  return { what: 'items', items, errors, single: manifests.objects.length === 1 };
}

/** -l where objects come from files. */
export function requirements(selector: string): Requirement[] {
  try {
    return selector === '' ? [] : parseLabelSelector(selector);
  } catch (e) {
    throw new UsageError(`the provided selector ${JSON.stringify(selector)} is not valid: ${(e as Error).message}`);
  }
}

export function manifestItem(manifest: ManifestObject, question: Question, mapper: Mapper): ItemQuery {
  const { object } = manifest;
  const resource = resourceOf(manifest, mapper);
  const own = object.metadata?.namespace;
  if (resource.namespaced && question.namespaceGiven && own && own !== question.namespace)
    throw new UsageError(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(question.namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  return { resource, name: object.metadata?.name ?? '', manifest, ...(resource.namespaced && { namespace: own || question.namespace }) };
}

/** The resource of a manifest's object; throws kubectl's `no matches for kind`. */
export function resourceOf({ object, source }: ManifestObject, mapper: Mapper): APIResource {
  const resource = mapper.ofKind(object);
  if (resource) return resource;
  const { name = '', namespace = '' } = object.metadata ?? {};
  const where = source === 'STDIN' ? 'STDIN' : source;
  throw new UsageError(
    `resource mapping not found for name: ${goQuote(name)} namespace: ${goQuote(namespace)} from ${goQuote(where)}: no matches for kind ${goQuote(object.kind)} in version ${goQuote(object.apiVersion.replace(/^\//, ''))}\nensure CRDs are installed first`,
  );
}

/** The manifest's object with the namespace that it belongs to. */
export function placedObject({ manifest, namespace }: ItemQuery): KubeObject {
  const object = manifest?.object as KubeObject;
  return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

/** Where requests about an object go. */
export const requestFor = (
  query: { resource: APIResource; namespace?: string; name?: string; subresource?: string },
  verb: Request['verb'],
  more: Partial<Request> = {},
): Request => ({
  verb,
  group: query.resource.group,
  version: query.resource.version,
  resource: query.resource.plural,
  ...(query.namespace !== undefined && { namespace: query.namespace }),
  ...(query.name !== undefined && { name: query.name }),
  ...(query.subresource && { subresource: query.subresource }),
  ...more,
});

/** An object a verb acts on, as it is on the server now. */
export interface Target {
  readonly resource: APIResource;
  readonly namespace?: string;
  readonly name: string;
  readonly object: KubeObject;
  readonly manifest?: ManifestObject;
}

export interface Targets {
  readonly targets: readonly Target[];
  /** Both, as they were come upon: for verbs that say what went wrong in that order (visitAll). */
  readonly inOrder: readonly (Target | Error)[];
  /** What could not be had (NotFound of some names): the verb goes on with the others and throws severalErrors() at the end. */
  readonly errors: readonly Error[];
  /** One object was asked for by name or file. */
  readonly single: boolean;
}

/** The live objects that the question is about. */
export function findTargets(question: Question, client: Client): Targets {
  const planned = plan(question, client.mapper);
  const found: (Target | Error)[] = [...planned.errors];
  const attempt = (work: () => Target[]): void => {
    try {
      found.push(...work());
    } catch (e) {
      found.push(e as Error);
    }
  };
  if (planned.what === 'items')
    for (const query of planned.items) attempt(() => [{ ...query, object: callItem<KubeObject>(query, client) }]);
  else for (const query of planned.lists) attempt(() => listTargets(query, client));
  return {
    targets: found.filter((f): f is Target => !(f instanceof Error)),
    errors: found.filter((f) => f instanceof Error),
    inOrder: found,
    single: planned.what === 'items' && planned.single,
  };
}

/** Works through all of them. What could not be had, and what fails for one, does not keep it from the others. */
export function visitAll<T extends object>(inOrder: readonly (T | Error)[], visit: (one: T) => void): void {
  const errors: Error[] = [];
  for (const one of inOrder) {
    try {
      if (one instanceof Error) throw one;
      visit(one);
    } catch (e) {
      errors.push(e as Error);
    }
  }
  throwErrors(errors);
}

function listTargets(query: ListQuery, client: Client): Target[] {
  const { resource } = query;
  return listObjects(query, client).items.map((object) => ({
    resource,
    name: object.metadata.name,
    ...(resource.namespaced && { namespace: object.metadata.namespace ?? '' }),
    object: { ...object, apiVersion: object.apiVersion ?? apiVersionOf(resource), kind: object.kind ?? resource.kind },
  }));
}

const apiVersionOf = (r: APIResource): string => (r.group === '' ? r.version : `${r.group}/${r.version}`);

export interface ObjectList {
  readonly metadata: { readonly resourceVersion?: string };
  readonly items: KubeObject[];
}

export function listObjects(query: ListQuery, client: Client): ObjectList {
  return callList<ObjectList>(query, client);
}

/** A list of the server, as objects or as a table; when it refuses the selectors they are named, as cli-runtime's Selector does. */
export function callList<T>(query: ListQuery, client: Client, options: Request['options'] = {}): T {
  try {
    return client.call<T>(requestFor(query, 'list', { options: { ...options, ...selectors(query) } }));
  } catch (e) {
    if (!(e instanceof StatusError) || !['BadRequest', 'NotFound'].includes(e.status.reason ?? '')) throw e;
    const { resource, labelSelector = '', fieldSelector = '' } = query;
    const what = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.plural}`);
    const by = `that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`;
    const message =
      labelSelector === '' && fieldSelector === '' ? `Unable to list ${what}: ${e.message}` : `Unable to find ${what} ${by}: ${e.message}`;
    throw new StatusError({ ...e.status, message });
  }
}

const nameless = ({ object }: ManifestObject): Table => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion: '' },
  columnDefinitions: ['Name', 'Age'].map((name) => ({
    name,
    type: 'string',
    priority: 0,
  })),
  rows: [
    {
      cells: ['', '<unknown>'],
      object,
    },
  ],
});

/** One object, as it is or as a table. Where the namespace itself is missing kubectl says that instead (cli-runtime's Info.Get). */
export function callItem<T extends object>(query: ItemQuery, client: Client, options: Request['options'] = {}): T {
  // What a manifest gives no name cannot be looked up: kubectl goes on with what stands there.
  if (query.name === '' && query.manifest) return (options.asTable ? nameless(query.manifest) : placedObject(query)) as T;
  try {
    return client.call<T>(requestFor(query, 'get', { options }));
  } catch (e) {
    const { namespace = 'default' } = query;
    if (isNotFound(e) && namespace !== 'default')
      client.call({ verb: 'get', group: '', version: 'v1', resource: 'namespaces', name: namespace });
    throw e;
  }
}

/** The object as the cluster has it; undefined: it is not there. */
export function liveObject(item: Pick<ItemQuery, 'resource' | 'namespace' | 'name'>, client: Client): KubeObject | undefined {
  try {
    return client.call<KubeObject>(requestFor(item, 'get'));
  } catch (e) {
    if (isNotFound(e)) return undefined;
    throw e;
  }
}

export const selectors = ({ labelSelector, fieldSelector }: ListQuery): { labelSelector?: string; fieldSelector?: string } => ({
  ...(labelSelector !== undefined && { labelSelector }),
  ...(fieldSelector !== undefined && { fieldSelector }),
});

/** Throws when some of the objects could not be had. */
export function throwErrors(errors: readonly Error[]): void {
  if (errors.length > 0) throw severalErrors(errors);
}

/** The same for verbs whose errors stay an aggregate even when there is one: printed without "error: " (describe, the tables of get). */
export function throwTogether(errors: readonly Error[]): void {
  if (errors.length > 0) throw new AggregateError(errors, errors.map((e) => e.message).join('\n'));
}
