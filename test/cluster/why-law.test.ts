// The law of cures: in generated clusters with one thing broken, what `kubelab why --fix` prints makes the packet arrive when it is pasted.
// LAWS=N looks at N clusters, LAW_SEED=S at others.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster, openCluster } from '../../src/cluster/index.js';
import { splitWords } from '../../src/lab/transcript.js';
import { main } from '../../src/main.js';
import type { Json } from '../../src/model/object.js';
import type { Goal, Sender, TraceResult, WhyResult } from '../../src/model/why.js';

const clusters = Number(process.env.LAWS ?? 21);
const seed = Number(process.env.LAW_SEED ?? 20261121);

const work = mkdtempSync(join(tmpdir(), 'kubelab-law-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const base = join(work, 'base.db');
const path = join(work, 'one.db');
beforeAll(() => createCluster(base, { clock: 'virtual' }).close());

type Roll = (n: number) => number;
function dice(start: number): Roll {
  let state = start >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
const oneOf = <T>(roll: Roll, list: readonly T[]): T => list[roll(list.length)] as T;

interface Breakage {
  readonly name: string;
  /** Manifests and patches to apply, in their order; `patch` is [resource, name, namespace, strategic patch]. */
  readonly apply?: readonly object[];
  readonly patch?: readonly (readonly [string, string, string, Json])[];
  readonly goal?: Partial<Goal>;
}

const label = (roll: Roll): string => oneOf(roll, ['app', 'tier', 'app.kubernetes.io/name']);

/** What is broken, in many sizes. The Service is web:80 for Pods that listen on 8080, whose port is called http. */
const breakages: readonly ((roll: Roll, key: string) => Breakage)[] = [
  (roll, key) => ({
    name: 'selector',
    patch: [['services', 'web', 'default', { spec: { selector: { [key]: oneOf(roll, ['wep', 'web2', 'front']) } } }]],
  }),
  (roll, key) => ({
    name: 'selector with one label more',
    patch: [['services', 'web', 'default', { spec: { selector: { [key]: 'web', version: oneOf(roll, ['v1', 'v2']) } } }]],
  }),
  (roll) => ({
    name: 'targetPort',
    patch: [['services', 'web', 'default', { spec: { ports: [{ port: 80, targetPort: 1000 + roll(9000) }] } }]],
  }),
  (roll) => ({
    name: 'named targetPort',
    patch: [['services', 'web', 'default', { spec: { ports: [{ port: 80, targetPort: oneOf(roll, ['htp', 'web', 'https']) }] } }]],
  }),
  (roll) => ({ name: 'undeclared port', goal: { port: oneOf(roll, [81, 8080, 443]) } }),
  () => ({
    name: 'protocol',
    patch: [
      [
        'services',
        'web',
        'default',
        {
          spec: {
            ports: [
              { port: 80, protocol: 'UDP', targetPort: 8080 },
              { $patch: 'delete', port: 80, protocol: 'TCP' },
            ],
          },
        },
      ],
    ],
  }),
  () => ({ name: 'scaled to zero', patch: [['deployments', 'web', 'default', { spec: { replicas: 0 } }]] }),
  (roll) => ({
    name: 'readiness probe',
    patch: [
      [
        'deployments',
        'web',
        'default',
        template(
          {
            readinessProbe: oneOf(roll, [
              { httpGet: { path: '/', port: 81 } },
              { tcpSocket: { port: 9 } },
              { httpGet: { path: '/nothing', port: 8080 } },
            ]),
          },
          'Recreate',
        ),
      ],
    ],
  }),
  () => ({
    name: 'image',
    patch: [['deployments', 'web', 'default', template({ image: 'nginxinc/nginx-unprivileged:99.99' }, 'Recreate')]],
  }),
  (roll) => ({
    name: 'node',
    patch: [
      [
        'deployments',
        'web',
        'default',
        {
          spec: {
            strategy: { type: 'Recreate', rollingUpdate: null },
            template: { spec: { nodeSelector: { disk: oneOf(roll, ['ssd', 'hdd']) } } },
          },
        },
      ],
    ],
  }),
  () => ({ name: 'CoreDNS at 0', patch: [['deployments', 'coredns', 'kube-system', { spec: { replicas: 0 } }]], goal: { host: 'web' } }),
  (roll) => ({
    name: 'default deny',
    apply: [policy('deny', { podSelector: {}, policyTypes: oneOf(roll, [['Ingress'], ['Ingress', 'Egress']]) })],
  }),
  (roll, key) => ({
    name: "policy with the Service's port",
    apply: [policy('web', { podSelector: { matchLabels: { [key]: 'web' } }, ingress: [{ ports: [{ port: oneOf(roll, [80, 'htp']) }] }] })],
  }),
  (roll, key) => ({
    name: 'policy with other peers',
    apply: [
      policy('web', {
        podSelector: { matchLabels: { [key]: 'web' } },
        ingress: [
          {
            from: [
              oneOf(roll, [
                { podSelector: { matchLabels: { role: 'front' } } },
                { namespaceSelector: { matchLabels: { team: 'a' } } },
                { ipBlock: { cidr: '192.0.2.0/24' } },
              ]),
            ],
          },
        ],
      }),
    ],
  }),
  () => ({
    name: 'egress without DNS',
    apply: [
      policy('client', {
        podSelector: { matchLabels: { role: 'client' } },
        policyTypes: ['Egress'],
        egress: [{ ports: [{ port: 8080 }] }],
      }),
    ],
    goal: { host: 'web', sender: client },
  }),
  () => ({ name: 'internalTrafficPolicy', patch: [['services', 'web', 'default', { spec: { internalTrafficPolicy: 'Local' } }]] }),
  () => ({
    name: 'externalTrafficPolicy',
    patch: [
      [
        'services',
        'web',
        'default',
        { spec: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] } },
      ],
    ],
    goal: { sender: { kind: 'outside' }, host: '172.30.1.2', port: 30080 },
  }),
  () => ({
    name: 'node port',
    patch: [['services', 'web', 'default', { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } }]],
    goal: { sender: { kind: 'outside' }, host: '172.30.1.2', port: 30081 },
  }),
  (_, key) => ({ name: 'a stranger in the selector', apply: [bare('odd', { [key]: 'web' })] }),
  () => ({
    name: 'ExternalName',
    apply: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'alias' },
        spec: { type: 'ExternalName', externalName: 'wbe.default.svc.cluster.local' },
      },
    ],
    goal: { host: 'alias' },
  }),
  () => ({ name: 'no selector', patch: [['services', 'web', 'default', { spec: { selector: null } }]] }),
];

