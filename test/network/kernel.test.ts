// The kernel agrees: rules that we print are loaded into network namespaces of a node with Pods and neighbours, real packets are sent, and what
// becomes of them is what our walk through the same rules says. KERNEL_CLUSTERS=200 takes some two minutes; by default there is one of each.
// KERNEL_SEED=1000 makes others.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ruleset } from '../../src/network/proxy/iptables/build.js';
import { list, listRules } from '../../src/network/proxy/iptables/list.js';
import type { Ruleset, TableName } from '../../src/network/proxy/iptables/rule.js';
import { save } from '../../src/network/proxy/iptables/print.js';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { tableText } from '../../src/network/proxy/nftables/list.js';
import { nftablesWalk } from '../../src/network/proxy/nftables/walk.js';
import { isLoopback } from '../../src/network/net.js';
import { isLocal, masqueradeIP, type ProxyNode } from '../../src/network/proxy/node.js';
import type { IPFamily } from '../../src/lib/ip.js';
import { endpointText } from '../../src/network/proxy/port.js';
import { possible } from './possible.js';
import type { NodePacket, Walker } from '../../src/network/proxy/verdict.js';
import { generate, inIPv6, outside } from './generate-services.js';

const clusters = Number(process.env.KERNEL_CLUSTERS ?? 1);
const firstSeed = Number(process.env.KERNEL_SEED ?? 1);
const agent = fileURLToPath(new URL('kernel-agent.py', import.meta.url));

/** In namespaces of its own, so that the machine is left alone. */
const alone = (command: string[], input = ''): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } =>
  spawnSync('unshare', ['--map-root-user', '--net', '--mount', ...command], { input, encoding: 'utf8', maxBuffer: 1 << 28 });

const version = alone(['sh', '-c', 'iptables --version && nft --version && python3 --version && ip link']).stdout;
const usable = /^iptables v1\.8\.\d+ \(nf_tables\)/.test(version);
if (!usable) console.log('skipped: no iptables that may be used');

/** The machine has no accounting objects, which only count. */
const loadable = (text: string): string => text.replace(/ -m nfacct --nfacct-name {2}\S+| nfacct-name {2}\S+/g, '');
const tables: readonly TableName[] = ['mangle', 'filter', 'nat'];

interface Mode {
  readonly name: string;
  readonly walk: Walker;
  /** Commands, with their input, that give the kernel these rules instead of those it has. */
  load(node: ProxyNode, family: IPFamily): [string, string][];
}

const modes: readonly Mode[] = [
  {
    name: 'iptables',
    walk: iptablesWalk,
    load: (node, family) => [
      ['nft flush ruleset', ''],
      [family === 'IPv4' ? 'iptables-restore' : 'ip6tables-restore', loadable(tables.map((t) => save(ruleset(node, family), t)).join(''))],
    ],
  },
  { name: 'nftables', walk: nftablesWalk, load: (node, family) => [['nft -f -', `flush ruleset\n${tableText(nftables(node, family))}`]] },
];

const families = (['IPv4', 'IPv6'] as const).flatMap((family) => modes.map((mode) => ({ family, mode, name: mode.name })));

/** What kube-proxy may be told beside its mode. */
const configurations: readonly ((mode: string) => string)[] = [
  () => '',
  () => '',
  (mode: string) => `${mode}: {masqueradeAll: true}`,
  (mode: string) => `${mode}: {masqueradeBit: 20}`,
  () => 'detectLocalMode: NodeCIDR',
  () => 'detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: vpod}',
  () => 'nodePortAddresses: ["172.30.0.0/16"]',
  () => 'nodePortAddresses: ["127.0.0.0/8"]',
  () => 'nodePortAddresses: [primary]',
  () => 'iptables: {localhostNodePorts: false}',
  () => 'conntrack: {tcpBeLiberal: true}',
];

const hosts = (net: string): string[] => [1, 2, 3].flatMap((i) => [0, 1, 2].map((n) => `${net}.${10 * i + n}`));
const nodeIP = '172.30.1.2';
const pods = [...hosts('10.244.0'), '10.244.0.200'];
const world = (family: IPFamily): object => {
  const all = {
    node: nodeIP,
    podGateway: '10.244.0.1',
    pods,
    far: ['172.30.1.4', ...hosts('10.244.1'), ...hosts('10.244.2')],
    senders: ['172.30.1.3', outside, '10.244.1.200'],
    ports: [8080, 8081],
  };
  return family === 'IPv4' ? all : (JSON.parse(inIPv6(JSON.stringify(all))) as object);
};

