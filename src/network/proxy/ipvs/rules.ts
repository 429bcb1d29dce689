// The iptables rules of ipvs mode, which are few: they ask address sets what to masquerade and what to keep out; virtual servers do the rest.
// Mirrors createAndLinkKubeChain and writeIptablesRules of pkg/proxy/ipvs/proxier.go.
import type { IPFamily } from '../../../lib/ip.js';
import { builtIn } from '../iptables/frame.js';
import {
  address,
  ChainWriter,
  comment,
  fromPods,
  jump,
  masqueradeMark,
  type Match,
  type Rule,
  type Ruleset,
  type Target,
} from '../iptables/rule.js';
import type { ProxyNode } from '../node.js';
import { podMatch } from '../pod-traffic.js';
import { type IPSet, ipSets, type SetName, type Sets } from './sets.js';

const chains = {
  nat: ['KUBE-SERVICES', 'KUBE-POSTROUTING', 'KUBE-NODE-PORT', 'KUBE-LOAD-BALANCER', 'KUBE-MARK-MASQ'],
  filter: [
    'KUBE-FORWARD',
    'KUBE-NODE-PORT',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SOURCE-RANGES-FIREWALL',
    'KUBE-IPVS-FILTER',
    'KUBE-IPVS-OUT-FILTER',
  ],
  mangle: [],
} as const;

const hook = (chain: string, note: string, to: string): Rule => ({ chain, matches: [comment(note)], target: jump(to) });

const natHooks: readonly Rule[] = [
  hook('PREROUTING', 'kubernetes service portals', 'KUBE-SERVICES'),
  hook('OUTPUT', 'kubernetes service portals', 'KUBE-SERVICES'),
  hook('POSTROUTING', 'kubernetes postrouting rules', 'KUBE-POSTROUTING'),
];

/** Each was put before the ones that were there. */
const filterHooks: readonly Rule[] = [
  hook('INPUT', 'kubernetes ipvs access filter', 'KUBE-IPVS-FILTER'),
  hook('INPUT', 'kube-proxy firewall rules', 'KUBE-PROXY-FIREWALL'),
  hook('INPUT', 'kubernetes health check rules', 'KUBE-NODE-PORT'),
  hook('FORWARD', 'kube-proxy firewall rules', 'KUBE-PROXY-FIREWALL'),
  hook('FORWARD', 'kubernetes forwarding rules', 'KUBE-FORWARD'),
  hook('OUTPUT', 'kubernetes ipvs access filter', 'KUBE-IPVS-OUT-FILTER'),
];

const masquerade: Target = { kind: 'MASQUERADE', ports: 'kept' };
const back: Target = { kind: 'RETURN' };
const accept: Target = { kind: 'ACCEPT' };
const local = (side: 'src' | 'dst', not = false): Match => ({ kind: 'addrtype', side, ...(not && { not }) });

/** How many rules ask a set. */
export const referencesTo = ({ parts }: Ruleset, set: string): number =>
  parts
    .flatMap((part) => [...part.nat.values(), ...part.filter.values()].flat())
    .filter((rule) => rule.matches.some((m) => m.kind === 'set' && m.name === set)).length;

type Sides = Extract<Match, { kind: 'set' }>['sides'];

export function ipvsRuleset(node: ProxyNode, family: IPFamily): Ruleset {
  const sets = ipSets(node, family);
  const out = new ChainWriter();
  for (const table of ['nat', 'filter', 'mangle'] as const)
    for (const name of [...builtIn[table], ...chains[table]]) out.chain(table, name);
  for (const rule of [...natHooks, ...natRules(node, family, sets)]) out.add('nat', rule);
  for (const rule of [...filterHooks, ...filterRules(node, sets)]) out.add('filter', rule);
  return { ipv6: family === 'IPv6', parts: [out.tables] };
}

const asked = ({ name }: IPSet, sides: Sides): Match => ({ kind: 'set', name, sides });

/** A rule that asks a set, with what the set is for; none where it is empty. */
const ask =
  ({ byName }: Sets) =>
  (chain: string, set: SetName, sides: Sides, target: Target, more: Partial<Rule> = {}): Rule[] => {
    const { comment: note, members } = byName[set];
    const matches = [comment(note), asked(byName[set], sides), ...(more.matches ?? [])];
    return members.length === 0 ? [] : [{ ...more, chain, matches, target }];
  };

