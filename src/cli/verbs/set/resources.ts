// kubectl set resources. Mirrors pkg/cmd/set/set_resources.go and pkg/generate/versioned (HandleResourceRequirementsV1).
import { canonicalQuantity } from '../../../lib/quantity.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import {
  chooseAll,
  refuseLocalNames,
  containersFlag,
  selectContainers,
  recordedSetFlags,
  readOutput,
  updateAll,
  withPodSpec,
} from './pod-template.js';

const flags = [
  ...recordedSetFlags,
  containersFlag,
  { name: 'limits', type: 'string', default: '', usage: "Limits of the containers, such as 'cpu=100m,memory=256Mi'." },
  { name: 'requests', type: 'string', default: '', usage: "Requests of the containers, such as 'cpu=100m,memory=256Mi'." },
] as const;

export const setResources: Verb<Client> = {
  id: 'set resources',
  use: 'resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags,
  run(invocation) {
    const { args, flags: given } = invocation;
    const dryRun = readOutput(invocation);
    refuseLocalNames(invocation.flags, args);
    const choice = chooseAll(invocation, args, flags);
    if (given.bool('local') && given.string('dry-run') === 'server')
      throw new UsageError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (given.bool('all') && given.string('selector') !== '') throw new UsageError('cannot set --all and --selector at the same time');
    if (given.string('limits') === '' && given.string('requests') === '')
      throw new UsageError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const limits = parseList(given.string('limits'));
    const requests = parseList(given.string('requests'));
    const pattern = given.string('containers');
    const change: Parameters<typeof updateAll>[1]['change'] = (object, report) =>
      withPodSpec(object, (spec) => {
        const containers = selectContainers(spec, pattern);
        if (containers.length === 0) report(new UsageError(`error: unable to find container named ${pattern}`));
        for (const container of containers) {
          container.resources = {
            ...container.resources,
            ...(limits && { limits: { ...container.resources?.limits, ...limits } }),
            ...(requests && { requests: { ...container.resources?.requests, ...requests } }),
          };
        }
      });
    const failure = 'failed to patch resources update to pod template ';
    updateAll(choice, { dryRun, done: 'resource requirements updated', failure, change }, invocation);
  },
};

function parseList(text: string): Record<string, string> | undefined {
  if (text === '') return undefined;
  const list: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [name = '', value, ...more] = pair.split('=');
    if (value === undefined || more.length > 0) throw new UsageError(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
    try {
      list[name] = canonicalQuantity(value);
    } catch (e) {
      throw new UsageError((e as Error).message);
    }
  }
  return list;
}
