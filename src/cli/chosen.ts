// Which objects a verb changes: live ones by name, selector or file, or with --local those of the files alone.
import { byText } from '../lib/go-format.js';
import { groupOf, type KubeObject } from '../model/object.js';
import type { Flag, FlagValues, Invocation } from '../model/verb.js';
import type { Client } from './client.js';
import { UsageError } from './errors.js';
import { filenameFlags, givesFiles } from './filename-flags.js';
import { allObjects, manifestsOf } from './manifest/index.js';
import { printFlags } from './print/printer.js';
import { dryRunFlag, fieldManagerFlag, recordFlag } from './write-flags.js';
import { findTargets, missingResource, type Target, visitAll } from './resources.js';
import { flag } from './flag.js';

export const allFlag = flag('all', 'bool', 'false', 'All objects of the types, in the namespace.');
export const selectorFlag = flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web'.", 'l');
export const fieldSelectorFlag = flag('field-selector', 'string', '', 'Only objects whose fields match.');
export const allNamespacesFlag = flag('all-namespaces', 'bool', 'false', 'In all namespaces.', 'A');
export const localFlag = flag('local', 'bool', 'false', 'Work on the files alone; no cluster is asked.');
export const filesFlags = (purpose: string): readonly Flag[] => filenameFlags(`identifying the resource to ${purpose}`);

/** What label and annotate take; `noun` as in "the label". */
export const pairFlags = (noun: 'label' | 'annotation', manager: string): readonly Flag[] => [
  allFlag,
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag(manager),
  fieldSelectorFlag,
  localFlag,
  selectorFlag,
  ...filesFlags(noun === 'label' ? 'update the labels' : 'update the annotation'),
  ...printFlags,
  flag('list', 'bool', 'false', `Show the ${noun}s.`),
  flag('overwrite', 'bool', 'false', `Whether ${noun === 'label' ? 'a label' : 'an annotation'} that is there may get another value.`),
  recordFlag,
  flag('resource-version', 'string', '', 'Only change the object when it has this version.'),
];

/** The flags of label and annotate that exclude each other. */
export function checkPairFlags(flags: FlagValues): void {
  const all = flags.bool('all');
  if (flags.bool('list') && flags.string('output') !== '') throw new UsageError('--list and --output may not be specified together');
  if (all && flags.string('selector') !== '') throw new UsageError('cannot set --all and --selector at the same time');
  if (all && flags.string('field-selector') !== '') throw new UsageError('cannot set --all and --field-selector at the same time');
}

/** --list: one pair a line. */
export function listing({ kind, apiVersion, metadata }: KubeObject, pairs: 'labels' | 'annotations', single: boolean): string {
  const head = single ? '' : `Listing ${pairs} for ${kind}.${groupOf(apiVersion)}/${metadata.name}:\n`;
  const lines = Object.entries(metadata[pairs] ?? {}).sort(([a], [b]) => byText(a, b));
  return head + lines.map(([key, value]) => `${single ? '' : ' '}${key}=${value}\n`).join('');
}

export interface Chosen {
  /** Absent for --local: there is nothing to send then. */
  readonly target?: Target;
  readonly object: Target['object'];
}

export interface Choice {
  readonly chosen: readonly Chosen[];
  /** What could not be had; the verb goes on with the others and throws them at the end. */
  readonly errors: readonly Error[];
  /** Both, as they were come upon. */
  readonly inOrder: readonly (Chosen | Error)[];
  readonly single: boolean;
}

const given = (flags: FlagValues, names: readonly Flag[], flag: Flag): boolean => names.includes(flag) && flags.bool(flag.name);
const text = (flags: FlagValues, names: readonly Flag[], flag: Flag): string => (names.includes(flag) ? flags.string(flag.name) : '');

/** `resources` are the arguments that name objects; `offered` the verb's flags. */
export function choose(invocation: Invocation<Client>, resources: readonly string[], offered: readonly Flag[]): Choice {
  const { flags, io, client, namespace, namespaceGiven, program } = invocation;
  const files = givesFiles(flags) ? manifestsOf(flags, io) : undefined;
  if (given(flags, offered, localFlag)) {
    if (!files) throw new UsageError(missingResource);
    const chosen = allObjects(files).map(({ object }) => ({ object }));
    return { chosen, errors: [], inOrder: chosen, single: chosen.length === 1 };
  }
  const question = {
    args: resources,
    program,
    namespace,
    namespaceGiven,
    manifests: files,
    typeAlone: given(flags, offered, allFlag),
    allNamespaces: given(flags, offered, allNamespacesFlag),
    labelSelector: text(flags, offered, selectorFlag),
    fieldSelector: text(flags, offered, fieldSelectorFlag),
  };
  const found = findTargets(question, client);
  const of = (target: Target): Chosen => ({ target, object: target.object });
  return { ...found, chosen: found.targets.map(of), inOrder: found.inOrder.map((f) => (f instanceof Error ? f : of(f))) };
}

/** Works through all of them; what fails for one does not keep the others from being changed. */
export const forEachChosen = ({ inOrder }: Choice, work: (one: Chosen) => void): void => visitAll(inOrder, work);

const isPair = (arg: string): boolean => (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-');

/** `TYPE NAME... KEY=VALUE... KEY-...` taken apart. Mirrors GetResourcesAndPairs. */
export function resourcesAndPairs(args: readonly string[], pairType: string): { resources: string[]; pairs: string[] } {
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: [...args], pairs: [] };
  const stray = args.slice(first).find((arg) => !isPair(arg));
  if (stray !== undefined) throw new UsageError(`all resources must be specified before ${pairType} changes: ${stray}`);
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

/** `k=v` and, where it may be, `k-`. Mirrors ParsePairs. */
export function parsePairs(pairs: readonly string[], pairType: string, removable: boolean): { set: Map<string, string>; remove: string[] } {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const wrong: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (removable && pair.endsWith('-') && pair !== '-') remove.push(pair.slice(0, -1));
    else wrong.push(pair);
  }
  if (wrong.length > 0) throw new UsageError(`invalid ${pairType} format: ${wrong.join(', ')}`);
  return { set, remove };
}

/** `example`: what the verb calls a file in its messages. */
export function checkLocal(flags: FlagValues, resources: readonly string[], dryRun: string, example: 'pod' | 'rsrc' = 'pod'): void {
  const files = `-f ${example}.yaml or --filename=${example}.json`;
  if (flags.bool('local')) {
    if (dryRun === 'server') throw new UsageError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (resources.length > 0) throw new UsageError(`can only use local files by ${files} when --local=true is set`);
    if (!givesFiles(flags)) throw new UsageError(`one or more files must be specified as ${files}`);
  } else if (resources.length === 0 && !givesFiles(flags))
    throw new UsageError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
}
