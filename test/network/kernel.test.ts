// The kernel agrees: network namespaces for a node, its Pods and the world, the printed rules loaded, and real packets: what becomes of them is what
// the walk through the same rules says, and every endpoint that it may choose is seen. KERNEL=200 takes more clusters.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { ruleset } from '../../src/network/proxy/iptables/build.js';
import { save } from '../../src/network/proxy/iptables/save.js';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { tableText } from '../../src/network/proxy/nftables/list.js';
import { nftablesWalk } from '../../src/network/proxy/nftables/walk.js';
import { isLocal, masqueradeIP, type ProxyNode } from '../../src/network/proxy/node.js';
import { endpointText } from '../../src/network/proxy/port.js';
import type { NodePacket, Walker } from '../../src/network/proxy/verdict.js';
import { generate } from './generate-services.js';

const usable =
  spawnSync('unshare', ['--map-root-user', '--net', 'sh', '-c', 'nft list tables && ip link add name x type veth peer name y']).status ===
  0;
if (!usable) console.log('skipped: no network namespaces with nft');

const clusters = Number(process.env.KERNEL ?? 2);
const tries = 24;
/** Where somebody listens. */
const ports = [8080, 8081];

interface Answer {
  outcome: string;
  said: string;
}

/** All that may be said: "endpoint sender", or how it ends. */
function possible(walker: Walker, node: ProxyNode, packet: NodePacket): string[] {
  const all = new Set<string>();
  for (let i = 0, n = 1; i < n; i++) {
    const { kind, endpoint, masquerade } = walker(node, packet, {
      pick: (of) => Math.min(i, (n = of) - 1),
      remembered: () => undefined,
      connections: () => 0,
    });
    if (kind === 'drop') all.add('timeout');
    else if (kind === 'reject') all.add('refused');
    else if (!endpoint) all.add(isLocal(node, packet.to) ? 'refused' : 'timeout');
    else all.add(`${endpointText(endpoint)} ${masquerade ? masqueradeIP(node, endpoint.ip) : packet.source}`);
  }
  return [...all].sort();
}

const isHere = (ip: string): boolean => ip.startsWith('10.244.0.') || ip === '172.30.1.2';

/** Would the answer go past the node? The world is one machine here, and would answer itself. */
const isAnsweredElsewhere = (all: readonly string[], { source }: NodePacket): boolean =>
  !isHere(source) && all.some((text) => text.endsWith(` ${source}`) && !isHere(text.split(':')[0] as string));

interface Mode {
  readonly walk: Walker;
  /** A command that takes `rules`, in place of those before. */
  readonly load: string;
  rules(node: ProxyNode): string;
}

const modes: Readonly<Record<string, Mode>> = {
  nftables: { walk: nftablesWalk, load: 'nft flush ruleset; nft -f -', rules: (node) => tableText(nftables(node, 'IPv4')) },
  iptables: {
    walk: iptablesWalk,
    load: 'sysctl -qw net.ipv4.conf.all.route_localnet=1; nft flush ruleset; iptables-restore',
    rules: (node) =>
      (['nat', 'filter'] as const)
        .map((table) => save(ruleset(node, 'IPv4'), table))
        .join('')
        // This kernel may not have the counter that the kubelet's machine has.
        .replaceAll(/ -m nfacct --nfacct-name +\S+/g, ''),
  },
};

test.skipIf(!usable).each(Object.entries(modes))(
  `%s: ${clusters} clusters`,
  (name, mode) => {
    const cases = Array.from({ length: clusters }, (_, i) => {
      const { node, packets } = generate(1000 + i, name, { plain: true });
      const probes = packets.filter((p) => p.protocol !== 'SCTP' && !isAnsweredElsewhere(possible(mode.walk, node, p), p));
      return { seed: 1000 + i, node, probes };
    });
    const pods = new Set(['10.244.0.200']);
    const others = new Set(['172.30.1.1', '172.30.1.3', '172.30.1.4', '172.30.1.100', '10.244.1.200']);
    for (const { node, probes } of cases) {
      for (const { slices } of node.table.all())
        for (const { endpoints } of slices)
          for (const { addresses } of endpoints ?? [])
            for (const ip of addresses) if (!isLocal(node, ip)) (ip.startsWith('10.244.0.') ? pods : others).add(ip);
      for (const { source } of probes) if (source.startsWith('10.244.0.')) pods.add(source);
    }
    const jobs = cases.map(({ node, probes }) => ({
      load: mode.load,
      rules: mode.rules(node),
      probes: probes.flatMap(({ hook, source, to, port, protocol }) =>
        Array.from({ length: tries }, () => ({ from: hook === 'output' ? 'node' : source, to, port, protocol })),
      ),
    }));
    const driver = fileURLToPath(new URL('./kernel/driver.mjs', import.meta.url));
    const run = spawnSync('unshare', ['--map-root-user', '--net', process.execPath, driver], {
      input: JSON.stringify({ pods: [...pods], others: [...others], ports, jobs }),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 50_000 + 2000 * clusters,
    });
    expect(run.stderr).toBe('');
    const answers = JSON.parse(run.stdout) as { loaded: string; results: Answer[] }[];
    cases.forEach(({ seed, node, probes }, i) => {
      const { loaded, results } = answers[i] as (typeof answers)[number];
      expect(loaded).toBe('');
      probes.forEach((packet, j) => {
        const seen = results.slice(j * tries, (j + 1) * tries).map(({ outcome, said }) => (outcome === 'ok' ? said : outcome));
        expect({ seed, packet, seen: [...new Set(seen)].sort() }).toEqual({ seed, packet, seen: possible(mode.walk, node, packet) });
      });
    });
  },
  60_000 + 2000 * clusters,
);
