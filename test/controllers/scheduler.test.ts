// What nodes have against a Pod, plugin by plugin.
import { expect, test } from 'vitest';
import { filter } from '../../src/controllers/scheduler/filter.js';
import { unfitMessage } from '../../src/controllers/scheduler/index.js';
import { nodeInfos } from '../../src/controllers/scheduler/node-info.js';
import type { Node, Pod, PodSpec } from '../../src/model/generated/api.js';

const node = (name: string, spec: object = {}, labels: object = {}): Node =>
  ({
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { allocatable: { cpu: '2', memory: '4Gi', pods: '3' } },
  }) as unknown as Node;

const pod = (spec: Partial<PodSpec>, labels: object = {}, nodeName?: string): Pod =>
  ({
    metadata: { name: 'p', namespace: 'default', labels },
    spec: { containers: [{ name: 'c', image: 'x' }], ...spec, ...(nodeName && { nodeName }) },
  }) as unknown as Pod;

const asking = (cpu: string, nodeName?: string): Pod =>
  pod({ containers: [{ name: 'c', image: 'x', resources: { requests: { cpu } } }] }, {}, nodeName);

/** The nodes that fit, and the message of a Pod that fits nowhere. */
function outcome(wanted: Pod, nodes: readonly Node[], running: readonly Pod[] = []): readonly string[] | string {
  const infos = nodeInfos(nodes, running);
  const { fitting, refusals } = filter(wanted, infos, () => ({}));
  return fitting.length > 0 ? fitting.map((i) => i.node.metadata.name) : unfitMessage(wanted, nodes.length, refusals);
}

const head = (n: number): string => `0/${n} nodes are available:`;
const inVain = (n: number): string => `no new claims to deallocate, preemption: ${head(n)} ${n} Preemption is not helpful for scheduling.`;
const noVictims = (n: number): string =>
  `no new claims to deallocate, preemption: ${head(n)} ${n} No preemption victims found for incoming pod.`;

test('taints and cordons', () => {
  const tainted = node('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] });
  const cordoned = node('b', { unschedulable: true });
  expect(outcome(pod({}), [tainted, cordoned])).toBe(
    `${head(2)} 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. ${inVain(2)}`,
  );
  expect(outcome(pod({ tolerations: [{ key: 'k', value: 'v' }] }), [tainted, cordoned])).toEqual(['a']);
  expect(outcome(pod({ tolerations: [{ operator: 'Exists' }] }), [tainted, cordoned])).toEqual(['a', 'b']);
});

test('resources', () => {
  const nodes = [node('a'), node('b')];
  expect(outcome(asking('1500m'), nodes, [asking('1', 'a')])).toEqual(['b']);
  expect(outcome(asking('1500m'), nodes, [asking('1', 'a'), asking('1', 'b')])).toBe(`${head(2)} 2 Insufficient cpu. ${noVictims(2)}`);
  // More than a node has, whoever leaves.
  expect(outcome(asking('3'), nodes)).toBe(`${head(2)} 2 Insufficient cpu. ${inVain(2)}`);
  const full = [1, 2, 3].map(() => pod({}, {}, 'a'));
  expect(outcome(pod({}), [node('a')], full)).toBe(`${head(1)} 1 Too many pods. ${noVictims(1)}`);
});

test('host ports', () => {
  const listening = (ip?: string): Partial<PodSpec> => ({
    containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP', ...(ip && { hostIP: ip }) }] }],
  });
  const taken = [pod(listening('10.0.0.1'), {}, 'a')];
  expect(outcome(pod(listening('10.0.0.2')), [node('a')], taken)).toEqual(['a']);
  expect(outcome(pod(listening()), [node('a')], taken)).toBe(
    `${head(1)} 1 node(s) didn't have free ports for the requested pod ports. ${noVictims(1)}`,
  );
});

const term = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' });

test('affinity between Pods', () => {
  const nodes = [node('a'), node('b')];
  const apart = (labels: object, on?: string): Pod =>
    pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('web')] } } }, labels, on);
  expect(outcome(apart({ app: 'web' }), nodes, [apart({ app: 'web' }, 'a')])).toEqual(['b']);
  expect(outcome(apart({ app: 'web' }), nodes, [pod({}, { app: 'web' }, 'a'), pod({}, { app: 'web' }, 'b')])).toBe(
    `${head(2)} 2 node(s) didn't match pod anti-affinity rules. ${noVictims(2)}`,
  );
  // Who is there already may keep others away.
  expect(outcome(pod({}, { app: 'web' }), [node('a')], [apart({ app: 'db' }, 'a')])).toBe(
    `${head(1)} 1 node(s) didn't satisfy existing pods anti-affinity rules. ${noVictims(1)}`,
  );
  const near = (labels: object): Pod =>
    pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('db')] } } }, labels);
  expect(outcome(near({}), nodes, [pod({}, { app: 'db' }, 'b')])).toEqual(['b']);
  expect(outcome(near({}), nodes)).toBe(`${head(2)} 2 node(s) didn't match pod affinity rules. ${inVain(2)}`);
  // The first of its own kind may go anywhere.
  expect(outcome(near({ app: 'db' }), nodes)).toEqual(['a', 'b']);
});

test('topology spread', () => {
  const nodes = [node('a', {}, { zone: 'x' }), node('b', {}, { zone: 'y' }), node('c')];
  const spread = pod(
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } },
      ],
    },
    { app: 'web' },
  );
  expect(outcome(spread, nodes, [pod({}, { app: 'web' }, 'a')])).toEqual(['b']);
});

test("a DaemonSet's Pods name their node", () => {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['b'] }];
  const bound = (cpu: string): Pod => {
    const { spec } = asking(cpu);
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } };
    return pod({ ...spec, affinity });
  };
  expect(outcome(bound('1'), [node('a'), node('b')])).toEqual(['b']);
  expect(outcome(bound('3'), [node('a'), node('b')])).toBe(
    `${head(2)} 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${inVain(2)}`,
  );
});