const client: Sender = { kind: 'pod', namespace: 'default', name: 'client' };
const template = (container: object, strategy: string): Json =>
  ({
    spec: { strategy: { type: strategy, rollingUpdate: null }, template: { spec: { containers: [{ name: 'web', ...container }] } } },
  }) as Json;
const policy = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec,
});
const bare = (name: string, labels: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'redis', image: 'redis' }] },
});

const whole = (roll: Roll, key: string): readonly object[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 1 + roll(3),
      selector: { matchLabels: { [key]: 'web' } },
      template: {
        metadata: { labels: { [key]: 'web', part: 'x' } },
        spec: { containers: [{ name: 'web', image: 'nginxinc/nginx-unprivileged', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { [key]: 'web' }, ports: [{ port: 80, targetPort: oneOf(roll, ['http', 8080]) }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', labels: { role: 'client' } },
    spec: { containers: [{ name: 'c', image: 'curlimages/curl', command: ['sleep', 'infinity'] }] },
  },
  ...(roll(2) ? [bare('other', { [key]: 'other' })] : []),
];

const resources: Readonly<Record<string, readonly [string, string]>> = {
  Deployment: ['apps', 'deployments'],
  NetworkPolicy: ['networking.k8s.io', 'networkpolicies'],
  Pod: ['', 'pods'],
  Service: ['', 'services'],
};
const groupOf: Readonly<Record<string, string>> = { deployments: 'apps', services: '' };

/** Makes the cluster, breaks it, and asks why; undefined when nothing is wrong with it. */
function broken(roll: Roll, key: string, breakage: Breakage): { goal: Goal; why: WhyResult } | undefined {
  const cluster = openCluster(path);
  const say = (request: object): unknown => {
    const { code, body } = cluster.call(request as never);
    if (code >= 400) throw new Error(`${breakage.name}: ${JSON.stringify(body)}`);
    return body;
  };
  const make = (body: object): unknown => {
    const [group, resource] = resources[(body as { kind: string }).kind] as readonly [string, string];
    return say({ verb: 'create', group, resource, namespace: 'default', body });
  };
  for (const body of whole(roll, key)) make(body);
  cluster.setTime(cluster.now() + 5000);
  for (const body of breakage.apply ?? []) make(body);
  for (const [resource, name, namespace, body] of breakage.patch ?? [])
    say({ verb: 'patch', group: groupOf[resource], resource, name, namespace, body, options: { patchType: 'strategic' } });
  cluster.setTime(cluster.now() + 40_000);
  const ip = (say({ verb: 'get', group: '', resource: 'services', namespace: 'default', name: 'web' }) as { spec: { clusterIP: string } })
    .spec.clusterIP;
  const sender = oneOf(roll, [{ kind: 'guest', namespace: 'default' } as const, client]);
  const goal: Goal = { sender, host: oneOf(roll, ['web', ip]), port: 80, protocol: 'TCP', ...breakage.goal };
  const ask = (subresource: string, options: object): unknown =>
    say({ verb: 'connect', group: '', resource: 'services', namespace: 'default', subresource, options });
  const { arrives } = ask('trace', { goal }) as TraceResult;
  const why = arrives ? undefined : (ask('why', { fix: true }) as WhyResult);
  cluster.close();
  return why && { goal, why };
}

async function paste(command: string): Promise<string> {
  let shown = '';
  const write = (text: string): void => void (shown += text);
  const io = {
    stdin: () => '',
    out: write,
    err: write,
    inputIsTTY: false,
    outputIsTTY: false,
    env: { KUBELAB_CLUSTER: path, HOME: work },
    cwd: work,
  };
  const [program = '', ...argv] = splitWords(command);
  const code = await main(argv, io, program);
  return code === 0 ? '' : `${command}: ${shown}`;
}

function arrivesAfter(goal: Goal, seconds: number): boolean {
  const cluster = openCluster(path);
  cluster.setTime(cluster.now() + seconds * 1000);
  const { body } = cluster.call({ verb: 'connect', group: '', resource: 'services', subresource: 'trace', options: { goal } });
  cluster.close();
  return (body as TraceResult).arrives;
}

test(`a cure makes the packet arrive: ${clusters} clusters, LAW_SEED=${seed}`, { timeout: 20_000 + clusters * 3000 }, async () => {
  const roll = dice(seed);
  for (let i = 0; i < clusters; i++) {
    copyFileSync(base, path);
    const key = label(roll);
    const breakage = (breakages[i % breakages.length] as (typeof breakages)[number])(roll, key);
    const found = broken(roll, key, breakage);
    if (!found) continue;
    const { goal, why } = found;
    const context = { cluster: i, breakage: breakage.name, goal };
    if (why.wait !== undefined) continue;
    expect({ ...context, tried: why.tried, cure: why.cure !== undefined }).toEqual({ ...context, tried: why.tried, cure: true });
    expect(await paste(why.cure?.command ?? '')).toBe('');
    expect({ ...context, cure: why.cure?.command, arrives: arrivesAfter(goal, (why.cure?.seconds ?? 0) + 1) }).toEqual({
      ...context,
      cure: why.cure?.command,
      arrives: true,
    });
  }
});
