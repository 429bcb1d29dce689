// Where on its way a packet meets policies, and with which addresses: in a whole cluster, with Services and the rules of each node.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../../src/cluster/index.js';
import type { KubeObject } from '../../../src/model/object.js';
import type { ExecResult, Request } from '../../../src/model/request.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 3 });
afterAll(() => cluster.close());

function say(request: Request): KubeObject {
  const { code, body } = cluster.call(request);
  if (code >= 400) throw new Error(JSON.stringify(body));
  return body as KubeObject;
}

const create = (resource: string, body: object, group = ''): KubeObject =>
  say({ verb: 'create', group, resource, namespace: 'default', body: body as KubeObject });

const pod = (name: string, nodeName: string): void => {
  const containers = [{ name: 'c', image: 'nginx', ports: [{ name: 'http', containerPort: 80 }] }];
  create('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { nodeName, containers } });
};

pod('web', 'node01');
pod('near', 'node01');
pod('far', 'node02');
create('services', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: {
    type: 'NodePort',
    clusterIP: '10.96.100.30',
    selector: { app: 'web' },
    ports: [{ port: 8080, targetPort: 'http', nodePort: 30080 }],
  },
});
cluster.setTime(cluster.now() + 3000);
const ipOf = (name: string): string =>
  (say({ verb: 'get', group: '', resource: 'pods', namespace: 'default', name }) as KubeObject).status.podIP as string;
const web = ipOf('web');

/** The nodes: controlplane .2, node01 .3 (web, near), node02 .4 (far). */
const node = (last: number): string => `172.30.1.${last}`;

/** Replaces all policies by one of these rules. */
function policy(name: string, spec: object): void {
  say({ verb: 'deletecollection', group: 'networking.k8s.io', resource: 'networkpolicies', namespace: 'default' });
  create('networkpolicies', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec }, 'networking.k8s.io');
}

const senders: Record<string, Pick<Request, 'resource' | 'name' | 'namespace' | 'subresource'>> = {
  outside: { resource: 'nodes', subresource: 'curl' },
  guest: { resource: 'pods', namespace: 'default', subresource: 'curl' },
  ...Object.fromEntries(['controlplane', 'node01', 'node02'].map((name) => [name, { resource: 'nodes', name, subresource: 'curl' }])),
  ...Object.fromEntries(
    ['web', 'near', 'far'].map((name) => [name, { resource: 'pods', namespace: 'default', name, subresource: 'exec' }]),
  ),
};

/** The last packet's outcome, and what policies had to do with it. */
function ask(from: string, url: string): string[] {
  const command = ['curl', '-s', '-o', '/dev/null', '-m', '1', url];
  const body = say({ verb: 'connect', group: '', ...senders[from], options: { exec: { command, trace: true } } } as Request);
  const trace = (body as unknown as ExecResult).traces?.at(-1);
  return [trace?.outcome ?? 'nothing', ...(trace?.hops ?? []).filter((h) => h.step === 'policy').map((h) => h.why)];
}

const restricted = 'ingress to Pod default/web is restricted';

test("nodes and outside are no Pods; the Pod's own node always gets through", () => {
  policy('near', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'near' } } }] }],
  });
  const stranger = (ip: string): string[] => [
    'timeout',
    `${restricted}, and spec.ingress[0].from[0] means Pods, and the sender ${ip} is none: only an ipBlock can mean it: dropped`,
  ];
  expect(ask('near', 'http://10.96.100.30:8080')).toEqual([
    'ok',
    `${restricted}; spec.ingress[0] allows all ports from Pods with app=near`,
  ]);
  expect(ask('node01', `http://${web}`)).toEqual([
    'ok',
    `${restricted}, but node01 is the Pod's own node (its kubelet must reach it): no policy can stop this`,
  ]);
  expect(ask('node02', `http://${web}`)).toEqual(stranger('172.30.1.4 (node node02)'));
  expect(ask('outside', `http://${node(2)}:30080`)).toEqual(stranger('172.30.1.2 (node controlplane)'));
  expect(ask('outside', `http://${node(3)}:30080`)).toEqual(stranger('172.30.1.100'));
});

test('a Pod that comes by a node port of another node comes as that node', () => {
  policy('far', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'far' } } }] }] });
  expect(ask('far', `http://${web}`)).toEqual(['ok', `${restricted}; spec.ingress[0] allows all ports from Pods with app=far`]);
  for (const [last, seen] of [
    [2, '172.30.1.2 (node controlplane)'],
    [3, '172.30.1.4 (node node02)'],
    [4, '172.30.1.4 (node node02)'],
  ] as const)
    expect({ last, told: ask('far', `http://${node(last)}:30080`) }).toEqual({
      last,
      told: [
        'timeout',
        `${restricted}, and spec.ingress[0].from[0] means Pods, and the sender ${seen} is none: only an ipBlock can mean it: dropped`,
      ],
    });
});

