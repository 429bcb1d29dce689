// kubectl run. Mirrors pkg/cmd/run/run.go and pkg/generate/versioned/run.go.
import { isEnvVarName } from '../../lib/names.js';
import type { KubeObject } from '../../model/object.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import { attachToNewPod } from '../attach-new-pod.js';
import type { Client } from '../client.js';
import { notSimulated, severalErrors, UsageError } from '../errors.js';
import { withTypedConfiguration } from '../last-applied.js';
import { overridden, overrideFlags } from '../overrides.js';
import { parseInteger } from '../ports.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  recordFlag,
  saveConfigFlag,
  withCause,
  withDryRun,
  readCascade,
} from '../write-flags.js';
import { generateService, parseLabelList } from '../service-generator.js';
import { flag } from '../flag.js';

/** kubectl run takes the flags of delete, for --rm, and heeds none but --cascade. */
const unused = (name: string, type: Flag['type'], value: string, short?: string): Flag => ({
  ...flag(name, type, value, 'Not used by this command.', short),
  hidden: true,
});

export const run: Verb<Client> = {
  id: 'run',
  use: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  short: 'Run a particular image on the cluster',
  example: `
    # A pod
    kubectl run web --image=nginx

    # A pod that runs a command, and a service for it
    kubectl run api --image=busybox --port=80 --expose -- httpd -f`,
  flags: [
    ...printFlags,
    dryRunFlag,
    fieldManagerFlag('kubectl-run'),
    saveConfigFlag,
    ...overrideFlags,
    recordFlag,
    flag('annotations', 'stringArray', '[]', 'Annotations of the pod, each key=value.'),
    flag('attach', 'bool', 'false', 'Wait for the pod to run, then attach to it. Default with -i.'),
    { ...unused('cascade', 'string', 'background'), bare: 'background' },
    flag('command', 'bool', 'false', 'Whether what follows -- is the command instead of its arguments.'),
    flag('detach-keys', 'string', 'ctrl-p,ctrl-q', 'Keys that end the session. There are no sessions here.'),
    flag('env', 'stringArray', '[]', 'Environment variables of the container, each key=value.'),
    flag('expose', 'bool', 'false', 'Whether to make a ClusterIP service for the pod, too. Needs --port.'),
    { ...flag('image', 'string', '', 'The image to run.'), required: true },
    flag('image-pull-policy', 'string', '', 'Always, IfNotPresent or Never.'),
    flag('labels', 'string', '', 'Labels of the pod, as a=b,c=d.', 'l'),
    flag('leave-stdin-open', 'bool', 'false', 'Keep stdin open after the first attach.'),
    flag('pod-running-timeout', 'duration', '1m0s', 'How long to wait until the pod runs.'),
    flag('port', 'string', '', 'The port the container exposes.'),
    flag('privileged', 'bool', 'false', 'Run the container privileged.'),
    flag('quiet', 'bool', 'false', 'No prompts.', 'q'),
    flag('restart', 'string', 'Always', 'Always, OnFailure, or Never.'),
    flag('rm', 'bool', 'false', 'Delete the pod after it ends. Only with --attach or -i.'),
    flag('stdin', 'bool', 'false', "Keep the container's stdin open.", 'i'),
    flag('tty', 'bool', 'false', 'Give the container a terminal.', 't'),
    unused('filename', 'stringSlice', '[]', 'f'),
    unused('force', 'bool', 'false'),
    unused('grace-period', 'int', '-1'),
    unused('kustomize', 'string', '', 'k'),
    unused('recursive', 'bool', 'false', 'R'),
    unused('timeout', 'duration', '0s'),
    unused('wait', 'bool', 'false'),
  ],
  run(invocation) {
    const { flags, io } = invocation;
    const dryRun = dryRunOf(flags, io);
    const print = objectPrinter(invocation, { operation: withDryRun('created', dryRun), typed: true });
    readCascade(invocation);
    const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
    validate(invocation, dryRun, attach);
    const name = invocation.args[0] as string;
    const errors: Error[] = [];
    const pod = send(withCause(overridden(podFor(name, invocation), flags), invocation), 'pods', dryRun, invocation);
    if (flags.bool('expose')) {
      try {
        io.out(print(send(withCause(serviceFor(name, invocation), invocation), 'services', dryRun, invocation)));
        if (flags.string('output') === 'yaml') io.out('---\n');
      } catch (e) {
        errors.push(e as Error);
      }
    }
    if (attach) return attachToNewPod(pod, invocation);
    io.out(print(pod));
    if (errors.length > 0) throw severalErrors(errors);
  },
};

