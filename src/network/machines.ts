// A machine that is off takes no packet: neither for itself nor for the Pods on it, and its rules do nothing.
import { isOff } from '../model/faults.js';
import type { Step } from './walk.js';

/** Looks at the node whose rules come next, or, once the packet has found its place, at the node it is for. */
export const machineIsOn: Step = (walk) => {
  const { pod, node } = walk.place ?? {};
  const name = pod?.spec.nodeName ?? node?.metadata.name ?? walk.node;
  if (name === undefined || !isOff(walk.net.reader, name)) return undefined;
  walk.hops.push({
    step: 'route',
    object: `Node ${name}`,
    why: pod
      ? `the machine of node ${name}, which Pod ${pod.metadata.namespace}/${pod.metadata.name} is on, is off: nothing answers`
      : `the machine of node ${name} is off: nothing answers`,
    cause: 'node-down',
  });
  return 'timeout';
};
