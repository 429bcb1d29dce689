// ipvs mode: virtual servers as ipvsadm lists them, how schedulers choose, who is masqueraded, and what is rejected.
import { describe, expect, test } from 'vitest';
import { listed, saved } from '../../src/network/proxy/ipvs/list.js';
import { counted, connectionsOf } from '../../src/network/proxy/ipvs/memory.js';
import { boundIPs, virtualServers } from '../../src/network/proxy/ipvs/servers.js';
import { ipvsWalk } from '../../src/network/proxy/ipvs/walk.js';
import { endpointText } from '../../src/network/proxy/port.js';
import type { Chance, NodePacket } from '../../src/network/proxy/verdict.js';
import { proxyNodeOf } from './proxy-node.js';

const service = (spec: object, status?: object): object => ({
  kind: 'Service',
  metadata: { namespace: 'default', name: 'web' },
  spec: { clusterIP: '10.96.100.1', ports: [{ port: 80, targetPort: 8080 }], ...spec },
  ...(status && { status }),
});

const slice = (endpoints: object[]): object => ({
  kind: 'EndpointSlice',
  metadata: { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: '', port: 8080 }],
  endpoints,
});

const here = { addresses: ['10.244.0.5'], nodeName: 'controlplane' };
const there = [
  { addresses: ['10.244.1.6'], nodeName: 'node01' },
  { addresses: ['10.244.1.7'], nodeName: 'node01' },
];

const nodeOf = (objects: object[], config = ''): ReturnType<typeof proxyNodeOf> =>
  proxyNodeOf(objects, { config: `mode: ipvs\nclusterCIDR: 10.244.0.0/16\n${config}` });

/** A node that remembers, and what it answers. */
function asker(node: ReturnType<typeof proxyNodeOf>, clock: { now: number } = { now: 0 }): (packet: Partial<NodePacket>) => string {
  const state = new Map<string, unknown>();
  const net = { reader: { state: (key: string) => state.get(key) as never }, now: () => clock.now };
  const affinity = new Map<string, { endpoint: string; at: number }>();
  const chance: Chance = {
    pick: () => 0,
    remembered: (name, client, seconds) => {
      const entry = affinity.get(`${name} ${client}`);
      return entry && clock.now - entry.at <= seconds * 1000 ? entry.endpoint : undefined;
    },
    connections: connectionsOf(net, node.name),
  };
  return (packet) => {
    const full: NodePacket = { hook: 'prerouting', source: '10.244.0.9', to: '10.96.100.1', port: 80, protocol: 'TCP', ...packet };
    const verdict = ipvsWalk(node, full, chance);
    const { endpoint, server } = verdict;
    if (!endpoint || !server) return `${verdict.kind}${verdict.because ? ` ${verdict.because}` : ''}`;
    const effect = counted(net, node.name, server.name, endpointText(endpoint));
    state.set(effect.key, effect.value);
    affinity.set(`${server.name} ${full.source}`, { endpoint: endpointText(endpoint), at: clock.now });
    return `${endpointText(endpoint)}${verdict.masquerade ? ' masqueraded' : ''}`;
  };
}

const times = (n: number, ask: () => string): string[] => Array.from({ length: n }, ask);

describe('ipvsadm', () => {
  const objects = [
    service({ type: 'NodePort', sessionAffinity: 'ClientIP', ports: [{ port: 80, nodePort: 30080 }], externalIPs: ['198.51.100.7'] }),
    slice([here, ...there]),
  ];
  const node = nodeOf(objects);
  const servers = node.table.all().flatMap((entry) => virtualServers(node, entry, 'IPv4'));

  test('-L -n', () => {
    expect(
      listed(servers, (server, destination) => (server === 'TCP 172.30.1.2:30080' && destination === '10.244.1.6:8080' ? 12 : 0)),
    ).toBe(`IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.100.1:80 rr persistent 10800
  -> 10.244.0.5:8080              Masq    1      0          0         
  -> 10.244.1.6:8080              Masq    1      0          0         
  -> 10.244.1.7:8080              Masq    1      0          0         
TCP  198.51.100.7:80 rr persistent 10800
  -> 10.244.0.5:8080              Masq    1      0          0         
  -> 10.244.1.6:8080              Masq    1      0          0         
  -> 10.244.1.7:8080              Masq    1      0          0         
TCP  172.30.1.2:30080 rr persistent 10800
  -> 10.244.0.5:8080              Masq    1      0          0         
  -> 10.244.1.6:8080              Masq    1      0          12        
  -> 10.244.1.7:8080              Masq    1      0          0         
`);
  });

  test('-S -n', () => {
    expect(saved(servers.slice(0, 1))).toBe(`-A -t 10.96.100.1:80 -s rr -p 10800
-a -t 10.96.100.1:80 -r 10.244.0.5:8080 -m -w 1
-a -t 10.96.100.1:80 -r 10.244.1.6:8080 -m -w 1
-a -t 10.96.100.1:80 -r 10.244.1.7:8080 -m -w 1
`);
  });

  test('kube-ipvs0 holds the addresses of Services, not of node ports', () => {
    expect(boundIPs(node, 'IPv4')).toEqual(['10.96.100.1', '198.51.100.7']);
  });
});

