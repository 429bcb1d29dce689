// kubectl set image. Mirrors pkg/cmd/set/set_image.go.
import type { Verb } from '../../../model/verb.js';
import { parsePairs, resourcesAndPairs } from '../../chosen.js';
import type { Client } from '../../client.js';
import { severalErrors, UsageError } from '../../errors.js';
import { givesFiles } from '../../filename-flags.js';
import { chooseAll, refuseLocalNames, recordedSetFlags, readOutput, updateAll, withPodSpec } from './pod-template.js';

export const setImage: Verb<Client> = {
  id: 'set image',
  use: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  example: `
    # The image of one container
    kubectl set image deployment/web nginx=nginx:1.27`,
  flags: recordedSetFlags,
  run(invocation) {
    const { args, flags } = invocation;
    const dryRun = readOutput(invocation);
    const { resources, pairs } = resourcesAndPairs(args, 'image');
    const { set: images } = parsePairs(pairs, 'image', false);
    refuseLocalNames(invocation.flags, resources);
    const choice = chooseAll(invocation, resources, recordedSetFlags);
    const wrong: string[] = [];
    if (flags.bool('all') && flags.string('selector') !== '') wrong.push('cannot set --all and --selector at the same time');
    if (resources.length === 0 && !givesFiles(flags))
      wrong.push('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (images.size === 0) wrong.push('at least one image update is required');
    else if (images.size > 1 && images.has('*'))
      wrong.push('all containers are already specified by *, but saw more than one container_name=container_image pairs');
    if (flags.bool('local') && dryRun === 'server')
      wrong.push('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (wrong.length > 0) throw severalErrors(wrong.map((message) => new UsageError(message)));
    const failure = 'failed to patch image update to pod template: ';
    const done = 'image updated';
    updateAll(choice, { dryRun, done, failure, change: (object, report) => withImages(object, images, report) }, invocation);
  },
};

type Change = Parameters<typeof withPodSpec>[0];

function withImages(object: Change, images: ReadonlyMap<string, string>, report: (error: Error) => void): Change {
  return withPodSpec(object, (spec) => {
    for (const [name, image] of images) {
      const found = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter((c) => name === '*' || c.name === name);
      for (const container of found) container.image = image;
      if (found.length === 0) report(new UsageError(`error: unable to find container named ${JSON.stringify(name)}`));
    }
  });
}
