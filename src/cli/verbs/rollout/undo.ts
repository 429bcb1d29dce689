// kubectl rollout undo. Mirrors pkg/cmd/rollout/rollout_undo.go and pkg/polymorphichelpers/rollback.go.
import { hashLabel, sameTemplate } from '../../../kinds/workload/replica-sets.js';
import type { PodTemplateSpec } from '../../../model/generated/api.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { lastApplied, lastAppliedAnnotation } from '../../last-applied.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import type { Target } from '../../resources.js';
import { type DryRun, dryRunFlag, dryRunOf, withDryRun } from '../../write-flags.js';
import { type Revision, revisionsOf, templateText } from './revisions.js';
import { eachTarget, groupKindName, patchTarget, requireTarget, revisionFlag, targetFlags, withoutRevisions } from './target.js';

export const rolloutUndo: Verb<Client> = {
  id: 'rollout undo',
  use: 'undo (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Undo a previous rollout',
  flags: [...targetFlags, ...printFlags, dryRunFlag, revisionFlag('to-revision', 'The revision to go back to; 0 is the one before.')],
  run(invocation) {
    const { client, flags, io, program } = invocation;
    const dryRun = dryRunOf(flags, io);
    requireTarget(invocation);
    eachTarget(invocation, (target) => {
      const revisions = revisionsOf(target, client);
      if (lastApplied(target.object) !== undefined)
        io.err(
          `Warning: resource ${target.resource.plural}/${target.name} was previously managed with '${program} apply'. Rolling back will not update the ${lastAppliedAnnotation} annotation, which may cause unexpected behavior on future '${program} apply' operations. Consider using '${program} apply' with your previous configuration file instead.\n`,
        );
      if (!revisions) throw withoutRevisions(target, 'rollbacker', 'rollbacker');
      const said = rollBack(target, client, { revisions, to: flags.int('to-revision'), dryRun });
      io.out(objectPrinter(invocation, { operation: withDryRun(said, dryRun), typed: true })(target.object));
    });
  },
};

interface Wish {
  readonly revisions: readonly Revision[];
  readonly to: number;
  readonly dryRun: DryRun;
}

function rollBack(target: Target, client: Client, { revisions, to, dryRun }: Wish): string {
  const isDeployment = groupKindName(target) === 'Deployment.apps';
  if (to < 0) throw notFound(to);
  const wanted = to > 0 ? revisions.find((r) => r.number === to) : revisions.at(-2);
  if (!wanted && to > 0) throw notFound(to);
  if (!wanted) {
    throw new UsageError(
      isDeployment ? `no rollout history found for deployment ${JSON.stringify(target.name)}` : 'no last revision to roll back to',
    );
  }
  if (dryRun === 'client') return templateText({ ...wanted, cause: '' });
  if (target.object.spec.paused) {
    throw new UsageError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  }
  if (sameTemplate(wanted.template, target.object.spec.template as PodTemplateSpec)) {
    return `skipped rollback (current template already matches revision ${to})`;
  }
  const server = { dryRun: dryRun === 'server' };
  const failure = `failed restoring revision ${to}: `;
  if (isDeployment) patchTarget(target, client, deploymentPatch(target, wanted), { patchType: 'json', failure, ...server });
  else patchTarget(target, client, wanted.keeper.data as object, { patchType: 'strategic', failure, ...server });
  return 'rolled back';
}

const notFound = (revision: number): UsageError => new UsageError(`unable to find specified revision ${revision} in history`);

const kept: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

/** The template of then, and the annotations of then but for what is the Deployment's own. */
function deploymentPatch({ object }: Target, { keeper, template }: Revision): object[] {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  const own = Object.entries(object.metadata.annotations ?? {}).filter(([k]) => kept.has(k));
  const then = Object.entries(keeper.metadata.annotations ?? {}).filter(([k]) => !kept.has(k));
  return [
    { op: 'replace', path: '/spec/template', value: { ...template, metadata: { ...template.metadata, labels } } },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...own, ...then]) },
  ];
}
