// Services with endpoints, the node whose rules are asked, and packets, all by chance from a seed.
import { canonicalIP, type IPFamily } from '../../src/lib/ip.js';
import type { NodePacket } from '../../src/network/proxy/verdict.js';
import { proxyNodeOf } from './proxy-node.js';

/** mulberry32 */
export function random(seed: number): (n: number) => number {
  let a = seed >>> 0;
  return (n) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  };
}

const names = ['controlplane', 'node01', 'node02'];
const nodeIPs = ['172.30.1.2', '172.30.1.3', '172.30.1.4'];
export const outside = '172.30.1.100';

export interface Generated {
  readonly node: ReturnType<typeof proxyNodeOf>;
  readonly objects: readonly object[];
  readonly packets: readonly NodePacket[];
}

export interface Options {
  /** Are there Services of which only local endpoints are used? */
  readonly policies: boolean;
  /** More of the KubeProxyConfiguration, instead of masqueradeAll. */
  readonly config: string;
  readonly family: IPFamily;
}

/** The same in the other family: every address and range in a text has its counterpart, "10.244.0.0/16" fd00:10:244::/48. */
export const inIPv6 = (text: string): string =>
  text.replaceAll(/\b(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?/g, (ip, a, b, c, d, prefix) => {
    if (ip.startsWith('127.')) return prefix === undefined ? '::1' : '::1/128';
    const bits = prefix === undefined ? '' : `/${{ 12: 48, 16: 48, 24: 64, 32: 128 }[prefix as string]}`;
    return canonicalIP(`fd00:${a}:${b}:${c}:0:0:0:${d}`) + bits;
  });

export function generate(seed: number, mode: string, { policies = true, config: more, family = 'IPv4' }: Partial<Options> = {}): Generated {
  const pick = random(seed);
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const chance = (percent: number): boolean => pick(100) < percent;
  const objects: object[] = [];
  const ports: number[] = [];
  const addresses: string[] = [];
  const pods: string[] = [];
  for (let i = 1 + pick(3); i > 0; i--) {
    const type = one(['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'] as const);
    const clusterIP = `10.96.100.${i}`;
    const external = chance(25);
    const open = type !== 'ClusterIP';
    const ip = type === 'LoadBalancer' && chance(80) ? `203.0.113.${i}` : undefined;
    const count = 1 + pick(2);
    const own = Array.from({ length: count }, (_, n) => ({
      ...(count > 1 && { name: `p${n}` }),
      port: 80 + n,
      protocol: one(['TCP', 'TCP', 'UDP', 'SCTP']),
      ...(open && { nodePort: 30_000 + 10 * i + n }),
    }));
    objects.push({
      kind: 'Service',
      metadata: { namespace: 'default', name: `s${i}` },
      spec: {
        type,
        clusterIP,
        ports: own,
        ...(external && { externalIPs: [`198.51.100.${i}`] }),
        ...(chance(25) && policies && { internalTrafficPolicy: 'Local' }),
        ...((open || external) && chance(40) && policies && { externalTrafficPolicy: 'Local' }),
        ...(chance(20) && { sessionAffinity: 'ClientIP' }),
        ...(ip &&
          chance(40) && { loadBalancerSourceRanges: one([['172.30.0.0/16'], ['192.0.2.0/24'], ['10.244.0.0/24', '172.30.1.2/32']]) }),
      },
      ...(ip && { status: { loadBalancer: { ingress: [{ ip, ...(chance(15) && { ipMode: 'Proxy' }) }] } } }),
    });
    const hints = chance(20);
    const endpoints = Array.from({ length: pick(4) }, (_, n) => {
      const on = pick(3);
      // Some are on the machine's own network.
      const address = chance(20) && on === 0 ? (nodeIPs[on] as string) : `10.244.${on}.${10 * i + n}`;
      if (on === 0) pods.push(address);
      const ready = chance(75);
      return {
        addresses: [address],
        nodeName: names[on],
        conditions: { ready, serving: ready || chance(50), terminating: !ready && chance(60) },
        ...(hints && { hints: { forZones: [{ name: one(['a', 'b']) }] } }),
      };
    });
    if (chance(85))
      objects.push({
        kind: 'EndpointSlice',
        metadata: { namespace: 'default', name: `s${i}-1`, labels: { 'kubernetes.io/service-name': `s${i}` } },
        addressType: family,
        ports: own.map((p) => ({ name: p.name ?? '', port: 8000 + p.port, protocol: p.protocol })),
        endpoints,
      });
    addresses.push(clusterIP, ...(external ? [`198.51.100.${i}`] : []), ...(ip ? [ip] : []));
    ports.push(...own.flatMap((p) => [p.port, ...(p.nodePort ? [p.nodePort] : [])]));
  }
  const config = [
    `mode: ${mode}`,
    ...(chance(90) ? ['clusterCIDR: 10.244.0.0/16'] : []),
    ...(more !== undefined ? [more] : chance(15) ? [`${mode}: { masqueradeAll: true }`] : []),
  ];
  const told = <T>(value: T): T => (family === 'IPv4' ? value : (JSON.parse(inIPv6(JSON.stringify(value))) as T));
  const node = proxyNodeOf(told(objects), {
    config: told(`${config.join('\n')}\n`),
    name: 'controlplane',
    ips: told(['172.30.1.2']),
    podCIDRs: told(['10.244.0.0/24']),
    serviceCIDRs: told(['10.96.0.0/12']),
    zone: one(['a', undefined]),
  });
  const sources = ['10.244.0.200', '10.244.1.200', outside, '172.30.1.3', '172.30.1.2', ...pods];
  const targets = [...addresses, '172.30.1.2', '127.0.0.1', '10.96.200.200'];
  const packets = Array.from({ length: 30 }, (): NodePacket => {
    const source = one(sources);
    const to = one(targets);
    return {
      hook: source === '172.30.1.2' ? 'output' : 'prerouting',
      // The machine speaks to itself from there, too.
      source: source === '172.30.1.2' && to === '127.0.0.1' ? to : source,
      to,
      port: one([...ports, 81, 30_099]),
      protocol: one(['TCP', 'TCP', 'UDP', 'SCTP']),
    };
  }).filter((p) => p.hook === 'output' || p.to !== '127.0.0.1');
  return { node, objects: told(objects), packets: told(packets) };
}
