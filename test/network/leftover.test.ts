// Between iptables and ipvs mode kube-proxy leaves its rules: what they still do.
import { expect, test } from 'vitest';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { ipvsWalk } from '../../src/network/proxy/ipvs/walk.js';
import { withLeftovers } from '../../src/network/proxy/leftover.js';
import type { ProxyNode } from '../../src/network/proxy/node.js';
import type { NodePacket } from '../../src/network/proxy/verdict.js';
import { proxyNodeOf } from './proxy-node.js';

const service = (ip: string, nodePort?: number): object => ({
  kind: 'Service',
  metadata: { name: `s-${ip.split('.').at(-1)}`, namespace: 'default', uid: ip },
  spec: {
    type: nodePort ? 'NodePort' : 'ClusterIP',
    clusterIP: ip,
    clusterIPs: [ip],
    ipFamilies: ['IPv4'],
    ports: [{ port: 80, ...(nodePort && { nodePort }) }],
  },
});

const slice = (ip: string, endpoint: string): object => ({
  kind: 'EndpointSlice',
  metadata: { name: `e-${ip}`, namespace: 'default', labels: { 'kubernetes.io/service-name': `s-${ip.split('.').at(-1)}` } },
  addressType: 'IPv4',
  ports: [{ port: 80, protocol: 'TCP', name: '' }],
  endpoints: [{ addresses: [endpoint], conditions: { ready: true }, nodeName: 'other' }],
});

/** A node in one mode now, and in another one before. */
const nodeOf = (
  now: string,
  objects: readonly object[],
  before: string,
  earlier: readonly object[],
  more: Partial<ProxyNode> = {},
): ProxyNode =>
  proxyNodeOf(objects, { config: `mode: ${now}\n`, left: proxyNodeOf(earlier, { config: `mode: ${before}\n`, staleSince: 1 }), ...more });

function sent(node: ProxyNode, to: string, port: number, packet: Partial<NodePacket> = {}): string {
  const chance = { pick: () => 0, remembered: () => undefined, connections: () => 0 };
  const walker = node.settings.mode === 'ipvs' ? ipvsWalk : iptablesWalk;
  const given: NodePacket = { hook: 'prerouting', source: '10.244.0.7', to, port, protocol: 'TCP', ...packet };
  const { node: writer, verdict } = withLeftovers(node, walker, given, chance);
  return `${writer === node ? 'present' : 'left'} ${verdict.kind}${verdict.endpoint ? ` ${verdict.endpoint.ip}` : ''}`;
}

const [one, two, gone] = ['10.96.0.11', '10.96.0.12', '10.96.0.13'];

test('ipvs, then iptables: virtual servers go on for what iptables has no rule for', () => {
  const earlier = [service(one), slice(one, '10.244.1.1'), service(gone, 30013), slice(gone, '10.244.1.3')];
  const node = nodeOf('iptables', [service(one), slice(one, '10.244.1.9'), service(two), slice(two, '10.244.1.2')], 'ipvs', earlier);
  expect(sent(node, one, 80)).toBe('present dnat 10.244.1.9');
  expect(sent(node, two, 80)).toBe('present dnat 10.244.1.2');
  expect(sent(node, two, 81)).toBe('present pass');
  // A Service that is gone from the API answers as it did, on its ClusterIP and on its node port.
  expect(sent(node, gone, 80)).toBe('left dnat 10.244.1.3');
  expect(sent(node, '172.30.1.2', 30013)).toBe('left dnat 10.244.1.3');
  // Its address is still the machine's own: other ports and pings are refused rather than lost.
  expect(sent(node, one, 81)).toBe('left reject');
  expect(sent(node, one, 0, { protocol: 'ICMP' })).toBe('left reject');
  expect(sent({ ...node, flushed: ['IPv4 filter'] }, one, 81)).toBe('present pass');
});

test('ipvs, then iptables: without endpoints a Pod meets the virtual server, and the node its own rule', () => {
  const node = nodeOf('iptables', [service(one)], 'ipvs', [service(one), slice(one, '10.244.1.1')]);
  expect(sent(node, one, 80)).toBe('left dnat 10.244.1.1');
  expect(sent(node, one, 80, { hook: 'output', source: '172.30.1.2' })).toBe('present reject');
});

test('iptables, then ipvs: what had no endpoints is still refused to the node itself', () => {
  const node = nodeOf('ipvs', [service(one), slice(one, '10.244.1.1')], 'iptables', [service(one)]);
  expect(sent(node, one, 80)).toBe('present dnat 10.244.1.1');
  expect(sent(node, one, 80, { hook: 'output', source: '172.30.1.2' })).toBe('left reject');
  expect(sent({ ...node, flushed: ['IPv4 filter'] }, one, 80, { hook: 'output', source: '172.30.1.2' })).toBe('present dnat 10.244.1.1');
});

test('iptables, then ipvs: a node port without endpoints is still refused from outside', () => {
  const node = nodeOf('ipvs', [service(one, 30011), slice(one, '10.244.1.1')], 'iptables', [service(one, 30011)]);
  expect(sent(node, '172.30.1.2', 30011, { source: '172.30.1.100' })).toBe('left reject');
});
