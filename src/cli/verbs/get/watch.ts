// get --watch: what is there, then what changes while the cluster's clock goes on. Mirrors get.go (watch).
import { goJSON } from '../../../lib/go-format.js';
import { TableWriter } from '../../../lib/tabwriter.js';
import type { KubeObject } from '../../../model/object.js';
import type { APIResource, Table, WatchEvents } from '../../../model/request.js';
import type { Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { withoutManagedFields } from '../../print/printer.js';
import { type ItemQuery, type ListQuery, plan, type Question, requestFor, selectors } from '../../resources.js';
import { watched } from '../../watched.js';
import { getPrinter } from './generic.js';
import { isHuman, tableLines, tableOptions } from './tables.js';

type Event = WatchEvents['events'][number];
type Present = Table | (KubeObject & { items?: KubeObject[] });

export function watchObjects(invocation: Invocation<Client>, question: Question): void {
  const { client, flags, io } = invocation;
  const [query, ...more] = queries(question, client);
  const asTable = isHuman(flags);
  const text = asTable ? rowText(invocation, query.resource) : objectText(invocation);
  const named = 'name' in query;
  const options = { asTable, ...(named ? {} : selectors(query)) };
  // A list says when it was made; an object only when it was changed, which may be before what the server remembers.
  const before = named && !asTable ? client.call<WatchEvents>(requestFor(query, 'watch')).resourceVersion : undefined;
  const present = client.call<Present>(requestFor(query, named ? 'get' : 'list', { options }));
  const others = more.map((q) => client.call<Present>(requestFor(q, 'get', { options })));
  if (!flags.bool('watch-only')) for (const event of [present, ...others].flatMap(initialEvents)) io.out(text(event));
  if (more.length > 0) throw new UsageError('you may only watch a single resource or type of resource at a time');

  const changes = (resourceVersion: string): WatchEvents =>
    client.call(requestFor(query, 'watch', { options: { ...options, resourceVersion } }));
  watched(client, before ?? present.metadata.resourceVersion ?? '0', changes, (event) => io.out(text(event)));
}

/** Several names are shown before kubectl says that it watches only one. */
function queries(question: Question, client: Client): [ItemQuery | ListQuery, ...(ItemQuery | ListQuery)[]] {
  const planned = plan({ ...question, singleType: true }, client.mapper);
  const [query, ...more] = planned.what === 'items' ? planned.items : planned.lists;
  if (!query) throw new UsageError('no objects passed to get');
  return [query, ...more];
}

/** What is there already, as events; a table at once, so that its columns fit all rows. */
function initialEvents(present: Present): Event[] {
  if (present.kind === 'Table') return [{ type: 'ADDED', object: {} as KubeObject, table: present as Table }];
  return ((present as { items?: KubeObject[] }).items ?? [present as KubeObject]).map((object) => ({ type: 'ADDED', object }));
}

/** Rows of one growing table. */
function rowText({ flags }: Invocation<Client>, resource: APIResource): (event: Event) => string {
  const writer = new TableWriter();
  let headings = !flags.bool('no-headers');
  const shown = { withKind: flags.bool('show-kind'), withNamespace: flags.bool('all-namespaces') && resource.namespaced };
  const options = tableOptions(flags, resource, shown);
  return ({ type, table }) => {
    if (!table || table.rows.length === 0) return '';
    const lines = tableLines(table, { ...options, noHeaders: !headings, ...(flags.bool('output-watch-events') && { event: type }) });
    headings = false;
    return writer.rows(lines);
  };
}

/** --output-watch-events: names are of the object, JSON is one line an event, every other format prints `{type, object}`. */
function objectText(invocation: Invocation<Client>): (event: Event) => string {
  const print = getPrinter(invocation);
  const output = invocation.flags.string('output');
  if (!invocation.flags.bool('output-watch-events') || output === 'name') return ({ object }) => print(object);
  const keepsManagers = invocation.flags.bool('show-managed-fields');
  return ({ type, object: whole }) => {
    const object = keepsManagers ? whole : withoutManagedFields(whole);
    return output === 'json'
      ? `{"type":${JSON.stringify(type)},"object":${goJSON(object)}}\n`
      : print({ type, object } as unknown as KubeObject);
  };
}
