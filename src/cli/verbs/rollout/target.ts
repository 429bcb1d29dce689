// The objects a rollout verb is about, and the flags that name them. Mirrors k8s.io/kubectl/pkg/cmd/rollout.
import type { KubeObject } from '../../../model/object.js';
import type { Flag, Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { severalErrors, UsageError } from '../../errors.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { manifestsOf } from '../../manifest/index.js';
import { typeName } from '../../mapper.js';
import { findTargets, requestFor, type Target } from '../../resources.js';

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
  const { args, client, flags, io, namespace, namespaceGiven, program } = invocation;
  const found = findTargets(
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
  const errors = [...found.errors];
  for (const target of found.targets) {
    try {
      visit(target);
    } catch (e) {
      errors.push(e as Error);
    }
  }
  if (errors.length > 0) throw severalErrors(errors);
  return found.targets.length;
}

/** "Deployment.apps": how messages name a kind. */
export const groupKindName = ({ resource }: Target): string =>
  resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;

/** `error: deployments.apps "web" is already paused`: kubectl writes the prefix itself. */
export const refusal = (target: Target, why: string): UsageError =>
  new UsageError(`error: ${typeName(target.resource)} ${JSON.stringify(target.name)} ${why}`);

export function patchTarget(
  target: Target,
  client: Client,
  body: object,
  options: { patchType: 'strategic' | 'json'; fieldManager?: string; dryRun?: boolean },
): KubeObject {
  return client.call<KubeObject>(requestFor(target, 'patch', { body: body as KubeObject, options }));
}
