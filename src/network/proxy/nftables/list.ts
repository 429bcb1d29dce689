// Prints rules as `nft list ruleset` of nftables 1.0.6 does. Mirrors its normal form: names of priorities, masks in full, sorted elements.
import type { IPFamily } from '../../../lib/ip.js';
import { parseIP } from '../../../lib/ip.js';
import { endpointText } from '../port.js';
import { intervalText } from './intervals.js';
import type { AddressList, Chain, Element, End, NamedSet, Part, Rule, Ruleset } from './ruleset.js';

/** Eight digits. */
const markText = (mark: number): string => `0x${mark.toString(16).padStart(8, '0')}`;

const ipOf = (family: IPFamily): string => (family === 'IPv4' ? 'ip' : 'ip6');

export const tableText = (rules: Ruleset): string =>
  block(rules, [
    `\tcomment ${JSON.stringify(rules.comment)}\n`,
    [...rules.sets.map(setText), ...rules.chains.map((c) => chainText(c, rules.family))].join('\n'),
  ]);

/** Some of a table's objects: `nft list chain ip kube-proxy services`. */
export const partText = (rules: Ruleset, objects: readonly string[]): string => block(rules, [objects.join('')]);

const block = ({ family }: Ruleset, inside: readonly string[]): string => `table ${ipOf(family)} kube-proxy {\n${inside.join('')}}\n`;

export function setText(set: NamedSet): string {
  const lines = [`type ${set.type}${set.kind === 'map' ? ' : verdict' : ''}`];
  if (set.timeout !== undefined) lines.push('size 65535', 'flags dynamic,timeout', `timeout ${durationText(set.timeout * 1000)}`);
  if (set.comment) lines.push(`comment ${JSON.stringify(set.comment)}`);
  if (set.elements.length > 0) lines.push(`elements = { ${elementsText(set)} }`);
  return `\t${set.kind} ${set.name} {\n${lines.map((l) => `\t\t${l}\n`).join('')}\t}\n`;
}

function elementsText({ type, elements }: NamedSet): string {
  const texts = [...elements].map((e) => ({ order: orderOf(e), text: elementText(e) })).sort((a, b) => compareBytes(a.order, b.order));
  const aLine = type === 'ipv4_addr' ? 2 : 1;
  return texts.map(({ text }, i) => (i === 0 ? text : `${i % aLine === 0 ? ',\n\t\t\t     ' : ', '}${text}`)).join('');
}

export const elementText = (e: Element): string =>
  [
    e.key.join(' . '),
    ...(e.expires === undefined ? [] : [`expires ${durationText(e.expires)}`]),
    ...(e.comment === undefined ? [] : [`comment ${JSON.stringify(e.comment)}`]),
    ...(e.end ? [':', endText(e.end)] : []),
  ].join(' ');

/** nft sorts by the key's bytes: an address alone by its value, several parts from the last byte to the first. */
function orderOf({ key }: Element): number[] {
  const bytes = key.flatMap(bytesOf);
  return key.length === 1 ? bytes : bytes.reverse();
}

const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

function bytesOf(part: string): number[] {
  const protocol = protocols[part];
  if (protocol !== undefined) return [protocol];
  if (/^[0-9]+$/.test(part)) return [Number(part) >> 8, Number(part) & 255];
  const ip = parseIP(part);
  const size = ip?.family === 'IPv6' ? 16 : 4;
  return Array.from({ length: size }, (_, i) => Number(((ip?.value ?? 0n) >> BigInt(8 * (size - 1 - i))) & 255n));
}

function compareBytes(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** "3h", "1m", "1d1h1m1s", "59s988ms". */
export function durationText(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ];
  let rest = Math.trunc(ms);
  let text = '';
  for (const [unit, size] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) text += `${n}${unit}`;
  }
  return text || '0s';
}

export function chainText(chain: Chain, family: IPFamily): string {
  const lines = [
    ...(chain.comment === undefined ? [] : [`comment ${JSON.stringify(chain.comment)}`]),
    ...hookText(chain),
    ...chain.rules.map((r) => ruleText(r, family)),
  ];
  return `\tchain ${chain.name} {\n${lines.map((l) => `\t\t${l}\n`).join('')}\t}\n`;
}

/** As `nft list chains` shows it, without its rules. */
export const chainSketch = (chain: Chain): string =>
  `\tchain ${chain.name} {\n${hookText(chain)
    .map((l) => `\t\t${l}\n`)
    .join('')}\t}\n`;

const hookText = ({ hook }: Chain): string[] =>
  hook ? [`type ${hook.type} hook ${hook.hook} priority ${hook.priority}; policy accept;`] : [];

export const ruleText = (rule: Rule, family: IPFamily): string =>
  [...rule.parts.map((p) => partOf(p, family)), ...(rule.comment === undefined ? [] : [`comment ${JSON.stringify(rule.comment)}`])].join(
    ' ',
  );

function partOf(part: Part, family: IPFamily): string {
  const ip = ipOf(family);
  switch (part.is) {
    case 'ct-new':
      return 'ct state new';
    case 'ct-dnat':
      return 'ct status dnat';
    case 'address':
      return `${ip} ${part.of} ${part.not ? '!= ' : ''}${setOf(part.in, family)}`;
    case 'device':
      return `iifname ${part.not ? '!= ' : ''}"${part.device}${part.prefix ? '*' : ''}"`;
    case 'member':
      return `${ip} ${part.of} @${part.set}`;
    case 'local':
      return `fib ${part.of} type local`;
    case 'protocol':
      return `meta l4proto ${part.protocol}`;
    case 'connection-member':
      return `${ip} saddr . ${ip} daddr . meta l4proto . th dport @${part.set}`;
    case 'marked':
      // A mask that is all of the beginning is printed as a prefix.
      return part.mark === 2 ** 31 ? 'meta mark != 0x00000000/1' : `meta mark & ${markText(part.mark)} != 0x00000000`;
    case 'vmap':
      return `${part.key === 'address' ? `${ip} daddr . ` : ''}meta l4proto . th dport vmap @${part.map}`;
    case 'set-mark':
      return `meta mark set meta mark | ${markText(part.mark)}`;
    case 'clear-mark':
      return `meta mark set meta mark ^ ${markText(part.mark)}`;
    case 'masquerade':
      return 'masquerade fully-random';
    case 'remember-source':
      return `update @${part.set} { ${ip} saddr }`;
    case 'dnat':
      return `dnat to ${endpointText(part.to)}`;
    case 'dnat-random':
      return `dnat ${ip} to numgen random mod ${part.to.length} map { ${part.to.map((e, i) => `${i} : ${e.ip} . ${e.port}`).join(', ')} }`;
    case 'goto-random':
      return `numgen random mod ${part.chains.length} vmap { ${part.chains.map((c, i) => `${i} : goto ${c}`).join(', ')} }`;
    case 'jump':
      return `jump ${part.chain}`;
    default:
      return endText(part);
  }
}

const endText = (end: End): string => (end.is === 'goto' ? `goto ${end.chain}` : end.is);

const setOf = ({ intervals, several }: AddressList, family: IPFamily): string => {
  const texts = intervals.map((i) => intervalText(i, family)).join(', ');
  return several ? `{ ${texts} }` : texts;
};