function natRules(node: ProxyNode, family: IPFamily, sets: Sets): Rule[] {
  const rule = ask(sets);
  const mark = masqueradeMark(node);
  const marked = jump('KUBE-MARK-MASQ');
  const on = (protocol: 'tcp' | 'udp' | 'sctp'): Rule[] => {
    const name = protocol.toUpperCase() as 'TCP' | 'UDP' | 'SCTP';
    const sides = protocol === 'sctp' ? 'dst,dst' : 'dst';
    return [
      ...rule('KUBE-NODE-PORT', `nodePortLocal${name}`, sides, back, { protocol }),
      ...rule('KUBE-NODE-PORT', `nodePort${name}`, sides, marked, { protocol }),
    ];
  };
  const unasked = (set: SetName): Rule[] =>
    rule('KUBE-SERVICES', set, 'dst,dst', accept).map((r) => ({ ...r, matches: r.matches.filter((m) => m.kind !== 'comment') }));
  return [
    { chain: 'KUBE-SERVICES', source: address(family === 'IPv4' ? '127.0.0.0/8' : '::1/128'), matches: [], target: back },
    ...rule('KUBE-POSTROUTING', 'loopBack', 'dst,dst,src', masquerade),
    ...rule('KUBE-SERVICES', 'loadBalancer', 'dst,dst', jump('KUBE-LOAD-BALANCER')),
    ...rule('KUBE-LOAD-BALANCER', 'loadBalancerLocal', 'dst,dst', back),
    ...(['tcp', 'udp', 'sctp'] as const).flatMap(on),
    ...foreign(node, family, sets),
    ...rule('KUBE-SERVICES', 'externalIP', 'dst,dst', marked),
    ...external(sets, 'externalIP'),
    ...external(sets, 'externalIPLocal'),
    { chain: 'KUBE-SERVICES', matches: [local('dst')], target: jump('KUBE-NODE-PORT') },
    { chain: 'KUBE-LOAD-BALANCER', matches: [], target: marked },
    ...unasked('clusterIP'),
    ...unasked('loadBalancer'),
    { chain: 'KUBE-POSTROUTING', matches: [{ kind: 'mark', not: true, mark }], target: back },
    { chain: 'KUBE-POSTROUTING', matches: [], target: { kind: 'MARK', set: false, mark } },
    { chain: 'KUBE-POSTROUTING', matches: [comment('kubernetes service traffic requiring SNAT')], target: { kind: 'MASQUERADE' } },
    { chain: 'KUBE-MARK-MASQ', matches: [], target: { kind: 'MARK', set: true, mark } },
  ];
}

/** Who reaches a ClusterIP from outside the Pods' network; where nobody can tell, the machine itself, whose packets leave with a ClusterIP. */
function foreign(node: ProxyNode, family: IPFamily, sets: Sets): Rule[] {
  const rule = ask(sets);
  const marked = jump('KUBE-MARK-MASQ');
  if (node.settings.masqueradeAll) return rule('KUBE-SERVICES', 'clusterIP', 'dst,dst', marked);
  const source = fromPods(podMatch(node, family), true);
  return source ? rule('KUBE-SERVICES', 'clusterIP', 'dst,dst', marked, source) : rule('KUBE-SERVICES', 'clusterIP', 'src,dst', marked);
}

/** What comes from off the machine, and what is for an address of its own. */
const external = (sets: Sets, set: 'externalIP' | 'externalIPLocal'): Rule[] => [
  ...ask(sets)('KUBE-SERVICES', set, 'dst,dst', accept, { matches: [{ kind: 'physdev' }, local('src', true)] }),
  ...ask(sets)('KUBE-SERVICES', set, 'dst,dst', accept, { matches: [local('dst')] }),
];

function filterRules(node: ProxyNode, sets: Sets): Rule[] {
  const rule = ask(sets);
  const { byName } = sets;
  const known = (['loadBalancer', 'clusterIP', 'externalIP', 'externalIPLocal'] as const).map((set): [SetName, Sides] => [set, 'dst,dst']);
  const health = byName.healthCheck;
  return [
    ...rule('KUBE-PROXY-FIREWALL', 'firewall', 'dst,dst', jump('KUBE-SOURCE-RANGES-FIREWALL')),
    ...rule('KUBE-SOURCE-RANGES-FIREWALL', 'sourceCIDR', 'dst,dst,src', back),
    ...rule('KUBE-SOURCE-RANGES-FIREWALL', 'sourceIP', 'dst,dst,src', back),
    { chain: 'KUBE-SOURCE-RANGES-FIREWALL', matches: [], target: { kind: 'DROP' } },
    ...sets.forbidden.map(
      ({ ip, protocol, port }): Rule => ({
        chain: 'KUBE-IPVS-OUT-FILTER',
        source: address(ip),
        matches: [{ kind: 'ipvs', ip, protocol, port }],
        target: { kind: 'DROP' },
      }),
    ),
    {
      chain: 'KUBE-FORWARD',
      matches: [comment('kubernetes forwarding rules'), { kind: 'mark', not: false, mark: masqueradeMark(node) }],
      target: accept,
    },
    {
      chain: 'KUBE-FORWARD',
      matches: [comment('kubernetes forwarding conntrack rule'), { kind: 'conntrack', not: false, states: ['RELATED', 'ESTABLISHED'] }],
      target: accept,
    },
    { chain: 'KUBE-NODE-PORT', matches: [comment(health.comment), asked(health, 'dst')], target: accept },
    ...[...known, ['healthCheck', 'dst'] as [SetName, Sides]].map(
      ([set, sides]): Rule => ({ chain: 'KUBE-IPVS-FILTER', matches: [asked(byName[set], sides)], target: back }),
    ),
    {
      chain: 'KUBE-IPVS-FILTER',
      matches: [{ kind: 'conntrack', not: false, states: ['NEW'] }, asked(byName.addresses, 'dst')],
      target: { kind: 'REJECT' },
    },
  ];
}
