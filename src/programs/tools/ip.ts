// `ip addr|link|route|neigh|rule` as iproute2 and as BusyBox print them; what would change the network says that it cannot.
import { cidrContains, parseCIDR, parseIP } from '../../lib/ip.js';
import type { Link, LinkAddress, NetNamespace, NetRoute } from '../../network/interfaces/index.js';
import { isInstalled } from '../image.js';
import type { Process, Program } from '../process.js';
import { isBusybox, refuse } from './arguments.js';

/** iproute2 rather than the BusyBox applet. */
const isFull = (p: Process): boolean => !isBusybox(p) || isInstalled(p.machine.host.image, 'iproute2');

interface Options {
  readonly family: 4 | 6 | undefined;
  readonly oneline: boolean;
  readonly brief: boolean;
}

export const ip: Program = (p) => {
  const args = p.argv.slice(1);
  let family: Options['family'];
  let [oneline, brief] = [false, false];
  while (args[0]?.startsWith('-')) {
    const flag = args.shift() as string;
    if (flag === '-4' || flag === '-6') family = flag === '-4' ? 4 : 6;
    else if (flag === '-o' || flag === '-oneline') oneline = true;
    else if (isFull(p) && (flag === '-br' || flag === '-brief')) brief = true;
    else if (isFull(p) && /^-(c|color)(=|$)|^-(n|N|numeric|r|resolve)$/.test(flag)) continue;
    else return isFull(p) ? refuse(p, flag) : usage(p);
  }
  const [object = '', ...rest] = args;
  const options = { family, oneline, brief };
  const netns = p.machine.host.wire.netns();
  if (object === '' && isFull(p)) return refuse(p, 'without an object');
  if (is(object, 'address')) return address(p, netns, options, rest);
  if (is(object, 'link')) return link(p, netns, options, rest);
  if (is(object, 'route')) return route(p, netns, options, rest);
  if (is(object, 'neighbour') || is(object, 'neighbor')) return neighbours(p, netns, options, rest);
  if (is(object, 'rule')) {
    for (const [order, table] of [
      [0, 'local'],
      [32766, 'main'],
      [32767, 'default'],
    ])
      p.out(`${order}:\tfrom all lookup ${table}${isFull(p) ? '' : ' '}\n`);
    return 0;
  }
  if (!isFull(p)) return usage(p);
  if (['netns', 'tunnel', 'maddress', 'monitor', 'xfrm', 'vrf', 'netconf'].includes(object)) return refuse(p, object);
  p.err(`Object "${object}" is unknown, try "ip help".\n`);
  return 1;
};

/** Words may be shortened. */
const is = (given: string, word: string): boolean => given !== '' && word.startsWith(given);

function usage(p: Process): number {
  p.err(
    'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n\nOPTIONS := -f[amily] inet|inet6|link | -o[neline]\n',
  );
  return 1;
}

/** Containers hold no right to change their network. */
function changing(p: Process, words: readonly string[]): number | undefined {
  const [verb] = words;
  if (verb === undefined || is(verb, 'show') || is(verb, 'list') || is(verb, 'lst')) return undefined;
  if (!['add', 'del', 'delete', 'change', 'replace', 'append', 'flush', 'set'].some((v) => is(verb, v))) return undefined;
  p.err(`${isFull(p) ? '' : 'ip: '}RTNETLINK answers: Operation not permitted\n`);
  return 2;
}

/** The interface that a listing is limited to, or the exit code when there is none of that name. */
function chosen(p: Process, netns: NetNamespace, words: readonly string[]): readonly Link[] | number {
  const rest = words.filter((w, i) => !(i === 0 && (is(w, 'show') || is(w, 'list') || is(w, 'lst'))) && w !== 'dev' && w !== 'up');
  if (rest.length === 0) return netns.links;
  const found = netns.links.filter((l) => l.name === rest[0]);
  if (found.length > 0) return found;
  p.err(isFull(p) ? `Device "${rest[0]}" does not exist.\n` : `ip: can't find device '${rest[0]}'\n`);
  return 1;
}

const named = (l: Link): string => `${l.name}${l.peer === undefined ? '' : `@if${l.peer}`}`;
const flagsOf = (l: Link): string =>
  l.loopback ? '<LOOPBACK,UP,LOWER_UP>' : l.dummy ? '<BROADCAST,NOARP>' : '<BROADCAST,MULTICAST,UP,LOWER_UP>';
