// kubectl set serviceaccount. Mirrors pkg/cmd/set/set_serviceaccount.go.
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { chooseAll, recordedSetFlags, readOutput, updateAll, withPodSpec } from './pod-template.js';

const flags = recordedSetFlags.filter((f) => f.name !== 'selector');

export const setServiceAccount: Verb<Client> = {
  id: 'set serviceaccount',
  aliases: ['sa'],
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  short: 'Update the service account of a resource',
  flags,
  run(invocation) {
    const dryRun = readOutput(invocation);
    const { args } = invocation;
    const serviceAccountName = args.at(-1);
    if (serviceAccountName === undefined) throw new UsageError('serviceaccount is required');
    const choice = chooseAll(invocation, args.slice(0, -1), flags);
    const change: Parameters<typeof updateAll>[1]['change'] = (object) =>
      withPodSpec(object, (spec) => {
        spec.serviceAccountName = serviceAccountName;
      });
    updateAll(
      choice,
      { dryRun, done: 'serviceaccount updated', failure: 'failed to patch ServiceAccountName ', always: true, change },
      invocation,
    );
  },
};
