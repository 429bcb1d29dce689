// kubectl events: what happened, in the order in which it was last seen. Mirrors k8s.io/kubectl/pkg/cmd/events.
import { ageOf } from '../../lib/duration.js';
import { TableWriter } from '../../lib/tabwriter.js';
import type { Event } from '../../model/generated/api.js';
import { inGoOrder } from '../../model/go-order.js';
import type { KubeObject } from '../../model/object.js';
import type { APIResource, WatchEvents } from '../../model/request.js';
import type { FlagValues, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { bareError, UsageError } from '../errors.js';
import { flag } from '../flag.js';
import { objectPrinter, type Printer, printFlags } from '../print/printer.js';
import { watched } from '../watched.js';

export const events: Verb<Client> = {
  id: 'events',
  use: 'events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  short: 'List events',
  long: 'Shows what happened in a namespace, or in all of them, or to one object.',
  example: `
    # What happened in this namespace
    kubectl events

    # What happened to one Pod, and what goes on happening
    kubectl events --for pod/web-pod-13je7 --watch

    # Only what went wrong, anywhere
    kubectl events -A --types=Warning`,
  flags: [
    ...printFlags,
    flag('all-namespaces', 'bool', 'false', 'Look in all namespaces; --namespace is ignored.', 'A'),
    flag('chunk-size', 'int', '500', 'How many objects one answer holds; 0 for all. Answers are whole here.'),
    flag('for', 'string', '', 'Only events about this object, as TYPE/NAME.'),
    flag('no-headers', 'bool', 'false', 'Leave out the line of headings.'),
    flag('types', 'stringSlice', '[]', 'Only events of these types.'),
    flag('watch', 'bool', 'false', 'Then go on and show what happens.', 'w'),
  ],
  run(invocation) {
    const { client, flags, io, namespace } = invocation;
    const all = flags.bool('all-namespaces');
    const fieldSelector = selectorFor(flags.string('for'), client);
    const print = printerOf(invocation);
    const wanted = typeFilter(flags.strings('types'));
    const query = { group: '', resource: 'events', ...(!all && { namespace }) };
    const options = fieldSelector === '' ? {} : { fieldSelector };
    const list = client.call<KubeObject & { items: Event[] }>({ ...query, verb: 'list', options });
    const items = list.items.filter(wanted);
    if (flags.bool('watch')) {
      for (const event of items) io.out(print(event as KubeObject));
      const since = list.metadata.resourceVersion ?? '0';
      const more = (resourceVersion: string): WatchEvents =>
        client.call({ ...query, verb: 'watch', options: { ...options, resourceVersion } });
      watched(client, since, more, ({ type, object }) => {
        if (type !== 'DELETED' && wanted(object as unknown as Event)) io.out(print(object));
      });
    } else if (items.length === 0) io.err(all ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    else {
      const sorted = items.sort((a, b) => lastSeen(a) - lastSeen(b));
      io.out(print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: sorted } as unknown as KubeObject));
    }
  },
};

/** `--for pod/web`: only events about this object. */
function selectorFor(object: string, client: Client): string {
  if (object === '') return '';
  const [word = '', name, ...more] = object.split('/');
  if (name === undefined) throw new UsageError('--for must be in resource/name form');
  if (more.length > 0) throw new UsageError('arguments in resource/name form may not have more than one slash');
  if (word === '') throw new UsageError('a resource must be present, got: /, Resource=');
  const { group, version, kind } = typeNamed(word.toLowerCase(), client);
  const fields = [
    `involvedObject.kind=${kind}`,
    `involvedObject.apiVersion=${group ? `${group}/` : ''}${version}`,
    `involvedObject.name=${name}`,
  ];
  return name === '' ? '' : fields.join(',');
}

/** Mirrors how kubectl tells of a type that its mapper alone does not find. */
function typeNamed(word: string, client: Client): APIResource {
  try {
    return client.mapper.find(word);
  } catch (e) {
    const group = word.split('.').slice(1).join('.');
    throw bareError(`${(e as Error).message}${group ? ` in group ${JSON.stringify(group)}` : ''}`);
  }
}

function typeFilter(types: readonly string[]): (event: Event) => boolean {
  const wanted = types.map((type) => type.toLowerCase());
  if (wanted.some((type) => type !== 'normal' && type !== 'warning')) throw new UsageError('valid --types are Normal or Warning');
  return ({ type = '' }) => wanted.length === 0 || wanted.includes(type.toLowerCase());
}

function printerOf(invocation: Invocation<Client>): Printer {
  const { flags, client } = invocation;
  if (flags.string('output') === '') return rowsOf(flags, () => client.now());
  const print = objectPrinter(invocation, { typed: true });
  // kubectl fails to name what is in its list, and does not say so.
  if (flags.string('output') === 'name') return (object) => (object.items ? '' : print(object));
  return (object) => print(object.items ? { ...object, items: (object.items as KubeObject[]).map(inGoOrder) } : object);
}

/** Rows of one growing table. */
function rowsOf(flags: FlagValues, now: () => number): Printer {
  const writer = new TableWriter();
  const withNamespace = flags.bool('all-namespaces');
  const headings = [...(withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  let waiting = flags.bool('no-headers') ? [] : [headings];
  return (object) => {
    const rows = ((object.items ?? [object]) as Event[]).map((e) => [
      ...(withNamespace ? [e.metadata.namespace ?? ''] : []),
      ...cells(e, now()),
    ]);
    const text = writer.rows([...waiting, ...rows]);
    waiting = [];
    return text;
  };
}

const cells = (e: Event, now: number): string[] => [
  interval(e, now),
  e.type ?? '',
  e.reason ?? '',
  `${e.involvedObject.kind ?? ''}/${e.involvedObject.name ?? ''}`,
  (e.message ?? '').trim(),
];

/** "14s", or "3s (x4 over 40s)" for what happened again. */
function interval(e: Event, now: number): string {
  const first = ageOf(e.eventTime || e.firstTimestamp, now);
  if (e.series) return `${ageOf(e.series.lastObservedTime, now)} (x${e.series.count ?? 0} over ${first})`;
  return (e.count ?? 0) > 1 ? `${ageOf(e.lastTimestamp, now)} (x${e.count} over ${first})` : first;
}

function lastSeen({ series, lastTimestamp, eventTime }: Event): number {
  const time = series ? series.lastObservedTime : (lastTimestamp ?? eventTime);
  return time ? Date.parse(time) : Number.NEGATIVE_INFINITY;
}