const stateOf = (l: Link): string => (l.loopback || l.tunnel ? 'UNKNOWN' : l.up ? 'UP' : 'DOWN');

function head(p: Process, l: Link, mode: string): string {
  const queue = l.dummy || l.tunnel ? '' : 'qlen 1000';
  const master = l.master ? ` master ${l.master}` : '';
  const kernel = isFull(p) ? ` state ${stateOf(l)}${mode} group default ${queue}` : ` ${queue}`;
  return `${l.index}: ${named(l)}: ${flagsOf(l)} mtu ${l.mtu} qdisc ${l.qdisc}${master}${kernel}\n`;
}

/** What the kernel tells of an interface to who asks for IPv6 only. */
const headOfSix = (l: Link): string =>
  `${l.index}: ${l.name}: ${flagsOf(l)} mtu ${l.mtu} state ${stateOf(l)}${l.dummy || l.tunnel ? '' : ' qlen 1000'}\n`;

const hardware = (l: Link, full: boolean): string =>
  l.loopback
    ? `    link/loopback ${l.mac} brd ${l.mac}\n`
    : `    link/ether ${l.mac} brd ff:ff:ff:ff:ff:ff${full && l.peer !== undefined ? ' link-netnsid 0' : ''}\n`;

const familyOf = (a: { ip: string }): 4 | 6 => (a.ip.includes(':') ? 6 : 4);

function addressLine(l: Link, a: LinkAddress): string {
  const six = familyOf(a) === 6;
  const label = six ? '' : l.name;
  return `${six ? 'inet6' : 'inet'} ${a.ip}/${a.prefix}${a.broadcast ? ` brd ${a.broadcast}` : ''} scope ${a.scope} ${label}`;
}

const lifetime = '       valid_lft forever preferred_lft forever';

function address(p: Process, netns: NetNamespace, o: Options, words: readonly string[]): number {
  const denied = changing(p, words);
  if (denied !== undefined) return denied;
  const links = chosen(p, netns, words);
  if (typeof links === 'number') return links;
  for (const l of links) {
    const shown = l.addresses.filter((a) => o.family === undefined || familyOf(a) === o.family);
    if (o.family !== undefined && shown.length === 0) continue;
    if (o.brief) p.out(`${named(l).padEnd(16)} ${stateOf(l).padEnd(14)} ${shown.map((a) => `${a.ip}/${a.prefix} `).join('')}\n`);
    else if (o.oneline) for (const a of shown) p.out(`${l.index}: ${l.name}    ${addressLine(l, a)}\\${lifetime}\n`);
    else {
      p.out(o.family === 6 && isFull(p) ? headOfSix(l) : head(p, l, ''));
      if (o.family === undefined) p.out(hardware(l, isFull(p)));
      for (const a of shown) p.out(`    ${addressLine(l, a)}\n${lifetime}\n`);
    }
  }
  return 0;
}

function link(p: Process, netns: NetNamespace, o: Options, words: readonly string[]): number {
  const denied = changing(p, words);
  if (denied !== undefined) return denied;
  const links = chosen(p, netns, words);
  if (typeof links === 'number') return links;
  for (const l of links)
    p.out(
      o.brief
        ? `${named(l).padEnd(16)} ${stateOf(l).padEnd(14)} ${l.mac} ${flagsOf(l)} \n`
        : o.oneline
          ? `${head(p, l, ' mode DEFAULT').trimEnd()}\\${hardware(l, isFull(p))}`
          : `${head(p, l, ' mode DEFAULT')}${hardware(l, isFull(p))}`,
    );
  return 0;
}

function routeLine(r: NetRoute, full: boolean): string {
  const source = r.source ? `${full ? '' : ' '}src ${r.source} ` : '';
  if (r.family === 6) {
    const metric = r.kernel ? 256 : 1024;
    const rest = full ? `${r.kernel ? 'proto kernel ' : ''}${source}metric ${metric} pref medium` : `${source} metric ${metric} `;
    return `${r.to}${r.via ? ` via ${r.via}` : ''} dev ${r.device} ${rest}`;
  }
  return `${r.to}${r.via ? ` via ${r.via}` : ''} dev ${r.device} ${r.kernel && full ? 'proto kernel ' : ''}${r.scope ? `scope ${r.scope} ` : ''}${source}${r.onlink ? 'onlink ' : ''}`;
}