describe('schedulers', () => {
  const objects = [service({}), slice([here, ...there])];
  const [a, b, c] = ['10.244.0.5:8080', '10.244.1.6:8080', '10.244.1.7:8080'] as const;
  const of = (scheduler: string): ((packet: Partial<NodePacket>) => string) => asker(nodeOf(objects, `ipvs: {scheduler: ${scheduler}}\n`));

  test.each(['rr', 'wrr', 'lc', 'wlc'])('%s: in turn', (scheduler) => {
    const ask = of(scheduler);
    expect(times(5, () => ask({}))).toEqual([a, b, c, a, b]);
  });

  test.each(['sed', 'nq', 'lblc', 'lblcr'])('%s: connections that were closed do not count', (scheduler) => {
    const ask = of(scheduler);
    expect(times(3, () => ask({}))).toEqual([a, a, a]);
  });

  test('lc: after two minutes a closed connection is forgotten', () => {
    const clock = { now: 0 };
    const ask = asker(nodeOf(objects, 'ipvs: {scheduler: lc}\n'), clock);
    const first = times(2, () => ask({}));
    clock.now = 120_000;
    expect([...first, ask({})]).toEqual([a, b, a]);
  });

  test('sh: a sender keeps its endpoint, senders differ', () => {
    const ask = of('sh');
    const senders = Array.from({ length: 20 }, (_, i) => `10.244.0.${i + 10}`);
    const first = senders.map((source) => ask({ source }));
    expect(senders.map((source) => ask({ source }))).toEqual(first);
    expect([...new Set(first)].sort()).toEqual([a, b, c]);
  });

  test('dh: one address, one endpoint', () => {
    const ask = of('dh');
    const senders = Array.from({ length: 20 }, (_, i) => `10.244.0.${i + 10}`);
    expect(new Set(senders.map((source) => ask({ source }))).size).toBe(1);
  });

  test('each virtual server has its own turn', () => {
    const ask = asker(nodeOf([service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }), slice([here, ...there])]));
    expect([ask({}), ask({ to: '172.30.1.2', port: 30080 }), ask({})]).toEqual([a, `${a} masqueraded`, b]);
  });

  test('persistence: a client keeps its endpoint until it was quiet for so long', () => {
    const clock = { now: 0 };
    const affinity = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };
    const ask = asker(nodeOf([service(affinity), slice([here, ...there])]), clock);
    const first = times(2, () => ask({}));
    const other = ask({ source: '10.244.0.10' });
    clock.now = 61_000;
    expect([...first, other, ask({})]).toEqual([a, a, c, a]);
  });
});

describe('ways', () => {
  const lb = { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } };
  const ports = [{ port: 80, nodePort: 30080 }];
  const nodePort = { to: '172.30.1.2', port: 30080 };
  const outside = { source: '172.30.1.100' };
  const own = { hook: 'output', source: '172.30.1.2' } as const;

  test('who is masqueraded', () => {
    const ask = asker(nodeOf([service({ type: 'LoadBalancer', ports }, lb), slice([here])]));
    expect({
      pod: ask({}),
      itself: ask({ source: '10.244.0.5' }),
      node: ask(own),
      'pod to node port': ask(nodePort),
      'outside to load balancer': ask({ ...outside, to: '203.0.113.10' }),
    }).toEqual({
      pod: '10.244.0.5:8080',
      itself: '10.244.0.5:8080 masqueraded',
      node: '10.244.0.5:8080 masqueraded',
      'pod to node port': '10.244.0.5:8080 masqueraded',
      'outside to load balancer': '10.244.0.5:8080 masqueraded',
    });
  });

  test('addresses of Services are closed but for their ports; loopback takes no node ports', () => {
    const ask = asker(nodeOf([service({ type: 'NodePort', ports }), slice([here])]));
    expect({
      'other port': ask({ port: 81 }),
      'other protocol': ask({ protocol: 'UDP' }),
      ping: ask({ protocol: 'ICMP', port: 0 }),
      'nobody has it': ask({ to: '10.96.200.200' }),
      'node port on 127.0.0.1': ask({ ...own, to: '127.0.0.1', port: 30080 }),
      'other port of the node': ask({ to: '172.30.1.2', port: 30099 }),
    }).toEqual({
      'other port': 'reject invalid-port',
      'other protocol': 'reject invalid-port',
      ping: 'reject invalid-port',
      'nobody has it': 'pass',
      'node port on 127.0.0.1': 'pass',
      'other port of the node': 'pass',
    });
  });

  test('no endpoints', () => {
    const ask = asker(nodeOf([service({ type: 'LoadBalancer', ports }, lb)]));
    expect([ask({}), ask(nodePort), ask({ ...own, to: '203.0.113.10' })]).toEqual(times(3, () => 'reject no-endpoints'));
  });

  test('policies without local endpoints', () => {
    const inner = asker(nodeOf([service({ internalTrafficPolicy: 'Local' }), slice(there)]));
    expect(inner({})).toBe('reject no-local-endpoints');
    const outer = asker(nodeOf([service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports }, lb), slice(there)]));
    expect({
      pod: outer(nodePort),
      node: outer({ ...own, ...nodePort }),
      outside: outer({ ...outside, ...nodePort }),
      'node to load balancer': outer({ ...own, to: '203.0.113.10' }),
    }).toEqual({
      pod: '10.244.1.6:8080',
      node: '10.244.1.7:8080',
      outside: 'drop no-local-endpoints',
      'node to load balancer': 'drop no-local-endpoints',
    });
  });

  test('source ranges, which the node must be in, too', () => {
    const ranges = (loadBalancerSourceRanges: string[]): ReturnType<typeof asker> =>
      asker(nodeOf([service({ type: 'LoadBalancer', ports, loadBalancerSourceRanges }, lb), slice([here])]));
    const to = '203.0.113.10';
    const [inside, elsewhere] = [ranges(['172.30.0.0/16']), ranges(['192.0.2.0/24'])];
    expect([inside({ ...outside, to }), inside({ ...own, to }), elsewhere({ ...outside, to }), elsewhere({ ...own, to })]).toEqual([
      '10.244.0.5:8080 masqueraded',
      '10.244.0.5:8080 masqueraded',
      'drop source-range',
      'drop source-range',
    ]);
  });
});
