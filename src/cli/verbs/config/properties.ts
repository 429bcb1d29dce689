// kubectl config: single values, and the cluster and the user, of which there is one each. Mirrors k8s.io/kubectl/pkg/cmd/config (set.go, unset.go ...).
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { notSimulated, unexpectedArgs, UsageError } from '../../errors.js';
import { contextName } from '../../global-flags.js';
import { type Context, contextNamed, readKubeconfig, updateContext, writeKubeconfig } from '../../kubeconfig.js';

const listOfOne = (id: string, short: string): Verb<Client> => ({
  id: `config ${id}`,
  use: `${id} [flags]`,
  short,
  flags: [],
  anyContext: true,
  run({ io }) {
    io.out(`NAME\n${contextName}\n`);
  },
});

export const getClusters: Verb<Client> = listOfOne('get-clusters', 'Display clusters defined in the kubeconfig');
export const getUsers: Verb<Client> = listOfOne('get-users', 'Display users defined in the kubeconfig');

const deleteOther = (what: 'cluster' | 'user', short: string): Verb<Client> => ({
  id: `config delete-${what}`,
  use: `delete-${what} NAME`,
  short,
  flags: [],
  anyContext: true,
  run({ args, clusterPath }) {
    if (args.length !== 1) throw unexpectedArgs(args);
    if (args[0] === contextName) throw notSimulated(`config delete-${what}: the cluster file has one ${what}`);
    throw new UsageError(`cannot delete ${what} ${args[0]}, not in ${clusterPath}`);
  },
});

export const deleteCluster: Verb<Client> = deleteOther('cluster', 'Delete the specified cluster from the kubeconfig');
export const deleteUser: Verb<Client> = deleteOther('user', 'Delete the specified user from the kubeconfig');

const fields: readonly string[] = ['cluster', 'user', 'namespace'];

/** Writes `value` where the property is one that a cluster file has. */
function write(client: Client, property: string, value: string): void {
  const [map, name = '', field = ''] = property.split('.');
  const config = readKubeconfig(client.connection);
  if (property === 'current-context') return writeKubeconfig(client.connection, { ...config, current: value });
  if (map !== 'contexts' || !fields.includes(field)) throw notSimulated(`the property ${property} of a kubeconfig`);
  const none: Context = { name, cluster: '', user: '', namespace: '' };
  updateContext(client, name, (c = none) => ({ ...c, [field]: value }));
}

export const setProperty: Verb<Client> = {
  id: 'config set',
  use: 'set PROPERTY_NAME PROPERTY_VALUE',
  short: 'Set an individual value in a kubeconfig file',
  anyContext: true,
  flags: [],
  run({ args, io, client }) {
    const [property = '', value = ''] = args;
    if (args.length !== 2) throw unexpectedArgs(args);
    write(client, property, value);
    io.out(`Property ${JSON.stringify(property)} set.\n`);
  },
};

export const unsetProperty: Verb<Client> = {
  id: 'config unset',
  use: 'unset PROPERTY_NAME',
  short: 'Unset an individual value in a kubeconfig file',
  anyContext: true,
  flags: [],
  run({ args, io, client }) {
    const [property = '', ...more] = args;
    if (property === '' || more.length > 0) throw unexpectedArgs(args);
    const config = readKubeconfig(client.connection);
    const [map, name = '', ...below] = property.split('.');
    if (map === 'contexts' && name !== '' && below.length === 0)
      writeKubeconfig(client.connection, { ...config, contexts: config.contexts.filter((c) => c.name !== name) });
    // What is not there is taken away without a word.
    else if (!['clusters', 'users'].includes(map ?? '') || name === contextName || name === '')
      if (map !== 'contexts' || contextNamed(config, name)) write(client, property, '');
    io.out(`Property ${JSON.stringify(property)} unset.\n`);
  },
};
