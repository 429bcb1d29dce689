// kubectl drain: cordons a node and evicts its Pods. Mirrors k8s.io/kubectl/pkg/cmd/drain/drain.go and pkg/drain/drain.go.
import type { Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import type { Target } from '../../resources.js';
import { type DryRun, dryRunOf, withDryRun } from '../../write-flags.js';
import { type DrainPod, judge } from './filter.js';
import { cordonAll, findNodes, nodeFlags } from './nodes.js';

/** kubectl waits for ever when --timeout is 0. */
const forEver = 168 * 3_600_000;

export const drain: Verb<Client> = {
  id: 'drain',
  use: 'drain NODE',
  short: 'Drain node in preparation for maintenance',
  long: 'Marks a node unschedulable, evicts its Pods and waits until they are gone. Pods of DaemonSets stay, and must be ignored explicitly.',
  example: `
    # Empty a node
    kubectl drain node01 --ignore-daemonsets --delete-emptydir-data`,
  flags: [
    ...nodeFlags,
    { name: 'chunk-size', type: 'int', default: '500', usage: 'How many objects one answer holds. Answers are whole here.' },
    { name: 'delete-emptydir-data', type: 'bool', default: 'false', usage: 'Go on though Pods use emptyDir, whose data is lost.' },
    { name: 'disable-eviction', type: 'bool', default: 'false', usage: 'Delete the Pods instead of evicting them.' },
    { name: 'force', type: 'bool', default: 'false', usage: 'Go on though Pods have no controller that would make them anew.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds a Pod gets to end; negative: its own.' },
    { name: 'ignore-daemonsets', type: 'bool', default: 'false', usage: 'Leave the Pods of DaemonSets.' },
    { name: 'pod-selector', type: 'string', default: '', usage: 'Only Pods whose labels match.' },
    {
      name: 'skip-wait-for-delete-timeout',
      type: 'int',
      default: '0',
      usage: 'Do not wait for Pods that have been ending for this many seconds.',
    },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0: as long as it takes.' },
  ],
  run(invocation) {
    const { io } = invocation;
    const dryRun = dryRunOf(invocation.flags, invocation.io);
    const nodes = findNodes('drain', invocation);
    cordonAll(nodes, true, dryRun, invocation);
    const failed: { node: string; errors: readonly Error[] }[] = [];
    for (const node of nodes) {
      const errors = empty(node, dryRun, invocation);
      if (errors.length === 0) io.out(`node/${node.name} ${withDryRun('drained', dryRun)}\n`);
      else {
        const text = errors.length === 1 ? errors[0]?.message : `[${errors.map((e) => e.message).join(', ')}]`;
        io.err(`error: unable to drain node "${node.name}" due to error: ${text}, continuing command...\n`);
        failed.push({ node: node.name, errors });
      }
    }
    if (failed.length === 0) return;
    io.err(`There are pending nodes to be drained:\n${failed.map((f) => ` ${f.node}\n`).join('')}`);
    throw new AggregateError(failed.flatMap((f) => f.errors));
  },
};

/** Evicts what may be evicted; returns what forbids it. */
function empty(node: Target, dryRun: DryRun, invocation: Invocation<Client>): Error[] {
  const { io, client, flags } = invocation;
  const judged = podsOf(node.name, invocation).map((pod) => ({
    pod,
    verdict: judge(pod, flags, (p, name) => hasDaemonSet(p, name, client)),
  }));
  const errors = grouped(judged.map((j) => ({ pod: j.pod, text: j.verdict.error })));
  if (errors.length > 0) return errors.map((e) => new UsageError(e.toLowerCase().startsWith('cannot delete') ? e : `cannot delete ${e}`));
  const warnings = grouped(judged.map((j) => ({ pod: j.pod, text: j.verdict.warning })));
  if (warnings.length > 0) io.err(`Warning: ${warnings.join('; ')}\n`);
  const pods = judged.filter((j) => j.verdict.evict).map((j) => j.pod);
  const suffix = dryRun === 'none' ? '' : dryRun === 'server' ? ' (server dry run)' : ' (dry run)';
  const verb = flags.bool('disable-eviction') && dryRun !== 'client' ? undefined : 'evicting';
  for (const pod of pods) if (verb) io.out(`${verb} pod ${pod.metadata.namespace}/${pod.metadata.name}${suffix}\n`);
  if (dryRun === 'client') return [];
  for (const pod of pods) evict(pod, dryRun, invocation);
  return dryRun === 'none' ? waitFor(pods, invocation) : [];
}

function podsOf(node: string, { client, flags }: Invocation<Client>): DrainPod[] {
  const labelSelector = flags.string('pod-selector');
  const options = { fieldSelector: `spec.nodeName=${node}`, ...(labelSelector && { labelSelector }) };
  return client.call<{ items: DrainPod[] }>({ verb: 'list', group: '', resource: 'pods', options }).items;
}

/** "text: ns/a, ns/b", one for each text. */
function grouped(said: readonly { pod: DrainPod; text: string | undefined }[]): string[] {
  const pods = new Map<string, string[]>();
  for (const { pod, text } of said)
    if (text !== undefined) pods.set(text, [...(pods.get(text) ?? []), `${pod.metadata.namespace}/${pod.metadata.name}`]);
  return [...pods].map(([text, names]) => `${text}: ${names.join(', ')}`);
}

const hasDaemonSet = ({ metadata }: DrainPod, name: string, client: Client): boolean =>
  client.api.call({ verb: 'get', group: 'apps', resource: 'daemonsets', namespace: metadata.namespace ?? '', name }).code < 400;

function evict({ metadata }: DrainPod, dryRun: DryRun, { client, flags }: Invocation<Client>): void {
  const grace = flags.int('grace-period');
  const gracePeriod = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  const at = { group: '', resource: 'pods', namespace: metadata.namespace ?? '', name: metadata.name };
  const dry = dryRun === 'server' ? { dryRun: true } : {};
  if (flags.bool('disable-eviction')) return void client.call({ ...at, verb: 'delete', options: { ...gracePeriod, ...dry } });
  const { name, namespace = '' } = metadata;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: gracePeriod };
  client.call({ ...at, verb: 'create', subresource: 'eviction', body, options: dry });
}

function waitFor(pods: readonly DrainPod[], { client, flags, io }: Invocation<Client>): Error[] {
  const end = client.now() + (flags.duration('timeout') || forEver);
  const done = flags.bool('disable-eviction') ? 'deleted' : 'evicted';
  for (const { metadata } of pods) {
    const there = (): boolean => {
      const { code, body } = client.api.call({
        verb: 'get',
        group: '',
        resource: 'pods',
        namespace: metadata.namespace ?? '',
        name: metadata.name,
      });
      return code < 400 && (body as DrainPod).metadata.uid === metadata.uid;
    };
    while (there()) {
      const left = end - client.now();
      if (left <= 0)
        return [
          new UsageError(
            `error when waiting for pod "${metadata.name}" in namespace "${metadata.namespace}" to terminate: global timeout reached: ${flags.duration('timeout') / 1000}s`,
          ),
        ];
      client.pass(left);
    }
    io.out(`pod/${metadata.name} ${done}\n`);
  }
  return [];
}