function validate({ args, dashAt, flags }: Invocation<Client>, dryRun: DryRun, attach: boolean): void {
  const wrong = (message: string): UsageError => new UsageError(message, true);
  const image = flags.string('image');
  if (args.length === 0 || dashAt === 0) throw wrong('NAME is required for run');
  if (image === '') throw new UsageError('--image is required');
  if (!isImageReference(image)) throw new UsageError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  if (flags.bool('tty') && !flags.bool('stdin')) throw wrong('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.bool('expose') && flags.string('port') === '') throw wrong('--port must be set when exposing a service');
  const restart = flags.string('restart');
  if (!['', 'Always', 'OnFailure', 'Never'].includes(restart)) throw wrong(`invalid restart policy: ${restart}`);
  if (attach && flags.changed('detach-keys')) throw notSimulated('run --detach-keys');
  if (flags.duration('pod-running-timeout') <= 0) throw wrong('--pod-running-timeout must be higher than zero');
  if (!attach && flags.bool('rm')) throw wrong('--rm should only be used for attached containers');
  if (attach && dryRun !== 'none')
    throw wrong("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
  const policy = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw wrong(`invalid image pull policy: ${policy}`);
}

const pathPart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const domain =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const reference = new RegExp(
  `^(?:${domain}/)?${pathPart}(?:/${pathPart})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** The grammar of github.com/distribution/reference. */
export const isImageReference = (image: string): boolean => reference.test(image);

function podFor(name: string, invocation: Invocation<Client>): KubeObject {
  const { flags, args, namespace, namespaceGiven } = invocation;
  const words = args.slice(1);
  const env = flags.strings('env').map(envVar);
  const annotations = annotationsOf(flags.strings('annotations'));
  const labels = flags.string('labels') === '' ? { run: name } : parseLabelList(flags.string('labels'));
  const port = flags.string('port') === '' ? -1 : parseInteger(flags.string('port'));
  const policy = flags.string('image-pull-policy');
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      ...(namespaceGiven && { namespace }),
      labels,
      ...(flags.strings('annotations').length > 0 && { annotations }),
    },
    spec: {
      containers: [
        {
          name,
          image: flags.string('image'),
          ...(words.length > 0 && { [flags.bool('command') ? 'command' : 'args']: words }),
          ...(port >= 0 && { ports: [{ containerPort: port }] }),
          ...(env.length > 0 && { env }),
          resources: {},
          ...(policy !== '' && { imagePullPolicy: policy }),
          ...(flags.bool('privileged') && { securityContext: { privileged: true } }),
          ...(flags.bool('stdin') && { stdin: true, ...(!flags.bool('leave-stdin-open') && { stdinOnce: true }) }),
          ...(flags.bool('tty') && { tty: true }),
        },
      ],
      restartPolicy: flags.string('restart') || (flags.bool('stdin') ? 'OnFailure' : 'Always'),
      dnsPolicy: 'ClusterFirst',
    },
    status: {},
  };
}

function annotationsOf(texts: readonly string[]): Record<string, string> {
  const wrong = texts.filter((text) => text.indexOf('=') < 1);
  if (wrong.length > 0) throw new UsageError(`invalid annotations format: ${wrong.join(', ')}`);
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}

function envVar(text: string): { name: string; value?: string } {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(equals, 0));
  if (name === '' || isEnvVarName(name).length > 0) throw new UsageError(`invalid env: ${text}`);
  const value = text.slice(equals + 1);
  return value === '' ? { name } : { name, value };
}

function serviceFor(name: string, { flags, namespace, namespaceGiven }: Invocation<Client>): KubeObject {
  return generateService({
    name,
    ...(namespaceGiven && { namespace }),
    labels: flags.string('labels'),
    selector: flags.string('labels') || `run=${name}`,
    ports: flags.string('port'),
    protocol: '',
    protocols: new Map(),
    targetPort: '',
    type: '',
    clusterIP: '',
    externalIP: '',
    loadBalancerIP: '',
    sessionAffinity: '',
  });
}

function send(object: KubeObject, resource: string, dryRun: DryRun, { flags, client, namespace }: Invocation<Client>): KubeObject {
  if (dryRun === 'client') return object;
  return client.call<KubeObject>({
    verb: 'create',
    group: '',
    version: 'v1',
    resource,
    namespace,
    body: flags.bool('save-config') ? withTypedConfiguration(object) : object,
    // kubectl reads the overridden object into its own types, which have no place for what is not known.
    options: { fieldManager: flags.string('field-manager'), fieldValidation: 'Ignore', ...(dryRun === 'server' && { dryRun: true }) },
  });
}
