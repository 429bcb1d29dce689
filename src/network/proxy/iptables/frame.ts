// The rules that are there whatever Services there are: jumps from the kernel's own chains, the masquerade mark, what is forwarded, and the
// end of KUBE-SERVICES, where node ports are looked for. Mirrors the beginning and the end of syncProxyRules in pkg/proxy/iptables/proxier.go.
import type { IPFamily } from '../../../lib/ip.js';
import { answersLocalhost, nodePortCIDRs, nodePortIPs, type ProxyNode } from '../node.js';
import { address, ChainWriter, comment, jump, masqueradeMark, type Match, type Part, type Rule, type TableName } from './rule.js';

/** The kernel's chains of a table, in the order in which iptables-save prints them. */
export const builtIn: Readonly<Record<TableName, readonly string[]>> = {
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
};

const chains: Readonly<Record<TableName, readonly string[]>> = {
  nat: ['KUBE-PROXY-CANARY', 'KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'],
  filter: [
    'KUBE-PROXY-CANARY',
    'KUBE-FIREWALL',
    'KUBE-SERVICES',
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
  ],
  mangle: ['KUBE-PROXY-CANARY'],
};

const fresh: Match = { kind: 'conntrack', not: false, states: ['NEW'] };
const hook = (chain: string, to: string, ...matches: Match[]): Rule => ({ chain, matches, target: jump(to) });

/** Each was put before the ones that were there. */
const filterHooks: readonly Rule[] = [
  hook('INPUT', 'KUBE-FIREWALL'),
  hook('INPUT', 'KUBE-PROXY-FIREWALL', fresh, comment('kubernetes load balancer firewall')),
  hook('INPUT', 'KUBE-NODEPORTS', comment('kubernetes health check service ports')),
  hook('INPUT', 'KUBE-EXTERNAL-SERVICES', fresh, comment('kubernetes externally-visible service portals')),
  hook('FORWARD', 'KUBE-PROXY-FIREWALL', fresh, comment('kubernetes load balancer firewall')),
  hook('FORWARD', 'KUBE-FORWARD', comment('kubernetes forwarding rules')),
  hook('FORWARD', 'KUBE-SERVICES', fresh, comment('kubernetes service portals')),
  hook('FORWARD', 'KUBE-EXTERNAL-SERVICES', fresh, comment('kubernetes externally-visible service portals')),
  hook('OUTPUT', 'KUBE-FIREWALL'),
  hook('OUTPUT', 'KUBE-PROXY-FIREWALL', fresh, comment('kubernetes load balancer firewall')),
  hook('OUTPUT', 'KUBE-SERVICES', fresh, comment('kubernetes service portals')),
];

const natHooks: readonly Rule[] = [
  hook('PREROUTING', 'KUBE-SERVICES', comment('kubernetes service portals')),
  hook('OUTPUT', 'KUBE-SERVICES', comment('kubernetes service portals')),
  hook('POSTROUTING', 'KUBE-POSTROUTING', comment('kubernetes postrouting rules')),
];

const natRules = (mark: string): readonly Rule[] => [
  { chain: 'KUBE-MARK-MASQ', matches: [], target: { kind: 'MARK', set: true, mark } },
  { chain: 'KUBE-POSTROUTING', matches: [{ kind: 'mark', not: true, mark }], target: { kind: 'RETURN' } },
  { chain: 'KUBE-POSTROUTING', matches: [], target: { kind: 'MARK', set: false, mark } },
  { chain: 'KUBE-POSTROUTING', matches: [comment('kubernetes service traffic requiring SNAT')], target: { kind: 'MASQUERADE' } },
];

/** Not where conntrack is told to take what is out of its window: then nothing counts as invalid. */
const invalidRule: Rule = {
  chain: 'KUBE-FORWARD',
  matches: [
    { kind: 'conntrack', not: false, states: ['INVALID'] },
    { kind: 'nfacct', name: 'ct_state_invalid_dropped_pkts' },
  ],
  target: { kind: 'DROP' },
};

const forwardRules = (mark: string): readonly Rule[] => [
  {
    chain: 'KUBE-FORWARD',
    matches: [comment('kubernetes forwarding rules'), { kind: 'mark', not: false, mark }],
    target: { kind: 'ACCEPT' },
  },
  {
    chain: 'KUBE-FORWARD',
    matches: [comment('kubernetes forwarding conntrack rule'), { kind: 'conntrack', not: false, states: ['RELATED', 'ESTABLISHED'] }],
    target: { kind: 'ACCEPT' },
  },
];

/** Since node ports on 127.0.0.1 need route_localnet, which others on the node's network could use. */
const localnet: Rule = {
  chain: 'KUBE-FIREWALL',
  source: address('127.0.0.0/8', true),
  destination: address('127.0.0.0/8'),
  matches: [comment('block incoming localnet connections'), { kind: 'conntrack', not: true, states: ['RELATED', 'ESTABLISHED', 'DNAT'] }],
  target: { kind: 'DROP' },
};

const lastRule = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');

export function frame(node: ProxyNode, family: IPFamily): Part {
  const out = new ChainWriter();
  for (const table of ['nat', 'filter', 'mangle'] as const)
    for (const name of [...builtIn[table], ...chains[table]]) out.chain(table, name);
  const mark = masqueradeMark(node);
  for (const rule of [...natHooks, ...natRules(mark), ...nodePortJumps(node, family)]) out.add('nat', rule);
  for (const rule of [...filterHooks, ...(node.settings.tcpBeLiberal ? [] : [invalidRule]), ...forwardRules(mark)]) out.add('filter', rule);
  if (family === 'IPv4' && answersLocalhost(node)) out.add('filter', localnet);
  return out.tables;
}

function nodePortJumps(node: ProxyNode, family: IPFamily): Rule[] {
  const last: Rule = { chain: 'KUBE-SERVICES', matches: [lastRule], target: jump('KUBE-NODEPORTS') };
  const cidrs = nodePortCIDRs(node, family, 'all');
  if (cidrs !== 'all') return answering(node, family, cidrs).map((ip) => ({ ...last, destination: address(ip) }));
  const except = family === 'IPv6' ? '::1/128' : answersLocalhost(node) ? undefined : '127.0.0.0/8';
  return [{ ...last, matches: [lastRule, { kind: 'addrtype', side: 'dst' }], ...(except && { destination: address(except, true) }) }];
}

/** 127.0.0.1 is an address of the node like others, where node ports work on it at all. */
function answering(node: ProxyNode, family: IPFamily, cidrs: readonly string[]): string[] {
  const loopback = family === 'IPv4' && answersLocalhost(node) ? ['127.0.0.1'] : [];
  return nodePortIPs({ ...node, ips: [...loopback, ...node.ips] }, family, cidrs);
}
