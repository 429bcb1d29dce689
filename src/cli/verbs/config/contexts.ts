// kubectl config: the contexts. Mirrors k8s.io/kubectl/pkg/cmd/config (get_contexts.go, set_context.go, use_context.go and their like).
import { table } from '../../../lib/tabwriter.js';
import type { Flag, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { severalErrors, unexpectedArgs, UsageError } from '../../errors.js';
import { flag } from '../../flag.js';
import { type Context, contextNamed, readKubeconfig, updateContext, writeKubeconfig } from '../../kubeconfig.js';

export const currentContext: Verb<Client> = {
  id: 'config current-context',
  use: 'current-context [flags]',
  short: 'Display the current-context',
  anyContext: true,
  flags: [],
  run({ io, client }) {
    const { current } = readKubeconfig(client.connection);
    if (current === '') throw new UsageError('current-context is not set');
    io.out(`${current}\n`);
  },
};

export const getContexts: Verb<Client> = {
  id: 'config get-contexts',
  use: 'get-contexts [(-o|--output=)name)]',
  short: 'Describe one or many contexts',
  anyContext: true,
  flags: [
    flag('no-headers', 'bool', 'false', 'Leave out the line of headings.'),
    flag('output', 'string', '', 'Output format. One of: (name).', 'o'),
  ],
  run({ args, flags, io, client }) {
    const output = flags.string('output');
    if (output !== '' && output !== 'name')
      throw new UsageError(`--output ${output} is not available in kubectl config get-contexts; resetting to default output format`);
    const config = readKubeconfig(client.connection);
    const names = args.length > 0 ? [...args].sort() : config.contexts.map((c) => c.name);
    const found = names.flatMap((name) => contextNamed(config, name) ?? []);
    const missing = names.filter((name) => !contextNamed(config, name)).map((name) => new UsageError(`error: context ${name} not found`));
    const row = (c: Context): string[] => [c.name === config.current ? '*' : '', c.name, c.cluster, c.user, c.namespace];
    const headings = flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    io.out(output === 'name' ? found.map((c) => `${c.name}\n`).join('') : table([...headings, ...found.map(row)]));
    if (missing.length > 0) throw severalErrors(missing);
  },
};

export const useContext: Verb<Client> = {
  id: 'config use-context',
  aliases: ['use'],
  use: 'use-context CONTEXT_NAME',
  short: 'Set the current-context in a kubeconfig file',
  anyContext: true,
  flags: [],
  run({ args, io, client }) {
    const [name, ...more] = args;
    if (name === undefined || more.length > 0) throw unexpectedArgs(args);
    const config = readKubeconfig(client.connection);
    if (!contextNamed(config, name)) throw new UsageError(`no context exists with the name: ${JSON.stringify(name)}`);
    writeKubeconfig(client.connection, { ...config, current: name });
    io.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
};

const contextFlags: readonly Flag[] = [
  flag('cluster', 'string', '', 'Cluster of the context.'),
  flag('current', 'bool', 'false', 'Change the current context.'),
  flag('user', 'string', '', 'User of the context.'),
];

export const setContext: Verb<Client> = {
  id: 'config set-context',
  use: 'set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  example: `
    # Work in the namespace "shop" from now on
    kubectl config set-context --current --namespace=shop`,
  anyContext: true,
  flags: contextFlags,
  run({ args, flags, io, client }) {
    const [given = '', ...more] = args;
    if (more.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
    const current = flags.bool('current');
    if (given !== '' && current) throw new UsageError('you cannot specify both a context name and --current');
    if (given === '' && !current) throw new UsageError('you must specify a non-empty context name or --current');
    const config = readKubeconfig(client.connection);
    if (current && config.current === '') throw new UsageError('no current context is set');
    const name = current ? config.current : given;
    const exists = contextNamed(config, name) !== undefined;
    const wish = (field: 'cluster' | 'user' | 'namespace', before = ''): string => (flags.changed(field) ? flags.string(field) : before);
    updateContext(client, name, (c) => ({
      name,
      cluster: wish('cluster', c?.cluster),
      user: wish('user', c?.user),
      namespace: wish('namespace', c?.namespace),
    }));
    io.out(`Context ${JSON.stringify(name)} ${exists ? 'modified' : 'created'}.\n`);
  },
};

export const renameContext: Verb<Client> = {
  id: 'config rename-context',
  use: 'rename-context CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  anyContext: true,
  flags: [],
  run({ args, io, client, clusterPath }) {
    const [from = '', to = ''] = args;
    if (args.length !== 2) throw new UsageError(`Unexpected args: [${args.join(' ')}]`);
    const config = readKubeconfig(client.connection);
    const context = contextNamed(config, from);
    const cannot = `cannot rename the context ${JSON.stringify(from)}`;
    if (!context) throw new UsageError(`${cannot}, it's not in ${clusterPath}`);
    if (contextNamed(config, to)) throw new UsageError(`${cannot}, the context ${JSON.stringify(to)} already exists in ${clusterPath}`);
    const contexts = config.contexts.map((c) => (c === context ? { ...c, name: to } : c));
    writeKubeconfig(client.connection, { current: config.current === from ? to : config.current, contexts });
    io.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
};

export const deleteContext: Verb<Client> = {
  id: 'config delete-context',
  use: 'delete-context NAME',
  short: 'Delete the specified context from the kubeconfig',
  anyContext: true,
  flags: [],
  run({ args, io, client, clusterPath }) {
    const [name, ...more] = args;
    if (name === undefined || more.length > 0) throw unexpectedArgs(args);
    const config = readKubeconfig(client.connection);
    if (!contextNamed(config, name)) throw new UsageError(`cannot delete context ${name}, not in ${clusterPath}`);
    if (config.current === name)
      io.err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
    writeKubeconfig(client.connection, { ...config, contexts: config.contexts.filter((c) => c.name !== name) });
    io.out(`deleted context ${name} from ${clusterPath}\n`);
  },
};
