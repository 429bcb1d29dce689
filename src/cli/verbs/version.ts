// kubectl version: the versions of the client it mirrors and of the simulated server.
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';

/** The kubectl whose behaviour the client half mirrors. */
const clientVersion = 'v1.36.4';
const kustomizeVersion = 'v5.8.1';

export const version: Verb<Client> = {
  id: 'version',
  use: 'version',
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
    io.out(`Client Version: ${clientVersion}\nKustomize Version: ${kustomizeVersion}\n`);
    if (flags.bool('client')) return;
    const server = client.call<{ gitVersion: string }>({ verb: 'discover', group: '', resource: 'version' });
    io.out(`Server Version: ${server.gitVersion}\n`);
  },
};
