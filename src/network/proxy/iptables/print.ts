// One rule as iptables prints it back (`-S`, iptables-save): addresses and protocol first, then the matches in the order in which they were
// asked for, with everything that was left to the default spelled out. Mirrors iptables 1.8.9 (nf_tables).
import { endpointText } from '../port.js';
import { builtIn } from './frame.js';
import { type AddressMatch, type DeviceMatch, type Match, type Rule, type Ruleset, type TableName, type Target } from './rule.js';

const side = (option: string, match: AddressMatch | undefined): string => (match ? `${match.not ? '! ' : ''}${option} ${match.text} ` : '');

/** "!veth+": what begins so. */
export const deviceText = ({ device, prefix }: DeviceMatch): string => `${device}${prefix ? '+' : ''}`;

export const protocolNumbers = { tcp: '6', udp: '17', sctp: '132' } as const;

/** Words of these letters need no quotes. */
const quoted = (text: string): string => (/^[-\w]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`);

/** One of `of`, as kube-proxy writes it. */
export const probability = (of: number): string => (1 / of).toFixed(10);

/** What the kernel keeps of it: 31 bits. */
export const keptProbability = (of: number): string => (Math.round(2 ** 31 * Number(probability(of))) / 2 ** 31).toFixed(11);

export const recentMask = (ipv6: boolean): string => (ipv6 ? Array(8).fill('ffff').join(':') : '255.255.255.255');

function matchText(rule: Rule, match: Match, ipv6: boolean): string {
  switch (match.kind) {
    case 'comment':
      return `-m comment --comment ${quoted(match.text)}`;
    case 'protocol':
      return `-m ${rule.protocol}${match.port === undefined ? '' : ` --dport ${match.port}`}`;
    case 'addrtype':
      return `-m addrtype ${match.not ? '! ' : ''}--${match.side}-type LOCAL`;
    case 'conntrack':
      return `-m conntrack ${match.not ? '! ' : ''}--ctstate ${match.states.join(',')}`;
    case 'mark':
      return `-m mark ${match.not ? '! ' : ''}--mark ${match.mark}/${match.mark}`;
    case 'statistic':
      return `-m statistic --mode random --probability ${keptProbability(match.of)}`;
    case 'recent':
      return `-m recent ${match.set ? '--set' : `--rcheck --seconds ${match.seconds} --reap`} --name ${match.name} --mask ${recentMask(ipv6)} --rsource`;
    case 'nfacct':
      return `-m nfacct --nfacct-name  ${match.name}`;
    case 'set':
      return `-m set --match-set ${match.name} ${match.sides}`;
    case 'physdev':
      return '-m physdev ! --physdev-is-in';
    case 'ipvs':
      return `-m ipvs --vproto ${protocolNumbers[match.protocol]} --vaddr ${match.ip} --vport ${match.port}`;
  }
}

function targetText(target: Target, ipv6: boolean): string {
  switch (target.kind) {
    case 'jump':
      return target.chain;
    case 'REJECT':
      return `REJECT --reject-with ${ipv6 ? 'icmp6' : 'icmp'}-port-unreachable`;
    case 'MASQUERADE':
      return target.ports === 'kept' ? 'MASQUERADE' : 'MASQUERADE --random-fully';
    case 'MARK':
      return `MARK --set-xmark ${target.mark}/${target.set ? target.mark : '0x0'}`;
    case 'DNAT':
      return `DNAT --to-destination ${endpointText(target.endpoint)}`;
    default:
      return target.kind;
  }
}

const printed = new WeakMap<Rule, string>();

/** "-A KUBE-SERVICES -d 10.96.0.1/32 ...". */
export function printRule(rule: Rule, ipv6: boolean): string {
  let text = printed.get(rule);
  if (text === undefined) {
    const matches = rule.matches.map((m) => ` ${matchText(rule, m, ipv6)}`).join('');
    const device = rule.device ? `${rule.device.not ? '! ' : ''}-i ${deviceText(rule.device)} ` : '';
    const protocol = rule.protocol ? `-p ${rule.protocol} ` : '';
    const head = `${side('-s', rule.source)}${side('-d', rule.destination)}${device}${protocol}`.trimEnd();
    text = `-A ${rule.chain}${head && ` ${head}`}${matches}${rule.target ? ` -j ${targetText(rule.target, ipv6)}` : ''}`;
    printed.set(rule, text);
  }
  return text;
}

// iptables-save and `iptables -S`: a table's chains and rules as commands.

/** All chains of a table: the kernel's own first, the others by name. */
export function chainsOf(rules: Ruleset, table: TableName): Map<string, Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const part of rules.parts)
    for (const [name, own] of part[table]) {
      const all = found.get(name);
      if (all) all.push(...own);
      else found.set(name, [...own]);
    }
  const order = [...builtIn[table], ...[...found.keys()].filter((name) => !builtIn[table].includes(name)).sort()];
  return new Map(order.map((name) => [name, found.get(name) ?? []]));
}

/** Without the comments that tell program and time. */
export function save(rules: Ruleset, table: TableName): string {
  const chains = [...chainsOf(rules, table)];
  return [
    `*${table}`,
    ...chains.map(([name]) => `:${name} ${builtIn[table].includes(name) ? 'ACCEPT' : '-'} [0:0]`),
    ...chains.flatMap(([, own]) => own.map((rule) => printRule(rule, rules.ipv6))),
    'COMMIT\n',
  ].join('\n');
}
