// Laws of service rules over generated clusters: a mode's rules do what Services and slices say, but for the recorded differences.
import { expect, test } from 'vitest';
import { arithmetic } from './arithmetic.js';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { ipvsWalk } from '../../src/network/proxy/ipvs/walk.js';
import { nftablesWalk } from '../../src/network/proxy/nftables/walk.js';
import type { ProxyNode } from '../../src/network/proxy/node.js';
import { categorize, endpointText, proxyPorts } from '../../src/network/proxy/port.js';
import type { NodePacket, Verdict, Walker } from '../../src/network/proxy/verdict.js';
import { generate, type Options } from './generate-services.js';

const clusters = Number(process.env.LAWS ?? 100);

/** What may become of a packet, by every draw; "because" is told where no endpoint is. */
function ask(walker: Walker, node: ProxyNode, packet: NodePacket): string[] {
  const all: string[] = [];
  for (let i = 0, n = 1; i < n; i++) {
    const verdict = walker(node, packet, { pick: (of) => Math.min(i, (n = of) - 1), remembered: () => undefined, connections: () => 0 });
    all.push(textOf(verdict));
  }
  return all;
}

const textOf = (v: Verdict): string =>
  v.endpoint
    ? `${endpointText(v.endpoint)}${v.masquerade ? ' masqueraded' : ''} by ${v.match?.by}`
    : `${v.kind} ${v.because ?? ''} ${v.match?.by ?? ''}`;

/** What the mode does otherwise than the arithmetic says. */
type Difference = (node: ProxyNode, packet: NodePacket, plain: readonly string[]) => string[] | undefined;

const iptables: Difference = (node, packet, [first]) => {
  if (first !== 'drop source-range LoadBalancer') return undefined;
  // Where there is nobody, nobody looks at the sender.
  const ports = node.table.at(packet.to).flatMap((entry) => proxyPorts(entry, 'IPv4'));
  const port = ports.find((p) => p.port.port === packet.port && p.protocol === packet.protocol);
  if (!port || categorize(port, node.name, node.zone).any) return undefined;
  return [`${packet.hook === 'output' ? 'pass' : 'reject'} no-endpoints LoadBalancer`];
};

const nftables: Difference = (node, packet, [first = '']) => {
  if (packet.to === '127.0.0.1') return ['pass  '];
  // The chain that rejects is called for the node's own packets, too.
  if (first.startsWith('pass no-endpoints')) return [first.replace('pass', 'reject')];
  if (first !== 'pass  ') return undefined;
  if (node.table.at(packet.to).some((s) => s.service.spec.clusterIP === packet.to)) return ['reject invalid-port '];
  return packet.to.startsWith('10.96.') ? ['drop unallocated '] : undefined;
};

const ipvs: Difference = (node, packet, plain) => {
  const [first = ''] = plain;
  if (packet.to === '127.0.0.1') return ['pass  '];
  // The machine's own packets leave with the Service's address as their source, which no endpoint could answer.
  if (packet.hook === 'output' && first.endsWith(' by ClusterIP'))
    return plain.map((l) => l.replace(/(?<! masqueraded) by ClusterIP$/, ' masqueraded by ClusterIP'));
  if (first.startsWith('pass no-endpoints')) return [first.replace('pass', 'reject')];
  // All addresses of Services are the node's own, and closed.
  return first === 'pass  ' && node.table.at(packet.to).length > 0 ? ['reject invalid-port '] : undefined;
};

function hold(mode: string, walker: Walker, difference: Difference, options: Partial<Options> = {}): void {
  for (let seed = 1; seed <= clusters; seed++) {
    const { node, objects, packets } = generate(seed, mode, options);
    for (const packet of packets) {
      const plain = ask(arithmetic, node, packet);
      const wanted = difference(node, packet, plain) ?? plain;
      const outcome = ask(walker, node, packet);
      if (outcome.join() !== wanted.join()) expect({ seed, packet, objects, outcome }).toEqual({ seed, packet, objects, outcome: wanted });
    }
  }
}

test(`iptables rules = slices, over ${clusters} clusters`, () => hold('iptables', iptablesWalk, iptables));

test(`nftables rules = slices, over ${clusters} clusters`, () => hold('nftables', nftablesWalk, nftables));

// Traffic policies act in another way there (proxy-ipvs.test.ts). mh chooses by chance, so every endpoint is seen.
test(`virtual servers = slices, over ${clusters} clusters`, () =>
  hold('ipvs', ipvsWalk, ipvs, { policies: false, config: 'ipvs: {scheduler: mh}' }));
