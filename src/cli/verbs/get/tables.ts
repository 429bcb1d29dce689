// Tables for people: the server's rows with the columns that flags add. Mirrors get.go (Run) and cli-runtime/pkg/printers/tableprinter.go.
import { TableWriter } from '../../../lib/tabwriter.js';
import type { KubeObject } from '../../../model/object.js';
import type { APIResource, Table } from '../../../model/request.js';
import { formatLabels } from '../../../model/selector.js';
import { isNotFound } from '../../../model/status.js';
import type { FlagValues, Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { singularName } from '../../mapper.js';
import { callItem, callList, plan, type Question, throwTogether } from '../../resources.js';
import { sortObjects, sortRows } from './sort.js';

/** Tables are for people; every other format is for programs. */
export const isHuman = (flags: FlagValues): boolean => ['', 'wide'].includes(flags.string('output')) && flags.string('template') === '';

/** One answer of the server: a list, or a single named object. */
interface Part {
  readonly resource: APIResource;
  readonly table: Table;
}

export function printTables({ flags, io, client, namespace }: Invocation<Client>, question: Question): void {
  const { parts, errors } = fetchTables(question, client, flags.bool('ignore-not-found'));
  const allNamespaces = flags.bool('all-namespaces');
  const sortBy = flags.string('sort-by');
  const severalKinds = new Set(parts.map((p) => p.resource)).size > 1;
  let written = '';
  for (const group of groups(sortBy !== '' && parts.length > 1 ? sortParts(parts, sortBy) : parts)) {
    const { resource } = group;
    const options = tableOptions(flags, resource, {
      withKind: severalKinds || flags.bool('show-kind'),
      withNamespace: allNamespaces && resource.namespaced,
    });
    const rows = sortBy === '' || group.table.rows.length < 2 ? group.table.rows : sortedRows(group.table.rows, sortBy);
    const text = new TableWriter().rows(tableLines({ ...group.table, rows }, options));
    if (text !== '' && written !== '' && !flags.bool('no-headers')) written += '\n';
    written += text;
  }
  io.out(written);
  if (written === '' && !flags.bool('ignore-not-found') && errors.length === 0)
    io.err(
      allNamespaces || parts.some((p) => !p.resource.namespaced)
        ? 'No resources found\n'
        : `No resources found in ${namespace} namespace.\n`,
    );
  throwTogether(errors);
}

/** kubectl swallows the error of a field that no row has, and then has nothing to print. */
function sortedRows(rows: Table['rows'], field: string): Table['rows'] {
  try {
    return sortRows(rows, field);
  } catch {
    return [];
  }
}

/** Of several answers kubectl sorts the tables themselves, by the field of a Table: there is next to nothing to sort by. */
function sortParts(parts: readonly Part[], field: string): Part[] {
  const order = sortObjects(
    parts.map((p) => p.table as unknown as KubeObject),
    field,
  );
  return order.map((table) => parts.find((p) => (p.table as unknown as KubeObject) === table) as Part);
}

/** Everything asked for; what could not be had is collected, as kubectl goes on after an error. */
function fetchTables(question: Question, client: Client, ignoreNotFound: boolean): { parts: Part[]; errors: Error[] } {
  const planned = plan(question, client.mapper);
  const parts: Part[] = [];
  const errors: Error[] = [...planned.errors];
  const fetch = (resource: APIResource, request: () => Table): void => {
    try {
      parts.push({ resource, table: request() });
    } catch (e) {
      if (!(ignoreNotFound && isNotFound(e))) errors.push(e as Error);
    }
  };
  if (planned.what === 'items')
    for (const query of planned.items) fetch(query.resource, () => callItem<Table>(query, client, { asTable: true }));
  else for (const query of planned.lists) fetch(query.resource, () => callList<Table>(query, client, { asTable: true }));
  return { parts, errors };
}

/** Neighbours of one type share headings and column widths. */
function groups(parts: readonly Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last?.resource === part.resource)
      merged[merged.length - 1] = { resource: part.resource, table: { ...last.table, rows: [...last.table.rows, ...part.table.rows] } };
    else merged.push(part);
  }
  return merged;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  /** Put before each name: "service/". */
  readonly prefix: string;
  readonly withNamespace: boolean;
  readonly labelColumns: readonly string[];
  readonly showLabels: boolean;
  /** The first column of --output-watch-events. */
  readonly event?: string;
}

export const tableOptions = (
  flags: FlagValues,
  resource: APIResource,
  shown: { withKind: boolean; withNamespace: boolean },
): TableOptions => ({
  wide: flags.string('output') === 'wide',
  noHeaders: flags.bool('no-headers'),
  prefix: shown.withKind ? `${singularName(resource)}/` : '',
  withNamespace: shown.withNamespace,
  labelColumns: flags.strings('label-columns'),
  showLabels: flags.bool('show-labels'),
});

/** Headings and rows as cells; nothing when the table is empty. */
export function tableLines(table: Table, options: TableOptions): string[][] {
  if (table.rows.length === 0) return [];
  const shown = table.columnDefinitions.map((c, i) => ({ ...c, i })).filter((c) => options.wide || c.priority === 0);
  const named = table.columnDefinitions[0]?.name === 'Name';
  const headings = [
    ...(options.event === undefined ? [] : ['EVENT']),
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...shown.map((c) => c.name.toUpperCase()),
    ...options.labelColumns.map((label) => (label.split('/').at(-1) ?? '').toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
  const lines = table.rows.map(({ cells, object }) => [
    ...(options.event === undefined ? [] : [options.event.padEnd(10)]),
    ...(options.withNamespace ? [object.metadata.namespace ?? ''] : []),
    ...shown.map(({ i }) => (named && i === 0 ? options.prefix : '') + cellText(cells[i])),
    ...options.labelColumns.map((label) => object.metadata.labels?.[label] ?? ''),
    ...(options.showLabels ? [formatLabels(object.metadata.labels)] : []),
  ]);
  return options.noHeaders ? lines : [headings, ...lines];
}

/** A cell ends at its first line break; escape sequences do not reach the terminal. */
function cellText(cell: string | number | boolean | null | undefined): string {
  if (typeof cell === 'number') return String(cell);
  const text = cell === null || cell === undefined ? '' : String(cell);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not reach the terminal
  if (!/[\f\n\r\u001b]/.test(text)) return text;
  const line = /^[^\f\n\r]*/.exec(text)?.[0] ?? '';
  return (line.length < text.length ? `${line}...` : line).replaceAll('\u001b', '^[');
}
