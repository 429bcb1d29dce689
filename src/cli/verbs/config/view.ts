// kubectl config view. Mirrors k8s.io/kubectl/pkg/cmd/config/view.go.
import { resolve } from 'node:path';
import type { KubeObject } from '../../../model/object.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { flag } from '../../flag.js';
import { contextName } from '../../global-flags.js';
import { contextNamed, readKubeconfig } from '../../kubeconfig.js';
import { noArguments } from '../../no-arguments.js';
import { objectPrinter, printFlags } from '../../print/printer.js';

export const view: Verb<Client> = {
  id: 'config view',
  use: 'view [flags]',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  anyContext: true,
  flags: [
    ...printFlags.map((f) => (f.name === 'output' ? { ...f, default: 'yaml' } : f)),
    flag('flatten', 'bool', 'false', 'Has no effect: what is shown refers to no other file.'),
    flag('minify', 'bool', 'false', 'Only the context that is used.'),
    flag('raw', 'bool', 'false', 'Has no effect: there are no secrets to show.'),
  ],
  run(invocation) {
    noArguments(invocation);
    const { client, clusterPath, io, flags } = invocation;
    const { current, contexts } = readKubeconfig(client.connection);
    const wanted = flags.string('context') || current;
    const used = contextNamed({ current, contexts }, wanted);
    const minify = flags.bool('minify');
    if (minify && wanted === '') throw new UsageError('current-context must exist in order to minify');
    if (minify && !used) throw new UsageError(`cannot locate context ${wanted}`);
    const shown = minify && used ? [used] : contexts;
    const named = (name: string | undefined): boolean => !minify || name === contextName;
    const config = {
      kind: 'Config',
      apiVersion: 'v1',
      clusters: named(used?.cluster)
        ? [
            {
              name: contextName,
              cluster: { server: `kubelab://${resolve(io.cwd, clusterPath)}` },
            },
          ]
        : null,
      users: named(used?.user)
        ? [
            {
              name: contextName,
              user: {},
            },
          ]
        : null,
      contexts: shown.map(({ name, cluster, user, namespace }) => ({
        name,
        context: {
          cluster,
          ...(namespace && { namespace }),
          user,
        },
      })),
      'current-context': minify ? wanted : current,
    };
    io.out(objectPrinter(invocation, { typed: true })(config as unknown as KubeObject));
  },
};
