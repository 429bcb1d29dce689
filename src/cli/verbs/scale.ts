// kubectl scale. Mirrors pkg/cmd/scale/scale.go and pkg/scale/scale.go.
import { groupOf, type KubeObject } from '../../model/object.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import { allFlag, choose, filesFlags, selectorFlag } from '../chosen.js';
import type { Client } from '../client.js';
import { severalErrors, UsageError } from '../errors.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import { type DryRun, dryRunFlag, dryRunOf, recordFlag, withCause, withDryRun } from '../write-flags.js';
import { requestFor, type Target } from '../resources.js';

const flags: readonly Flag[] = [
  allFlag,
  dryRunFlag,
  selectorFlag,
  ...filesFlags('set a new size'),
  ...printFlags,
  { name: 'current-replicas', type: 'int', default: '-1', usage: 'Only scale when this is the size now; -1: no condition.' },
  recordFlag,
  { name: 'replicas', type: 'int', default: '0', required: true, usage: 'The new number of replicas.' },
  { name: 'resource-version', type: 'string', default: '', usage: 'Only scale when the object has this version.' },
  { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait for the replicas to be there; 0: not at all.' },
];

export const scale: Verb<Client> = {
  id: 'scale',
  use: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  example: `
    # Three replicas
    kubectl scale deployment web --replicas=3`,
  flags,
  run(invocation) {
    const { args, flags: given, io } = invocation;
    const dryRun = dryRunOf(given, io);
    const print = objectPrinter(invocation, { operation: withDryRun('scaled', dryRun) });
    const replicas = given.int('replicas');
    if (replicas < 0) throw new UsageError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (given.int('current-replicas') < -1) throw new UsageError('The --current-replicas must specify an integer of -1 or greater');
    const { chosen, errors } = choose(invocation, args, flags);
    if (given.string('resource-version') !== '' && chosen.length > 1)
      throw new UsageError('cannot use --resource-version with multiple resources');
    if (chosen.length === 0) throw errors.length > 0 ? severalErrors(errors) : new UsageError('no objects passed to scale');
    for (const { object, target } of chosen) {
      if (dryRun !== 'client' && target) scaleOne(target, replicas, dryRun, invocation);
      if (dryRun !== 'client' && target && given.bool('record')) noteCause(target, dryRun, invocation);
      io.out(print(resized(object, replicas)));
    }
    if (errors.length > 0) throw severalErrors(errors);
  },
};

/** A scale has no room for annotations: the object itself is patched. */
function noteCause(target: Target, dryRun: DryRun, invocation: Invocation<Client>): void {
  const { metadata } = withCause({ ...target.object, metadata: { name: target.name } }, invocation);
  const body = { metadata: { annotations: metadata.annotations as Record<string, string> } };
  invocation.client.call(requestFor(target, 'patch', { body, options: { patchType: 'merge', dryRun: dryRun === 'server' } }));
}

interface Scale extends KubeObject {
  spec: { replicas: number };
  status: { replicas: number };
}

function scaleOne(target: Target, replicas: number, dryRun: DryRun, { client, flags: given }: Invocation<Client>): void {
  const request = { ...target, subresource: 'scale' };
  const [size, version] = [given.int('current-replicas'), given.string('resource-version')];
  const options = dryRun === 'server' ? { dryRun: true } : {};
  if (size === -1 && version === '') {
    client.call(requestFor(request, 'patch', { body: { spec: { replicas } }, options: { ...options, patchType: 'merge' } }));
  } else {
    const now = client.call<Scale>(requestFor(request, 'get'));
    if (size !== -1 && now.spec.replicas !== size) throw new UsageError(`Expected replicas to be ${size}, was ${now.spec.replicas ?? 0}`);
    const has = now.metadata.resourceVersion ?? '';
    if (version !== '' && has !== version) throw new UsageError(`Expected resource version to be ${version}, was ${has}`);
    client.call(requestFor(request, 'update', { body: { ...now, spec: { ...now.spec, replicas } }, options }));
  }
  const timeout = given.duration('timeout');
  if (timeout > 0 && dryRun === 'none') waitUntilScaled(target, replicas, timeout, client);
}

function waitUntilScaled(target: Target, replicas: number, timeout: number, client: Client): void {
  const deadline = client.now() + timeout;
  for (;;) {
    const now = client.call<Scale>(requestFor({ ...target, subresource: 'scale' }, 'get'));
    if ((now.status.replicas ?? 0) === replicas) return;
    const left = deadline - client.now();
    if (left <= 0) throw new UsageError(`timed out waiting for ${JSON.stringify(target.name)} to be synced`);
    client.pass(Math.min(left, 1000));
  }
}

/** What is printed; kinds of other groups may keep their replicas elsewhere. */
function resized(object: KubeObject, replicas: number): KubeObject {
  const group = groupOf(object.apiVersion);
  return group === 'apps' || group === '' ? { ...object, spec: { ...object.spec, replicas } } : object;
}
