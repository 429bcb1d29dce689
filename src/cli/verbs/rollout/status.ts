// kubectl rollout status. Mirrors pkg/cmd/rollout/rollout_status.go and pkg/polymorphichelpers/rollout_status.go.
import type { DaemonSet, Deployment } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { follow } from '../../follow.js';
import type { Target } from '../../resources.js';
import { eachTarget, groupKindName, requireTarget, revisionFlag, targetFlags } from './target.js';

interface Progress {
  readonly text: string;
  readonly done: boolean;
}

export const rolloutStatus: Verb<Client> = {
  id: 'rollout status',
  use: 'status (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  flags: [
    ...targetFlags,
    revisionFlag('revision', 'The revision to follow; 0 is the latest.'),
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 is for ever.' },
    { name: 'watch', short: 'w', type: 'bool', default: 'true', usage: 'Whether to wait until the rollout is done.' },
  ],
  run(invocation) {
    const { client, flags, io } = invocation;
    requireTarget(invocation);
    const revision = flags.int('revision');
    if (revision < 0) throw new UsageError(`revision must be a positive integer: ${revision}`);
    const timeout = flags.duration('timeout') || Number.POSITIVE_INFINITY;
    const started = client.now();
    const found = eachTarget(invocation, (target) => {
      const view = viewerOf(target);
      let seen = false;
      const outcome = follow(client, target, Math.max(0, timeout - (client.now() - started)), (object) => {
        if (!object && seen) throw new UsageError('object has been deleted');
        if (!object) return false;
        seen = true;
        const progress = view(object, revision);
        io.out(progress.text);
        return progress.done || !flags.bool('watch');
      });
      if (outcome === 'timeout') throw new UsageError('timed out waiting for the condition');
      if (outcome !== 'done') throw new UsageError('the virtual clock has run on, and nothing will change this rollout any more');
    });
    if (found === 0) io.err(`No resources found in ${invocation.namespace} namespace.\n`);
  },
};

function viewerOf(target: Target): (object: KubeObject, revision: number) => Progress {
  const kind = groupKindName(target);
  if (kind === 'Deployment.apps') return (o, revision) => deploymentStatus(o as unknown as Deployment, revision);
  if (kind === 'DaemonSet.apps') return (o) => daemonSetStatus(o as unknown as DaemonSet);
  throw new UsageError(`no status viewer has been implemented for ${kind}`);
}

const waiting = (text: string): Progress => ({ text, done: false });

export function deploymentStatus({ metadata, spec, status = {} }: Deployment, revision: number): Progress {
  const name = JSON.stringify(metadata.name);
  if (revision > 0) {
    const current = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    if (current !== revision) {
      throw new UsageError(`desired revision (${revision}) is different from the running revision (${current})`);
    }
  }
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return waiting('Waiting for deployment spec update to be observed...\n');
  if (status.conditions?.some((c) => c.type === 'Progressing' && c.reason === 'ProgressDeadlineExceeded')) {
    throw new UsageError(`deployment ${name} exceeded its progress deadline`);
  }
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const head = `Waiting for deployment ${name} rollout to finish: `;
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas) {
    return waiting(`${head}${updatedReplicas} out of ${spec.replicas} new replicas have been updated...\n`);
  }
  if (replicas > updatedReplicas) return waiting(`${head}${replicas - updatedReplicas} old replicas are pending termination...\n`);
  if (availableReplicas < updatedReplicas) {
    return waiting(`${head}${availableReplicas} of ${updatedReplicas} updated replicas are available...\n`);
  }
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

export function daemonSetStatus({ metadata, spec, status }: DaemonSet): Progress {
  if (spec.updateStrategy?.type !== 'RollingUpdate')
    throw new UsageError('rollout status is only available for RollingUpdate strategy type');
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return waiting('Waiting for daemon set spec update to be observed...\n');
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status;
  const head = `Waiting for daemon set ${JSON.stringify(metadata.name)} rollout to finish: `;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(`${head}${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...\n`);
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(`${head}${numberAvailable} of ${desiredNumberScheduled} updated pods are available...\n`);
  }
  return { text: `daemon set ${JSON.stringify(metadata.name)} successfully rolled out\n`, done: true };
}
