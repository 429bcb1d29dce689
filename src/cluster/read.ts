// get, list and watch: selection by label and field, as objects or as a Table. Mirrors k8s.io/apiserver/pkg/endpoints/handlers/get.go.
import { type FieldRequirement, fieldsMatch, parseFieldSelector, parseLabelSelector } from '../lib/selector.js';
import type { Node } from '../model/generated/api.js';
import { groupKindFor, type Kind } from '../model/kind.js';
import { type KubeObject, apiVersionOf } from '../model/object.js';
import type { Reply, Request, RequestOptions, Table, WatchEvents } from '../model/request.js';
import { matches, type Requirement } from '../model/selector.js';
import { badRequest, gone, notFound } from '../model/status.js';
import type { Session } from './session.js';

export function getObject(session: Session, kind: Kind, request: Request): KubeObject {
  const name = request.name ?? '';
  const found = session.reader.get(groupKindFor(kind), request.namespace ?? '', name);
  if (!found) throw notFound(kind.names, name);
  return found;
}

/** Throws a StatusError when there is none. */
export function nodeNamed({ reader }: Pick<Session, 'reader'>, name: string): Node & KubeObject {
  const node = reader.get('Node', '', name);
  if (!node) throw notFound({ group: '', plural: 'nodes' }, name);
  return node;
}

export function read(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (kind.readWarning) session.warnings.add(kind.readWarning);
  const object = getObject(session, kind, request);
  return request.options?.asTable ? table(session, kind, [object]) : object;
}

export function list(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (kind.readWarning) session.warnings.add(kind.readWarning);
  const objects = selected(session, kind, request);
  if (request.options?.asTable) return table(session, kind, objects);
  return {
    apiVersion: apiVersionOf(kind.names),
    kind: `${kind.names.kind}List`,
    metadata: { resourceVersion: String(session.core.store.rev) } as KubeObject['metadata'],
    items: objects,
  };
}

/** The objects that a list, a watch or a deletecollection is about. */
export function selected(session: Session, kind: Kind, request: Request): KubeObject[] {
  const options = request.options ?? {};
  const labels = labelsOf(options);
  const found = session.reader.list(groupKindFor(kind), {
    ...(request.namespace && { namespace: request.namespace }),
    labels,
  });
  const byField = fieldFilter(kind, options);
  return byField ? found.filter(byField) : found;
}

function labelsOf(options: RequestOptions): Requirement[] {
  if (!options.labelSelector) return [];
  try {
    return parseLabelSelector(options.labelSelector);
  } catch (e) {
    throw badRequest((e as Error).message);
  }
}

function fieldFilter(kind: Kind, options: RequestOptions): ((obj: KubeObject) => boolean) | undefined {
  if (!options.fieldSelector) return undefined;
  const wanted = parseFields(options.fieldSelector);
  const known = fieldsOf(kind, { metadata: { name: '' }, spec: {}, status: {} } as unknown as KubeObject);
  for (const { field } of wanted)
    if (known[field] === undefined)
      throw badRequest(
        kind.fields
          ? `field label not supported: ${field}`
          : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
  return (obj) => fieldsMatch(wanted, fieldsOf(kind, obj));
}

/** What --field-selector can ask of an object. */
const fieldsOf = (kind: Kind, obj: KubeObject): Record<string, string> => ({
  'metadata.name': obj.metadata.name,
  // Who names fields of its own and has no namespaces leaves this one out.
  ...((kind.names.namespaced || !kind.fields) && { 'metadata.namespace': obj.metadata.namespace ?? '' }),
  ...kind.fields?.(obj),
});

function parseFields(text: string): FieldRequirement[] {
  try {
    return parseFieldSelector(text);
  } catch (e) {
    throw badRequest((e as Error).message);
  }
}

/** Every committed change after options.resourceVersion (none without it: a watch begins now) that the selectors let through; leaving the selection shows as DELETED. */
export function watch(session: Session, kind: Kind, request: Request): WatchEvents {
  const since = Number(request.options?.resourceVersion ?? session.core.store.rev);
  const changes = session.core.store.since(since);
  if (!changes) throw gone(`too old resource version: ${since} (${session.core.store.rev})`);
  const labels = labelsOf(request.options ?? {});
  const byField = fieldFilter(kind, request.options ?? {});
  const name = groupKindFor(kind);
  const inView = (obj: KubeObject | undefined): boolean =>
    obj !== undefined &&
    (!request.namespace || obj.metadata.namespace === request.namespace) &&
    (!request.name || obj.metadata.name === request.name) &&
    matches(labels, obj.metadata.labels) &&
    (byField?.(obj) ?? true);
  const events = changes.flatMap(({ kind: k, type, object, old }): WatchEvents['events'] => {
    if (k !== name) return [];
    const was = inView(old);
    const is = type !== 'DELETED' && inView(object);
    const row = request.options?.asTable ? { table: table(session, kind, [object]) } : {};
    if (is) return [{ type: was ? 'MODIFIED' : 'ADDED', object, ...row }];
    return was ? [{ type: 'DELETED', object, ...row }] : [];
  });
  return { kind: 'WatchEvents', resourceVersion: String(session.core.store.rev), events };
}

/** Rows made by the server: meta.k8s.io/v1 Table. Mirrors pkg/printers/internalversion and apiserver's TableConvertor. */
export function table(session: Session, kind: Pick<Kind, 'columns'>, objects: readonly KubeObject[]): Table {
  const at = { now: session.world.now() };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(session.core.store.rev) },
    columnDefinitions: kind.columns.map(({ name, type, priority }) => ({ name, type, priority })),
    rows: objects.map((object) => ({ cells: kind.columns.map((c) => c.cell(object, at)), object })),
  };
}
