// kubectl config for the one context there is, the cluster file. Its namespace is kept in that file.
// Mirrors the texts of k8s.io/kubectl/pkg/cmd/config.
import { resolve } from 'node:path';
import { table } from '../../lib/tabwriter.js';
import type { KubeObject } from '../../model/object.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { notSimulated, UsageError } from '../errors.js';
import { contextName } from '../global-flags.js';
import { noArguments } from '../no-arguments.js';
import { objectPrinter, printFlags } from '../print/printer.js';

const chosenNamespace = (client: Client): string => client.connection.preference('namespace') ?? '';

export const currentContext: Verb<Client> = {
  id: 'config current-context',
  use: 'current-context',
  short: 'Display the current-context',
  flags: [],
  run(invocation) {
    noArguments(invocation);
    invocation.io.out(`${contextName}\n`);
  },
};

/** The lists of clusters and of users have one line each. */
const listOfOne = (id: string, short: string): Verb<Client> => ({
  ...{ id: `config ${id}`, use: id, short, flags: [] },
  run(invocation) {
    noArguments(invocation);
    invocation.io.out(`NAME\n${contextName}\n`);
  },
});

export const getClusters: Verb<Client> = listOfOne('get-clusters', 'Display clusters defined in the kubeconfig');
export const getUsers: Verb<Client> = listOfOne('get-users', 'Display users defined in the kubeconfig');

export const getContexts: Verb<Client> = {
  id: 'config get-contexts',
  use: 'get-contexts [(-o|--output=)name]',
  short: 'Describe one or many contexts',
  flags: [
    { name: 'no-headers', type: 'bool', default: 'false', usage: 'Leave out the line of headings.' },
    { name: 'output', short: 'o', type: 'string', default: '', usage: 'Output format. One of: (name).' },
  ],
  run({ args, flags, io, client }) {
    const output = flags.string('output');
    if (output !== '' && output !== 'name') throw new UsageError(`output must be one of '' or 'name': ${output}`);
    const unknown = args.find((name) => name !== contextName);
    if (unknown !== undefined) throw new UsageError(`context ${unknown} not found`);
    if (output === 'name') return io.out(`${contextName}\n`);
    const row = ['*', contextName, contextName, contextName, chosenNamespace(client)];
    io.out(table([...(flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']]), row]));
  },
};

export const useContext: Verb<Client> = {
  id: 'config use-context',
  aliases: ['use'],
  use: 'use-context CONTEXT_NAME',
  short: 'Set the current-context in a kubeconfig file',
  flags: [],
  run({ args, io }) {
    if (args.length !== 1) throw new UsageError(`unexpected args: [${args.join(' ')}]`, true);
    if (args[0] !== contextName) throw new UsageError(`no context exists with the name: ${JSON.stringify(args[0])}`);
    io.out(`Switched to context "${contextName}".\n`);
  },
};

export const setContext: Verb<Client> = {
  id: 'config set-context',
  use: 'set-context [NAME | --current] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  example: `
    # Work in the namespace "shop" from now on
    kubectl config set-context --current --namespace=shop`,
  flags: [{ name: 'current', type: 'bool', default: 'false', usage: 'Change the current context.' }],
  run({ args, flags, io, client }) {
    const current = flags.bool('current');
    if (args.length > 1 || current === (args.length === 1))
      throw new UsageError(`you must specify a non-empty context name or --current`, true);
    if (!current && args[0] !== contextName) throw notSimulated(`a context beside "${contextName}"`);
    if (flags.changed('namespace')) client.connection.setPreference('namespace', flags.string('namespace'));
    io.out(`Context "${contextName}" modified.\n`);
  },
};

const viewFlags: readonly Flag[] = [
  ...printFlags.map((f) => (f.name === 'output' ? { ...f, default: 'yaml' } : f)),
  { name: 'flatten', type: 'bool', default: 'false', usage: 'Has no effect: what is shown refers to no other file.' },
  { name: 'minify', type: 'bool', default: 'false', usage: 'Has no effect: there is only the current context.' },
  { name: 'raw', type: 'bool', default: 'false', usage: 'Has no effect: there are no secrets to show.' },
];

export const view: Verb<Client> = {
  id: 'config view',
  use: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: viewFlags,
  run(invocation) {
    noArguments(invocation);
    const { client, clusterPath, io } = invocation;
    const namespace = chosenNamespace(client);
    const context = { cluster: contextName, user: contextName, ...(namespace && { namespace }) };
    const config = {
      ...{ kind: 'Config', apiVersion: 'v1' },
      clusters: [{ name: contextName, cluster: { server: `kubelab://${resolve(io.cwd, clusterPath)}` } }],
      users: [{ name: contextName, user: {} }],
      contexts: [{ name: contextName, context }],
      'current-context': contextName,
    };
    io.out(objectPrinter(invocation, { typed: true })(config as unknown as KubeObject));
  },
};
