// Facts of a Pod's containers that need no run: host name, image, command.
import type { Container, Pod } from '../model/generated/api.js';
import type { Net } from '../network/net.js';
import { type RuntimePod, serviceEnvKey } from '../network/runtime.js';
import type { Variable } from '../network/service-env.js';
import { parseImageName } from './image-name.js';
import type { Image } from './image.js';
import { findImage } from './images.js';

/** Everything but ephemeral containers, in the order in which they start. */
export const containersOf = (pod: Pod): Container[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

export const hostnameOf = (pod: Pod): string =>
  pod.spec.hostNetwork ? (pod.spec.nodeName ?? '') : (pod.spec.hostname ?? pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');

const nothing: Image = {
  repository: '',
  flavour: 'debian',
  entrypoint: [],
  cmd: [],
  programs: [],
  env: {},
  workdir: '/',
  uid: 0,
  size: 0,
  version: '',
  files: {},
  unknown: true,
};

export function imageOf(container: Container): Image {
  const found = findImage(container.image ?? '');
  return found && 'image' in found ? found.image : { ...nothing, repository: parseImageName(container.image ?? '')?.repository ?? '' };
}

/** Variables that the Services gave the Pod at its start. */
export const serviceVariables = (net: Net, runtime: RuntimePod): readonly Variable[] =>
  runtime.serviceEnv ? ((net.reader.state(serviceEnvKey(runtime.serviceEnv)) as unknown as Variable[] | undefined) ?? []) : [];

/** What process 1 is: the image's, or the container's command and args with $(VAR) filled in. */
export function commandOf(container: Container, image: Image, valueOf: (name: string) => string | undefined): string[] {
  const filled = (list: readonly string[] | undefined): string[] => (list ?? []).map((t) => expand(t, valueOf));
  const { command, args } = container;
  if (command && command.length > 0) return [...filled(command), ...filled(args)];
  return [...image.entrypoint, ...(args && args.length > 0 ? filled(args) : image.cmd)];
}

/**
 * $(NAME) in commands, arguments and environment values becomes the value when there is one, $$ becomes $, anything else stays.
 * Mirrors k8s.io/kubernetes/third_party/forked/golang/expansion.
 */
export function expand(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    return valueOf(name ?? '') ?? whole;
  });
}
