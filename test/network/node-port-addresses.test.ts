// On which of a node's addresses node ports are answered, by mode and by nodePortAddresses. Mirrors pkg/proxy/util/nodeport_addresses.go and its users.
import { expect, test } from 'vitest';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { ipvsWalk } from '../../src/network/proxy/ipvs/walk.js';
import { nftablesWalk } from '../../src/network/proxy/nftables/walk.js';
import type { NodePacket, Verdict, Walker } from '../../src/network/proxy/verdict.js';
import { proxyNodeOf } from './proxy-node.js';

const walkers: Readonly<Record<string, Walker>> = { iptables: iptablesWalk, nftables: nftablesWalk, ipvs: ipvsWalk };

const objects = [
  {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'u' },
    spec: {
      type: 'NodePort',
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      ipFamilies: ['IPv4'],
      ports: [{ port: 80, nodePort: 30080 }],
    },
  },
  {
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 80, protocol: 'TCP', name: '' }],
    endpoints: [{ addresses: ['10.244.1.5'], conditions: { ready: true }, nodeName: 'other' }],
  },
];

/** Which of the primary, a further, the Pods' gateway and the loopback address lead to the endpoint: "PFG-". */
function answered(mode: string, nodePortAddresses: readonly string[]): string {
  const node = proxyNodeOf(objects, {
    config: `mode: ${mode}\nnodePortAddresses: ${JSON.stringify(nodePortAddresses)}\n`,
    ips: ['172.30.1.2', '192.168.7.2'],
    gateways: ['10.244.0.1'],
  });
  const chance = { pick: () => 0, remembered: () => undefined, connections: () => 0 };
  const walk = walkers[mode] as Walker;
  const verdict = (to: string): Verdict['kind'] => {
    const packet: NodePacket = {
      hook: to === '127.0.0.1' ? 'output' : 'prerouting',
      source: '10.244.0.7',
      to,
      port: 30080,
      protocol: 'TCP',
    };
    return walk(node, packet, chance).kind;
  };
  const at: [string, string][] = [
    ['P', '172.30.1.2'],
    ['F', '192.168.7.2'],
    ['G', '10.244.0.1'],
    ['L', '127.0.0.1'],
  ];
  return at.map(([letter, ip]) => (verdict(ip) === 'dnat' ? letter : '-')).join('');
}

test.each([
  ['iptables', [], 'PFGL'],
  ['iptables', ['0.0.0.0/0'], 'PFGL'],
  ['iptables', ['192.168.0.0/16'], '-F--'],
  ['iptables', ['10.0.0.0/8', '172.30.0.0/16'], 'P-G-'],
  ['iptables', ['127.0.0.0/8'], '---L'],
  ['iptables', ['primary'], 'P---'],
  ['nftables', [], 'P---'],
  ['nftables', ['primary'], 'P---'],
  ['nftables', ['0.0.0.0/0'], 'PFG-'],
  ['nftables', ['10.0.0.0/8'], '--G-'],
  ['ipvs', [], 'PFG-'],
  ['ipvs', ['192.168.0.0/16'], '-F--'],
  ['ipvs', ['10.244.0.0/16'], '--G-'],
])('%s %j: %s', (mode, given, expected) => expect(answered(mode, given)).toBe(expected));
