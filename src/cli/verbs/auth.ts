// kubectl auth can-i: the one user is the cluster's administrator. Mirrors k8s.io/kubectl/pkg/cmd/auth/cani.go.
import type { APIResource } from '../../model/request.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { notSimulated, UsageError } from '../errors.js';
import { flag } from '../flag.js';

const resourceVerbs =
  '* get list watch create update patch delete deletecollection use bind impersonate approve sign escalate attest'.split(' ');
const pathVerbs = '* get put post head options delete patch'.split(' ');

export const canI: Verb<Client> = {
  id: 'auth can-i',
  use: 'can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  short: 'Check whether an action is allowed',
  flags: [
    flag('all-namespaces', 'bool', 'false', 'In all namespaces.', 'A'),
    flag('list', 'bool', 'false', 'List all that is allowed. Not simulated.'),
    flag('no-headers', 'bool', 'false', 'With --list: leave out the line of headings.'),
    flag('quiet', 'bool', 'false', 'Say nothing: the exit code tells.', 'q'),
    flag('subresource', 'string', '', 'Subresource, such as log or status.'),
  ],
  run(invocation) {
    const { args, flags, io } = invocation;
    const [verb = '', what = ''] = args;
    if (flags.bool('list')) return refuseList(invocation);
    if (args.length !== 2)
      throw new UsageError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    const isPath = what.startsWith('/');
    const resource = isPath ? undefined : resourceOf(what.split('/')[0] as string, invocation);
    if (isPath && flags.string('subresource') !== '') throw new UsageError('--subresource can not be used with NonResourceURL');
    if (resource && !resource.namespaced && !flags.bool('all-namespaces')) {
      const group = resource.group === '' ? '' : ` in group '${resource.group}'`;
      io.err(`Warning: resource '${resource.plural}' is not namespace scoped${group}\n\n`);
    }
    if (!(isPath ? pathVerbs : resourceVerbs).includes(verb)) io.err(`Warning: verb '${verb}' is not a known verb\n\n`);
    if (flags.bool('no-headers')) throw new UsageError('--no-headers cannot be set without --list specified');
    if (!flags.bool('quiet')) io.out('yes\n');
  },
};

function refuseList({ args, flags }: Invocation<Client>): never {
  if (args.length > 0) throw new UsageError('list option must be specified with no arguments');
  if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '')
    throw new UsageError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
  throw notSimulated('auth can-i --list: roles and their rules');
}

/** Undefined, and said so, when the server has no such type; it may be asked about all the same. */
function resourceOf(word: string, { client, io }: Invocation<Client>): APIResource | undefined {
  if (word === '*') return undefined;
  try {
    return client.mapper.find(word);
  } catch {
    const [resource = '', ...group] = word.toLowerCase().split('.');
    const where = group.length > 0 ? ` in group '${group.join('.')}'` : '';
    io.err(`Warning: the server doesn't have a resource type '${resource}'${where}\n\n`);
    return undefined;
  }
}
