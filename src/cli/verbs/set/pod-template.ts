// What the `set` verbs share: finding the Pod template of an object, changing it, and sending the difference.
// Mirrors pkg/cmd/set/helper.go and pkg/polymorphichelpers/updatepodspec.go.
import { clone } from '../../../lib/clone.js';
import { twoWayPatch } from '../../../lib/strategic-merge/index.js';
import type { Container, PodSpec } from '../../../model/generated/api.js';
import { builtinType, mergeSchema } from '../../../model/merge-schema.js';
import { groupKindOf, groupOf, type Json, type KubeObject } from '../../../model/object.js';
import type { Flag, FlagValues, Invocation } from '../../../model/verb.js';
import { allFlag, type Choice, choose, type Chosen, filesFlags, localFlag, selectorFlag } from '../../chosen.js';
import type { Client } from '../../client.js';
import { severalErrors, UsageError } from '../../errors.js';
import { objectName, objectPrinter, printFlags } from '../../print/printer.js';
import { type DryRun, dryRunFlag, dryRunOf, fieldManagerFlag, recordFlag, withCause, withDryRun } from '../../write-flags.js';
import { requestFor } from '../../resources.js';

export const setFlags: readonly Flag[] = [
  allFlag,
  dryRunFlag,
  fieldManagerFlag('kubectl-set'),
  localFlag,
  selectorFlag,
  ...filesFlags('update'),
  ...printFlags,
];

/** Every `set` verb but env takes --record. */
export const recordedSetFlags: readonly Flag[] = [...setFlags, recordFlag];

export const containersFlag: Flag = {
  name: 'containers',
  short: 'c',
  type: 'string',
  default: '*',
  usage: 'Names of the containers to change; * stands for any letters.',
};

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  'Deployment.apps': ['spec', 'template', 'spec'],
  'DaemonSet.apps': ['spec', 'template', 'spec'],
  'ReplicaSet.apps': ['spec', 'template', 'spec'],
  'StatefulSet.apps': ['spec', 'template', 'spec'],
  'Job.batch': ['spec', 'template', 'spec'],
  'CronJob.batch': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** A copy of the object whose Pod spec `change` has written into. */
export function withPodSpec(object: KubeObject, change: (spec: PodSpec) => void): KubeObject {
  const path = paths[groupKindOf(object)];
  if (!path) throw new UsageError(`the object is not a pod or does not have a pod template: *v1.${object.kind}`);
  const copy = clone(object);
  // biome-ignore lint/suspicious/noExplicitAny: a path into an object of any of those kinds
  change(path.reduce((at: any, key) => at[key], copy));
  return copy;
}

/** Containers, then init containers, whose names fit the pattern. */
export function selectContainers(spec: PodSpec, pattern: string): Container[] {
  const regex = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter((c) => regex.test(c.name));
}

/** kubectl reads --dry-run and makes the printer, refusing a wrong -o, before it looks at anything else. */
export function readOutput(invocation: Invocation<Client>): DryRun {
  const dryRun = dryRunOf(invocation.flags, invocation.io);
  objectPrinter(invocation, { operation: '' });
  return dryRun;
}

export interface Update {
  readonly dryRun: DryRun;
  /** "image updated" */
  readonly done: string;
  /** Head of the server's error: "failed to patch image update to pod template: ". */
  readonly failure: string;
  /** serviceaccount and selector say so even when nothing changed. */
  readonly always?: boolean;
  /** False for the verb that has no --record (env). */
  readonly recorded?: boolean;
  /** Throws when the object cannot be changed; may report what does not keep others from being changed. */
  change(object: KubeObject, report: (error: Error) => void): KubeObject;
}

/** Said by set image, set resources and set selector: the others take no notice of names beside --local. */
export function refuseLocalNames(flags: FlagValues, resources: readonly string[]): void {
  if (!flags.bool('local') || resources.length === 0) return;
  throw new UsageError(
    "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
  );
}

/** The objects; any that cannot be had ends the command. */
export function chooseAll(invocation: Invocation<Client>, resources: readonly string[], flags: readonly Flag[]): Choice {
  const choice = choose(invocation, resources, flags);
  if (choice.errors.length > 0) throw severalErrors(choice.errors);
  return choice;
}

export function updateAll({ chosen }: Choice, update: Update, invocation: Invocation<Client>): void {
  const { io } = invocation;
  const { dryRun } = update;
  const print = objectPrinter(invocation, { operation: withDryRun(update.done, dryRun), typed: true });
  const errors: Error[] = [];
  const report = (error: Error): void => void errors.push(error);
  const recorded = (object: KubeObject): KubeObject => (update.recorded === false ? object : withCause(object, invocation));
  const changed = chosen.flatMap((one) => {
    try {
      return [{ one, object: recorded(update.change(one.object, report)) }];
    } catch (e) {
      const { message } = e as Error;
      report(new UsageError(`error: ${nameIn(one)} ${message}\n`));
      return [];
    }
  });
  for (const { one, object } of changed) {
    const patch = difference(one.object, object);
    if (!update.always && Object.keys(patch).length === 0) continue;
    try {
      io.out(print(dryRun === 'client' || !one.target ? object : send(one, patch, dryRun, invocation)));
    } catch (e) {
      report(new UsageError(`${update.failure}${(e as Error).message}`));
    }
  }
  if (errors.length > 0) throw severalErrors(errors);
}

/** cli-runtime's Info.ObjectName: what the server knows goes by its resource, with --local by its kind (and a line break, with a group). */
const nameIn = ({ target, object }: Chosen): string =>
  target ? `${target.resource.plural}/${target.name}` : `${objectName(object)}${groupOf(object.apiVersion) === '' ? '' : '\n'}`;

/** A strategic merge patch. */
export function difference(before: KubeObject, after: KubeObject): Record<string, unknown> {
  const version = before.apiVersion.slice(before.apiVersion.indexOf('/') + 1);
  const type = builtinType({ group: groupOf(before.apiVersion), version, kind: before.kind });
  return twoWayPatch(before, after, type ? mergeSchema(type) : undefined);
}

export function send({ target }: Chosen, patch: object, dryRun: DryRun, { client, flags }: Invocation<Client>): KubeObject {
  const options = {
    patchType: 'strategic' as const,
    fieldManager: flags.string('field-manager'),
    ...(dryRun === 'server' && { dryRun: true }),
  };
  if (!target) throw new Error('nothing to send to');
  return client.call<KubeObject>(requestFor(target, 'patch', { body: patch as Json, options }));
}
