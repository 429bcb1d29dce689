// kubectl version: the versions of the client it mirrors and of the simulated server. Mirrors k8s.io/kubectl/pkg/cmd/version/version.go.
import { toYaml } from '../../lib/yaml/write.js';
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';

/** The kubectl whose behaviour the client half mirrors. What tells of a build is left empty: there was none. */
const clientVersion = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.4',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: '',
};
const kustomizeVersion = 'v5.8.1';

export const version: Verb<Client> = {
  id: 'version',
  use: 'version [flags]',
  short: 'Print the client and server version information',
  example: `
    # The versions of client and server
    kubectl version`,
  flags: [
    { name: 'client', type: 'bool', default: 'false', usage: 'Only the version of the client: no cluster is opened.' },
    { name: 'output', short: 'o', type: 'string', default: '', usage: "One of 'yaml' or 'json'." },
  ],
  run({ args, flags, io, client }) {
    if (args.length > 0) throw new UsageError(`extra arguments: [${args.join(' ')}]`);
    const output = flags.string('output');
    if (output !== '' && output !== 'yaml' && output !== 'json') throw new UsageError("--output must be 'yaml' or 'json'");
    const server = flags.bool('client')
      ? undefined
      : client.call<{ gitVersion: string }>({ verb: 'discover', group: '', resource: 'version' });
    const all = { clientVersion, kustomizeVersion, ...(server && { serverVersion: server }) };
    if (output === 'json') io.out(`${JSON.stringify(all, null, 2)}\n`);
    else if (output === 'yaml') io.out(`${toYaml(all)}\n`);
    else
      io.out(
        `Client Version: ${clientVersion.gitVersion}\nKustomize Version: ${kustomizeVersion}\n${server ? `Server Version: ${server.gitVersion}\n` : ''}`,
      );
  },
};
