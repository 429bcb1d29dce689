// The objects a rollout verb is about, and the flags that name them. Mirrors k8s.io/kubectl/pkg/cmd/rollout.
import type { KubeObject } from '../../../model/object.js';
import { StatusError } from '../../../model/status.js';
import type { Flag, Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { manifestsOf } from '../../manifest/index.js';
import { typeName } from '../../mapper.js';
import { findTargets, requestFor, type Target, type Targets, visitAll } from '../../resources.js';

export const targetFlags: readonly Flag[] = [
  ...filenameFlags('that name the resources.'),
  { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only objects whose labels match, such as 'app=web'." },
];

export const revisionFlag = (name: string, usage: string): Flag => ({ name, type: 'int', default: '0', usage });

/** Throws where kubectl does, before the cluster is asked. */
export function requireTarget({ args, flags }: Invocation<Client>): void {
  if (args.length === 0 && !givesFiles(flags)) throw new UsageError('required resource not specified');
}

/** Calls `visit` for each object; what fails for one is said after the others. */
export function eachTarget(invocation: Invocation<Client>, visit: (target: Target) => void): number {
  const found = targetsOf(invocation);
  visitAll(found.inOrder, visit);
  return found.targets.length;
}

/** The same for verbs that look for all of the objects first: what is not there is said before what fails. */
export function eachOfAll(invocation: Invocation<Client>, visit: (target: Target) => void): number {
  const { targets, errors } = targetsOf(invocation);
  visitAll([...errors, ...targets], visit);
  return targets.length;
}

const targetsOf = ({ args, client, flags, io, namespace, namespaceGiven, program }: Invocation<Client>): Targets =>
  findTargets(
    {
      args,
      program,
      namespace,
      namespaceGiven,
      labelSelector: flags.string('selector'),
      typeAlone: true,
      manifests: givesFiles(flags) ? manifestsOf(flags, io) : undefined,
    },
    client,
  );

/** "Deployment.apps": how messages name a kind. */
export const groupKindName = ({ resource }: Target): string =>
  resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;

/** Kinds of workloads that kubectl's visitor knows (pkg/apps/kind_visitor.go), with no revisions to look at. */
const plainWorkloads: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet.apps', 'ReplicationController', 'Job.batch', 'CronJob.batch']);

/** A history or a rollback was asked of a kind that keeps no revisions. */
export function withoutRevisions(target: Target, sought: string, missing: string): UsageError {
  const kind = groupKindName(target);
  return new UsageError(
    plainWorkloads.has(kind)
      ? `no ${missing} has been implemented for ${JSON.stringify(kind)}`
      : `error retrieving ${sought} for ${JSON.stringify(kind)}, no visitor method exists for {${target.resource.group} ${target.resource.kind}}`,
  );
}

/** `error: deployments.apps "web" is already paused`: kubectl writes the prefix itself. */
export const refusal = (target: Target, why: string): UsageError =>
  new UsageError(`error: ${typeName(target.resource)} ${JSON.stringify(target.name)} ${why}`);

/** `failure` heads what is said when it cannot be patched. */
export function patchTarget(
  target: Target,
  client: Client,
  body: object,
  {
    failure = 'failed to patch: ',
    ...options
  }: { patchType: 'strategic' | 'json'; fieldManager?: string; dryRun?: boolean; failure?: string },
): KubeObject {
  try {
    return client.call<KubeObject>(requestFor(target, 'patch', { body: body as KubeObject, options }));
  } catch (e) {
    throw e instanceof StatusError || e instanceof UsageError ? new UsageError(`${failure}${e.message}`) : e;
  }
}
