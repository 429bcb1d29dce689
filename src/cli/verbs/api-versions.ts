// kubectl api-versions: the group versions the server serves. Mirrors k8s.io/kubectl/pkg/cmd/apiresources/apiversions.go.
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { noArguments } from '../no-arguments.js';

export const apiVersions: Verb<Client> = {
  id: 'api-versions',
  use: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  example: `
    # The versions of all API groups
    kubectl api-versions`,
  flags: [],
  run({ args, io, client }) {
    noArguments({ args });
    const versions = new Set(client.mapper.resources.map((r) => (r.group === '' ? r.version : `${r.group}/${r.version}`)));
    io.out(
      [...versions]
        .sort()
        .map((v) => `${v}\n`)
        .join(''),
    );
  },
};