function route(p: Process, netns: NetNamespace, o: Options, words: readonly string[]): number {
  const denied = changing(p, words);
  if (denied !== undefined) return denied;
  const full = isFull(p);
  if (words[0] !== undefined && words[0].length > 1 && is(words[0], 'get')) return routeTo(p, netns, words[1] ?? '', full);
  const only = words.filter((w, i) => !(i === 0 && (is(w, 'show') || is(w, 'list') || is(w, 'lst'))));
  const device = only[0] === 'dev' ? only[1] : undefined;
  const to = device === undefined ? only[0] : undefined;
  for (const r of netns.routes) {
    if (r.family !== (o.family ?? 4) || (device !== undefined && r.device !== device) || (full && to !== undefined && r.to !== to))
      continue;
    p.out(`${routeLine(r, full)}\n`);
  }
  return 0;
}

/** The address of this network namespace that packets to `to` leave with. */
export function sourceIn(netns: NetNamespace, to: string): string | undefined {
  if (netns.links.some((l) => l.addresses.some((a) => a.ip === to))) return to;
  const found = routeFor(netns, to);
  return (
    found?.source ??
    netns.links.find((l) => l.name === found?.device)?.addresses.find((a) => a.scope === 'global' && familyOf(a) === familyOf({ ip: to }))
      ?.ip
  );
}

/** The route that a packet to `to` takes: the narrowest range that holds it. */
export function routeFor(netns: NetNamespace, to: string): NetRoute | undefined {
  const address = parseIP(to);
  if (!address) return undefined;
  const fits = netns.routes.flatMap((r) => {
    if (r.to === 'default') return r.family === (address.family === 'IPv6' ? 6 : 4) ? [{ r, prefix: -1 }] : [];
    const cidr = parseCIDR(r.to.includes('/') ? r.to : `${r.to}/${r.family === 6 ? 128 : 32}`);
    return cidr && cidr.family === address.family && cidrContains(cidr, address) ? [{ r, prefix: cidr.prefix }] : [];
  });
  return fits.sort((a, b) => b.prefix - a.prefix)[0]?.r;
}

function routeTo(p: Process, netns: NetNamespace, to: string, full: boolean): number {
  const local = netns.links.flatMap((l) => l.addresses).some((a) => a.ip === to);
  const found = local ? undefined : routeFor(netns, to);
  if (!local && !found) {
    p.err(
      parseIP(to)
        ? `${full ? '' : 'ip: '}RTNETLINK answers: Network is unreachable\n`
        : full
          ? `Error: any valid prefix is expected rather than "${to}".\n`
          : `ip: invalid argument '${to}' to 'ip'\n`,
    );
    return parseIP(to) ? 2 : 1;
  }
  const source = sourceIn(netns, to) ?? '';
  if (familyOf({ ip: to }) === 6) {
    const metric = local ? 0 : found?.kernel ? 256 : 1024;
    const kernel = local || found?.kernel ? 'proto kernel ' : '';
    const table = local ? 'dev lo table local ' : `${found?.via ? `via ${found.via} ` : ''}dev ${found?.device} `;
    p.out(
      `${local ? 'local ' : ''}${to} from :: ${table}${full ? `${kernel}src ${source} metric ${metric} pref medium` : ` src ${source}  metric ${metric} `}\n`,
    );
    return 0;
  }
  const way = local ? `local ${to} dev lo ` : `${to}${found?.via ? ` via ${found.via}` : ''} dev ${found?.device} `;
  p.out(`${way}${full ? '' : ' '}src ${source} ${full ? 'uid 0 \n    cache ' : ''}${local && full ? '<local> ' : ''}\n`);
  return 0;
}

function neighbours(p: Process, netns: NetNamespace, o: Options, words: readonly string[]): number {
  const denied = changing(p, words);
  if (denied !== undefined) return denied;
  for (const n of netns.neighbours) {
    if (o.family !== undefined && familyOf(n) !== o.family) continue;
    const state = n.permanent ? 'PERMANENT' : 'REACHABLE';
    const known = `${n.ip} dev ${n.device} lladdr ${n.mac}${n.router ? ' router' : ''}`;
    p.out(isFull(p) ? `${known} ${state} \n` : `${known} ref 1 used 0/0/0 probes 0 ${state}\n`);
  }
  return 0;
}