test('to itself a Pod may always send, through its Service too', () => {
  policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(ask('web', `http://${web}`)).toEqual(['ok', `${restricted}, but the Pod sends to itself: no policy can stop this`]);
  expect(ask('web', 'http://127.0.0.1')).toEqual(['ok']);
  expect(ask('web', 'http://10.96.100.30:8080')).toEqual(['ok', `${restricted}, but the Pod sends to itself: no policy can stop this`]);
});

test('what a Pod may send: to its own node always, to others as the address it leaves with', () => {
  const block = { to: [{ ipBlock: { cidr: '172.30.1.4/32' } }] };
  policy('out', { podSelector: { matchLabels: { app: 'near' } }, policyTypes: ['Egress'], egress: [block] });
  const out = 'egress from Pod default/near is restricted';
  const dropped = (receiver: string): string[] => [
    'timeout',
    `${out}, and spec.egress[0].to[0].ipBlock 172.30.1.4/32 does not hold the receiver ${receiver}: dropped`,
  ];
  expect(ask('near', `http://${node(3)}:10256`)).toEqual(['ok', `${out}, but 172.30.1.3 is the Pod's own node: no policy can stop this`]);
  expect(ask('near', `http://${node(2)}:10256`)).toEqual(dropped('172.30.1.2 (node controlplane)'));
  // Its own node makes the node port an endpoint, another node's it sees as it is.
  expect(ask('near', `http://${node(3)}:30080`)).toEqual(dropped(web));
  expect(ask('near', `http://${node(2)}:30080`)).toEqual(dropped('172.30.1.2 (node controlplane)'));
  expect(ask('near', `http://${node(4)}:30080`)).toEqual(['ok', `${out}; spec.egress[0] allows all ports to 172.30.1.4/32`]);
  const service = { to: [{ ipBlock: { cidr: '10.96.0.0/12' } }] };
  policy('out', { podSelector: { matchLabels: { app: 'near' } }, policyTypes: ['Egress'], egress: [service] });
  expect(ask('near', 'http://10.96.100.30:8080')).toEqual([
    'timeout',
    `${out}, and spec.egress[0].to[0].ipBlock 10.96.0.0/12 holds 10.96.100.30, the Service's address: policies see the Pod's own, ${web}: dropped`,
  ]);
});

test("the sender's node drops before another node can refuse", () => {
  const metadata = { name: 'empty' };
  const ports = [{ port: 80, nodePort: 30081 }];
  create('services', { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'NodePort', selector: { app: 'none' }, ports } });
  policy('deny', { podSelector: { matchLabels: { app: 'near' } }, policyTypes: ['Egress'] });
  expect(ask('near', `http://${node(4)}:30081`)).toEqual([
    'timeout',
    'egress from Pod default/near is restricted, and deny has no rule in spec.egress, which allows nothing: dropped',
  ]);
  expect(ask('near', `http://${node(3)}:30081`)).toEqual(['refused']);
  expect(ask('far', `http://${node(3)}:30081`)).toEqual(['refused']);
});

test('the throw-away Pod is a Pod of its namespace without labels', () => {
  policy('all', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [{ podSelector: {} }] }] });
  expect(ask('guest', `http://${web}`)).toEqual(['ok', `${restricted}; spec.ingress[0] allows all ports from all Pods`]);
  policy('deny', { podSelector: {}, policyTypes: ['Egress'] });
  expect(ask('guest', `http://${web}`)).toEqual([
    'timeout',
    'egress from Pod default/curl is restricted, and deny has no rule in spec.egress, which allows nothing: dropped',
  ]);
});

test('which part of a rule did not fit', () => {
  const of = (rule: object): string[] => {
    policy('p', { podSelector: { matchLabels: { app: 'web' } }, ingress: [rule] });
    return ask('far', 'http://10.96.100.30:8080').map((why) => why.replace(`${restricted}, and `, ''));
  };
  const from = [{ podSelector: { matchLabels: { app: 'far' } } }];
  expect(of({ from, ports: [{ port: 8080 }] })).toEqual([
    'timeout',
    "spec.ingress[0].ports[0] is 8080/TCP, the Service's port: policies see the Pod's own, 80/TCP: dropped",
  ]);
  expect(of({ from, ports: [{ port: 80, protocol: 'UDP' }] })).toEqual([
    'timeout',
    'spec.ingress[0].ports[0] is 80/UDP, and the packet 80/TCP: dropped',
  ]);
  expect(of({ from, ports: [{ port: 'metrics' }] })).toEqual([
    'timeout',
    '"metrics" of spec.ingress[0].ports[0] names no container port of Pod default/web, and the packet is 80/TCP: dropped',
  ]);
  expect(of({ from, ports: [{ port: 'http' }] })[0]).toBe('ok');
  expect(of({ from, ports: [{ port: 1000, endPort: 2000 }, { port: 443 }] })).toEqual([
    'timeout',
    'spec.ingress[0] allows 1000-2000/TCP, 443/TCP, and the packet is 80/TCP: dropped',
  ]);
  expect(of({ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }], ports: [{ port: 80 }] })).toEqual([
    'timeout',
    'spec.ingress[0].from[0].namespaceSelector wants team=a, and namespace default of the sender has kubernetes.io/metadata.name=default: dropped',
  ]);
});
