// `iptables -L`: chains and rules as tables for people. Mirrors iptables 1.8.9 (nf_tables), blanks included. Packets are not counted.
import { endpointText } from '../port.js';
import { builtIn } from './frame.js';
import { portName } from '../../../lib/port-names.js';
import { chainsOf, deviceText, keptProbability, printRule, protocolNumbers, recentMask } from './print.js';
import { type AddressMatch, type Match, type Rule, type Ruleset, type TableName, type Target } from './rule.js';

export interface ListOptions {
  /** -n: numbers instead of names. */
  readonly numeric: boolean;
  /** -v: counters and interfaces. */
  readonly verbose: boolean;
  /** -x: counters in full. */
  readonly exact: boolean;
  readonly lineNumbers: boolean;
}

/** One chain of the table, or all; undefined when there is no such chain. `number`: only that rule of it. */
export function list(rules: Ruleset, table: TableName, options: ListOptions, chain?: string, number?: number): string | undefined {
  const chains = chainsOf(rules, table);
  if (chain !== undefined && !chains.has(chain)) return undefined;
  const rows = (own: readonly Rule[]): string[] => own.map((rule, i) => row(rule, i + 1, options, rules.ipv6));
  if (chain !== undefined && number !== undefined) return lines(rows(chains.get(chain) ?? []).slice(number - 1, number));
  const references = new Map<string, number>();
  for (const { target } of [...chains.values()].flat())
    if (target?.kind === 'jump') references.set(target.chain, (references.get(target.chain) ?? 0) + 1);
  const wanted = chain === undefined ? [...chains.keys()] : [chain];
  const head = (name: string): string => {
    if (!builtIn[table].includes(name)) return `Chain ${name} (${references.get(name) ?? 0} references)`;
    return `Chain ${name} (policy ACCEPT${options.verbose ? ' 0 packets, 0 bytes' : ''})`;
  };
  return wanted.map((name) => lines([head(name), columns(options), ...rows(chains.get(name) ?? [])])).join('\n');
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

function columns({ verbose, exact, lineNumbers }: ListOptions): string {
  const counters = verbose ? (exact ? '    pkts      bytes ' : ' pkts bytes ') : '';
  const interfaces = verbose ? 'in     out     ' : '';
  return `${lineNumbers ? 'num  ' : ''}${counters}target     prot opt ${interfaces}source               destination         `;
}

function row(rule: Rule, number: number, { numeric, verbose, exact, lineNumbers }: ListOptions, ipv6: boolean): string {
  const width = exact ? 8 : 5;
  const zero = '0'.padStart(width);
  const any = (numeric ? '*' : 'any').padEnd(6);
  const device = rule.device ? `${rule.device.not ? '!' : ''}${deviceText(rule.device)}`.padEnd(6) : any;
  const protocol = rule.protocol ? (numeric ? protocolNumbers[rule.protocol] : rule.protocol) : numeric ? '0' : 'all';
  const side = (match: AddressMatch | undefined): string =>
    `${match?.not ? '!' : ' '}${(match ? addressText(match, numeric) : numeric ? (ipv6 ? '::/0' : '0.0.0.0/0') : 'anywhere').padEnd(19)} `;
  return [
    lineNumbers ? `${String(number).padEnd(4)} ` : '',
    verbose ? `${zero} ${zero} ` : '',
    `${targetName(rule.target).padEnd(9)}  ${protocol.padEnd(4)} -- `,
    verbose ? ` ${device} ${any} ` : '',
    side(rule.source),
    side(rule.destination),
    ...rule.matches.map((match) => ` ${matchText(rule, match, numeric, ipv6)}`),
    rule.target ? targetText(rule.target, ipv6) : '',
  ].join('');
}

function addressText({ ip, text }: AddressMatch, numeric: boolean): string {
  if (numeric) return ip ?? text;
  if (text === '127.0.0.0/8') return 'loopback/8';
  if (ip === '127.0.0.1' || ip === '::1') return 'localhost';
  return ip ?? text;
}

function matchText(rule: Rule, match: Match, numeric: boolean, ipv6: boolean): string {
  switch (match.kind) {
    case 'comment':
      return `/* ${match.text} */`;
    case 'protocol': {
      if (match.port === undefined) return rule.protocol ?? '';
      return `${rule.protocol} dpt:${(!numeric && portName(match.port, rule.protocol ?? 'tcp')) || match.port}`;
    }
    case 'addrtype':
      return `ADDRTYPE match ${match.side}-type ${match.not ? '!' : ''}LOCAL`;
    case 'conntrack':
      return `${match.not ? '! ' : ''}ctstate ${match.states.join(',')}`;
    case 'mark':
      return `mark match ${match.not ? '! ' : ''}${match.mark}/${match.mark}`;
    case 'statistic':
      return `statistic mode random probability ${keptProbability(match.of)}`;
    case 'recent':
      return `recent: ${match.set ? 'SET' : `CHECK seconds: ${match.seconds} reap`} name: ${match.name} side: source mask: ${recentMask(ipv6)}`;
    case 'nfacct':
      return `nfacct-name  ${match.name}`;
    case 'set':
      return `match-set ${match.name} ${match.sides}`;
    case 'physdev':
      return 'PHYSDEV match ! --physdev-is-in';
    case 'ipvs':
      return `vproto ${protocolNumbers[match.protocol]} vaddr ${match.ip} vport ${match.port}`;
  }
}

const targetName = (target: Target | undefined): string => (target?.kind === 'jump' ? target.chain : (target?.kind ?? ''));

function targetText(target: Target, ipv6: boolean): string {
  switch (target.kind) {
    case 'REJECT':
      return ` reject-with ${ipv6 ? 'icmp6' : 'icmp'}-port-unreachable`;
    case 'MASQUERADE':
      return target.ports === 'kept' ? '' : ' random-fully';
    case 'MARK':
      return ` MARK ${target.set ? 'or' : 'xor'} ${target.mark}`;
    case 'DNAT':
      return ` to:${endpointText(target.endpoint)}`;
    default:
      return '';
  }
}

/** `iptables -S`; undefined when there is no such chain. */
export function listRules(rules: Ruleset, table: TableName, chain?: string, number?: number): string | undefined {
  const chains = chainsOf(rules, table);
  if (chain !== undefined && !chains.has(chain)) return undefined;
  const wanted = chain === undefined ? [...chains.keys()] : [chain];
  const printed = wanted.flatMap((name) => (chains.get(name) ?? []).map((rule) => printRule(rule, rules.ipv6)));
  if (number !== undefined) return lines(printed.slice(number - 1, number));
  return lines([...wanted.map((name) => (builtIn[table].includes(name) ? `-P ${name} ACCEPT` : `-N ${name}`)), ...printed]);
}
