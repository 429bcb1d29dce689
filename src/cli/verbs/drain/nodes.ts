// Nodes that cordon, uncordon and drain are about, and making them (un)schedulable. Mirrors k8s.io/kubectl/pkg/cmd/drain/drain.go.
import type { KubeObject } from '../../../model/object.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { throwErrors, findTargets, requestFor, type Target } from '../../resources.js';
import { UsageError } from '../../errors.js';
import { type DryRun, dryRunFlag, dryRunOf, withDryRun } from '../../write-flags.js';

export const nodeFlags: readonly Flag[] = [
  dryRunFlag,
  { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only nodes whose labels match, such as 'disk=ssd'." },
];

export function findNodes(verb: string, { args, flags, program, namespace, client }: Invocation<Client>): readonly Target[] {
  const labelSelector = flags.string('selector');
  if (args.length === 0 && labelSelector === '') throw new UsageError(`USAGE: ${verb} NODE [flags]`, true);
  if (args.length > 0 && labelSelector !== '') throw new UsageError('cannot specify both a node name and a --selector option', true);
  const words = args.some((a) => a.includes('/')) ? args : ['nodes', ...args];
  const { targets, errors } = findTargets({ args: words, program, namespace, labelSelector }, client);
  throwErrors(errors);
  return targets;
}

/** Sets spec.unschedulable and says what became of each node. */
export function cordonAll(nodes: readonly Target[], desired: boolean, dryRun: DryRun, { client, io }: Invocation<Client>): void {
  for (const node of nodes) {
    const is = node.object.spec?.unschedulable === true;
    const done = desired ? 'cordoned' : 'uncordoned';
    if (is === desired) {
      io.out(`node/${node.name} ${withDryRun(`already ${done}`, dryRun)}\n`);
      continue;
    }
    const options = { patchType: 'strategic', ...(dryRun === 'server' && { dryRun: true }) } as const;
    const body = { spec: { unschedulable: desired ? true : null } };
    if (dryRun !== 'client') client.call<KubeObject>(requestFor(node, 'patch', { body, options }));
    io.out(`node/${node.name} ${withDryRun(done, dryRun)}\n`);
  }
}

const cordonVerb = (id: string, desired: boolean, short: string): Verb<Client> => ({
  id,
  use: `${id} NODE`,
  short,
  flags: nodeFlags,
  run(invocation) {
    const dryRun = dryRunOf(invocation.flags, invocation.io);
    cordonAll(findNodes(id, invocation), desired, dryRun, invocation);
  },
});

export const cordon: Verb<Client> = cordonVerb('cordon', true, 'Mark node as unschedulable');
export const uncordon: Verb<Client> = cordonVerb('uncordon', false, 'Mark node as schedulable');
