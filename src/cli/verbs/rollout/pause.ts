// kubectl rollout pause and resume. Mirrors pkg/cmd/rollout/rollout_pause.go, rollout_resume.go and polymorphichelpers/objectpauser.go.
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { fieldManagerFlag } from '../../write-flags.js';
import { eachOfAll, groupKindName, patchTarget, refusal, requireTarget, targetFlags } from './target.js';

interface Words {
  readonly verb: 'pause' | 'resume';
  readonly short: string;
  readonly operation: string;
  readonly paused: boolean;
  readonly already: string;
  readonly unsupported: string;
}

const pauseVerb = (words: Words): Verb<Client> => ({
  id: `rollout ${words.verb}`,
  use: `${words.verb} RESOURCE`,
  short: words.short,
  flags: [...targetFlags, ...printFlags, fieldManagerFlag('kubectl-rollout')],
  run(invocation) {
    const { client, flags, io } = invocation;
    requireTarget(invocation);
    const print = objectPrinter(invocation, { operation: words.operation, typed: true });
    const found = eachOfAll(invocation, (target) => {
      if (groupKindName(target) !== 'Deployment.apps') throw refusal(target, words.unsupported);
      if (Boolean(target.object.spec.paused) === words.paused) throw refusal(target, words.already);
      // Strategic merge: null takes the field away, as a false one is not stored.
      const body = { spec: { paused: words.paused || null } };
      io.out(print(patchTarget(target, client, body, { patchType: 'strategic', fieldManager: flags.string('field-manager') })));
    });
    if (found === 0) io.err(`No resources found in ${invocation.namespace} namespace.\n`);
  },
});

export const rolloutPause = pauseVerb({
  verb: 'pause',
  short: 'Mark the provided resource as paused',
  operation: 'paused',
  paused: true,
  already: 'is already paused',
  unsupported: 'pausing is not supported',
});

export const rolloutResume = pauseVerb({
  verb: 'resume',
  short: 'Resume a paused resource',
  operation: 'resumed',
  paused: false,
  already: 'is not paused',
  unsupported: 'resuming is not supported',
});
