// kubectl get. Mirrors k8s.io/kubectl/pkg/cmd/get/get.go.
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { notSimulated, UsageError } from '../../errors.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { manifestsOf } from '../../manifest/index.js';
import { printFlags } from '../../print/printer.js';
import type { Question } from '../../resources.js';
import { printGeneric } from './generic.js';
import { rawText } from './raw.js';
import { isHuman, printTables } from './tables.js';
import { watchObjects } from './watch.js';
import { flag } from '../../flag.js';

const flags: readonly Flag[] = [
  ...printFlags.filter((f) => f.name !== 'output'),
  flag('all-namespaces', 'bool', 'false', 'Look in all namespaces; --namespace is ignored.', 'A'),
  flag('chunk-size', 'int', '500', 'How many objects one answer holds; 0 for all. Answers are whole here.'),
  flag('field-selector', 'string', '', "Only objects whose fields match, such as 'metadata.name=web'."),
  ...filenameFlags('that name the objects'),
  flag('ignore-not-found', 'bool', 'false', 'Say nothing, and succeed, when a named object does not exist.'),
  flag('label-columns', 'stringSlice', '[]', 'Labels to show as columns.', 'L'),
  flag('no-headers', 'bool', 'false', 'Leave out the line of headings.'),
  flag(
    'output',
    'string',
    '',
    'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).',
    'o',
  ),
  flag('output-watch-events', 'bool', 'false', 'With --watch, say whether each object was added, modified or deleted.'),
  flag('raw', 'string', '', 'Path to ask of the server.'),
  flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web,tier in (a,b)'.", 'l'),
  flag('server-print', 'bool', 'true', 'Whether the server makes the tables.'),
  flag('show-kind', 'bool', 'false', 'Show the type before each name.'),
  flag('show-labels', 'bool', 'false', 'Show all labels as the last column.'),
  flag('sort-by', 'string', '', "Field to sort by, as a JSONPath: '{.metadata.name}'."),
  flag('subresource', 'string', '', 'Subresource of the object to get, such as status or scale.'),
  flag('watch', 'bool', 'false', 'Then go on and show what changes.', 'w'),
  flag('watch-only', 'bool', 'false', 'Show what changes, and nothing of what is there.'),
];

export const get: Verb<Client> = {
  id: 'get',
  use: 'get [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  short: 'Display one or many resources',
  long: 'Shows objects as a table of what matters most, or whole, or only the fields asked for.\nUse "kubectl api-resources" for the types there are.',
  example: `
    # All Pods, then with more columns
    kubectl get pods
    kubectl get pods -o wide

    # One Deployment as YAML
    kubectl get deployment web -o yaml

    # Services and their EndpointSlices
    kubectl get services,endpointslices

    # What belongs to one app, in every namespace
    kubectl get pods -A -l app=web

    # One field
    kubectl get service web -o jsonpath='{.spec.clusterIP}'`,
  flags,
  run(invocation) {
    const path = invocation.flags.string('raw');
    if (path !== '') return printRaw(path, invocation);
    checkFlags(invocation);
    const question = questionOf(invocation);
    if (invocation.flags.bool('watch') || invocation.flags.bool('watch-only')) return watchObjects(invocation, question);
    return isHuman(invocation.flags) ? printTables(invocation, question) : printGeneric(invocation, question);
  },
};

function printRaw(path: string, { args, flags, io, client }: Invocation<Client>): void {
  if (args.length > 0) throw new UsageError('arguments may not be passed when --raw is specified');
  if (flags.bool('watch') || flags.bool('watch-only') || flags.string('selector') !== '')
    throw new UsageError('--raw may not be specified with other flags that filter the server request or alter the output');
  if (flags.string('output') !== '') throw new UsageError('--raw and --output are mutually exclusive');
  io.out(rawText(path, client));
}

function checkFlags({ args, flags, io, program }: Invocation<Client>): void {
  const watching = flags.bool('watch') || flags.bool('watch-only');
  if (!flags.bool('server-print')) throw notSimulated('--server-print=false');
  const output = flags.string('output');
  if (watching && flags.string('sort-by') !== '')
    io.err(
      flags.bool('watch')
        ? 'warning: --watch requested, --sort-by will be ignored for watch events received\n'
        : 'warning: --watch-only requested, --sort-by will be ignored\n',
    );
  if (!watching && args.length === 0 && !givesFiles(flags)) {
    io.err(`You must specify the type of resource to get. Use "${program} api-resources" for a complete list of supported resources.\n\n`);
    throw new UsageError(
      `Required resource not specified.\nUse "${program} explain <resource>" for a detailed description of that resource (e.g. ${program} explain pods).`,
      true,
    );
  }
  if (flags.bool('show-labels') && !['', 'wide'].includes(output))
    throw new UsageError(`--show-labels option cannot be used with ${output} printer`);
  if (flags.bool('output-watch-events') && !watching)
    throw new UsageError('--output-watch-events option can only be used with --watch or --watch-only');
}

function questionOf({ args, flags, io, program, namespace, namespaceGiven }: Invocation<Client>): Question {
  return {
    args,
    program,
    namespace,
    namespaceGiven,
    typeAlone: true,
    manifests: givesFiles(flags) ? manifestsOf(flags, io) : undefined,
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    subresource: flags.string('subresource'),
  };
}
