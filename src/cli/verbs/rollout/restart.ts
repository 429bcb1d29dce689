// kubectl rollout restart. Mirrors pkg/cmd/rollout/rollout_restart.go and pkg/polymorphichelpers/objectrestarter.go.
import type { Verb } from '../../../model/verb.js';
import { timestamp } from '../../../model/world.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { fieldManagerFlag } from '../../write-flags.js';
import { eachOfAll, groupKindName, patchTarget, refusal, requireTarget, targetFlags } from './target.js';

const annotation = 'kubectl.kubernetes.io/restartedAt';

export const rolloutRestart: Verb<Client> = {
  id: 'rollout restart',
  use: 'restart RESOURCE',
  short: 'Restart a resource',
  flags: [...targetFlags, ...printFlags, fieldManagerFlag('kubectl-rollout')],
  run(invocation) {
    const { client, flags, io } = invocation;
    requireTarget(invocation);
    const print = objectPrinter(invocation, { operation: 'restarted', typed: true });
    const found = eachOfAll(invocation, (target) => {
      const kind = groupKindName(target);
      if (kind !== 'Deployment.apps' && kind !== 'DaemonSet.apps') throw refusal(target, 'restarting is not supported');
      if (target.object.spec.paused) throw refusal(target, "can't restart paused deployment (run rollout resume first)");
      const restartedAt = timestamp(client.now());
      if (target.object.spec.template.metadata?.annotations?.[annotation] === restartedAt) {
        throw new UsageError(
          `failed to create patch for ${target.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
        );
      }
      const body = { spec: { template: { metadata: { annotations: { [annotation]: restartedAt } } } } };
      io.out(print(patchTarget(target, client, body, { patchType: 'strategic', fieldManager: flags.string('field-manager') })));
    });
    if (found === 0) io.err(`No resources found in ${invocation.namespace} namespace.\n`);
  },
};