interface Probe extends NodePacket {
  readonly expected: readonly string[];
  /** The same endpoint every time. */
  readonly sticky: boolean;
}

/** Of each packet, what was seen. */
type Answer = readonly (readonly string[])[];

function probes(mode: Mode, node: ProxyNode, packets: readonly NodePacket[]): Probe[] {
  const clients = new Set<string>();
  const ofPods = new Set(pods.flatMap((ip) => [ip, inIPv6(ip)]));
  return packets.flatMap((given) => {
    const device = ofPods.has(given.source) ? 'vpod0' : 'vsenders';
    const packet: NodePacket = {
      ...given,
      ...(isLoopback(given.to) && { source: given.to }),
      ...(given.hook === 'prerouting' && { device }),
    };
    if (packet.protocol === 'SCTP') return [];
    const all = possible(mode.walk, node, packet);
    const expected = all.map(({ verdict: { kind, endpoint, masquerade } }) => {
      if (endpoint) return `${endpointText(endpoint)} from ${masquerade ? masqueradeIP(node, endpoint.ip) : packet.source}`;
      if (kind === 'pass') return isLocal(node, packet.to) ? 'refused' : 'timeout';
      return kind === 'reject' ? 'refused' : 'timeout';
    });
    const { match } = all[0]?.verdict ?? {};
    const sticky = match?.service.spec.sessionAffinity === 'ClientIP';
    // Two questions at once of one client may be answered by two endpoints, which then are both remembered.
    const client = `${packet.source} ${match?.service.metadata.name} ${match?.port.port} ${packet.protocol}`;
    if (sticky && clients.has(client)) return [];
    clients.add(client);
    return [{ ...packet, expected: [...new Set(expected)].sort(), sticky }];
  });
}

/** Loads each, and asks each. */
function ask(family: IPFamily, given: readonly { load: [string, string][]; packets: readonly Probe[] }[]): Answer[] {
  const input = JSON.stringify({ ...world(family), clusters: given });
  const { stdout, stderr } = alone(['python3', agent], input);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Answer[];
}

describe.skipIf(!usable)('as the kernel', () => {
  test.each(families)(`$family, $name: packets of ${clusters} clusters`, { timeout: 600_000 }, ({ family, mode }) => {
    const given = Array.from({ length: family === 'IPv4' ? clusters : Math.ceil(clusters / 3) }, (_, i) => {
      const seed = firstSeed + i;
      const config = configurations[seed % configurations.length]?.(mode.name) as string;
      const { node, objects, packets } = generate(seed, mode.name, { family, config });
      return { seed, config, objects, load: mode.load(node, family), packets: probes(mode, node, packets) };
    });
    for (const [i, answer] of ask(family, given).entries()) {
      const { seed, config, objects, packets } = given[i] as (typeof given)[number];
      for (const [j, seen] of answer.entries()) {
        const { expected, sticky, ...packet } = packets[j] as Probe;
        const right = sticky ? seen.length === 1 && expected.includes(seen[0] ?? '') : seen.join() === expected.join();
        if (!right) expect({ seed, config, objects, packet, seen }).toEqual({ seed, config, objects, packet, seen: expected });
      }
    }
  });

  test('iptables prints what we print', () => {
    const options = { numeric: true, verbose: false, exact: false, lineNumbers: false };
    const commands = (rules: Ruleset, t: TableName): [string, string | undefined][] => [
      [`iptables-save -t ${t} | sed '/^#/d; s/\\[.*\\]/[0:0]/'`, save(rules, t)],
      [`iptables -t ${t} -S`, listRules(rules, t)],
      [`iptables -t ${t} -L -n`, list(rules, t, options)],
      [`iptables -t ${t} -nvxL --line-numbers`, list(rules, t, { ...options, verbose: true, exact: true, lineNumbers: true })],
      [`iptables -t ${t} -vL`, list(rules, t, { ...options, numeric: false, verbose: true })],
    ];
    for (const seed of [1, 2, 3]) {
      const rules = ruleset(generate(seed, 'iptables').node, 'IPv4');
      const all = tables.flatMap((t) => commands(rules, t));
      const input = loadable(tables.map((t) => save(rules, t)).join(''));
      const { stdout } = alone(['sh', '-c', `iptables-restore; ${all.map(([command]) => `${command}; echo '###'`).join('; ')}`], input);
      const wanted = all.map(([command, text]) => ({ command, text: loadable(text ?? '') }));
      expect(
        stdout
          .split('###\n')
          .slice(0, -1)
          .map((text, i) => ({ command: all[i]?.[0], text })),
      ).toEqual(wanted);
    }
  });
});
