// kubectl create deployment. Mirrors pkg/cmd/create/create_deployment.go.
import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../model/object.js';
import type { Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { createFlags, createTyped, metadata, nameOf } from './typed.js';

export const createDeployment: Verb<Client> = {
  id: 'create deployment',
  aliases: ['deploy'],
  use: 'deployment NAME --image=image -- [COMMAND] [args...]',
  short: 'Create a deployment with the specified name',
  example: `
    # Three replicas of nginx
    kubectl create deployment web --image=nginx --replicas=3

    # With a command of its own
    kubectl create deployment idle --image=busybox -- sleep 1d`,
  flags: [
    ...createFlags,
    {
      name: 'image',
      type: 'stringSlice',
      default: '[]',
      required: true,
      usage: 'Image to run; one container each when given several times.',
    },
    { name: 'port', type: 'int', default: '-1', usage: 'The port the first container exposes.' },
    { name: 'replicas', short: 'r', type: 'int', default: '1', usage: 'Number of replicas.' },
  ],
  run: (invocation) =>
    createTyped(invocation, () => ({
      group: 'apps',
      version: 'v1',
      plural: 'deployments',
      failure: 'failed to create deployment: ',
      object: deployment(invocation),
    })),
};

function deployment(invocation: Invocation<Client>): KubeObject {
  const { flags, args, dashAt } = invocation;
  const name = nameOf(invocation);
  const images = flags.strings('image');
  const command = dashAt < 0 ? [] : args.slice(dashAt);
  if (images.length > 1 && command.length > 0) throw new UsageError('cannot specify multiple --image options and command');
  const labels = { app: name };
  const port = flags.int('port');
  const containers = images.map((image, i) => ({
    name: containerName(image),
    image,
    ...(command.length > 0 && { command }),
    ...(i === 0 && port >= 0 && { ports: [{ containerPort: port }] }),
    resources: {},
  }));
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: metadata(name, invocation, { labels }),
    spec: {
      replicas: flags.int('replicas'),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: {},
    },
    status: {},
  };
}

/** The image without registry, tag and digest. Names a container may not have get a suffix, here the same for the same image. */
function containerName(image: string): string {
  const [name = ''] = image.slice(image.lastIndexOf('/') + 1).split(/[:@]/);
  if (!/[_.]/.test(name)) return name;
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const suffix = [...createHash('sha256').update(image).digest().subarray(0, 5)].map((byte) => alphabet[byte % alphabet.length]);
  return `${name.replace(/[_.]/g, '-')}-${suffix.join('')}`;
}
