// nslookup and host of ISC BIND. Versions from 9.18 on remark each time that the server offers no recursion, and word lost questions anew.
import { isInstalled } from '../image.js';
import type { Process, Program } from '../process.js';
import type { DnsRecord, DnsReply } from '../wire.js';
import { addressOf, ask, isAddress, recordText, reverseName, withDot } from './lookup.js';
import { flags, refuse } from './arguments.js';

const isOld = (p: Process): boolean => isInstalled(p.machine.host.image, 'old-bind-tools');
const lost = (r: DnsReply): boolean => r.rcode === 'timeout' || r.rcode === 'refused';

/** Names to ask for, in order: the search list comes first for names with fewer dots than ndots. */
function tries(p: Process, name: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const { search, ndots } = p.machine.host.wire.resolver();
  const searched = search.map((s) => `${name}.${s}`);
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

/** What is said of a server that did not answer; each try takes its time. */
function unreached(p: Process, reply: DnsReply, at: string, name: string, seconds: number, attempts: number): string {
  const timedOut = reply.rcode === 'timeout';
  if (timedOut) p.machine.sleep(seconds * 1000 * attempts);
  if (isOld(p)) return ';; connection timed out; no servers could be reached\n\n';
  const why = `;; communications error to ${at}#53: ${timedOut ? 'timed out' : 'connection refused'}\n`;
  return `${why.repeat(attempts)};; no servers could be reached\n`;
}

export const iscNslookup: Program = (p) => {
  let type: string | undefined;
  let seconds = 5;
  for (const flag of p.argv.slice(1).filter((a) => a.startsWith('-'))) {
    const [, key = '', value = ''] = /^-([a-z]+)=(.*)$/.exec(flag) ?? [];
    if (['type', 'ty', 'q', 'qu', 'query', 'querytype'].includes(key)) type = value.toUpperCase();
    else if (key === 'timeout') seconds = Number(value);
    else return refuse(p, flag);
  }
  const [name, server] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  // Without a name it asks for commands on standard input.
  if (name === undefined) return p.stdin.trim() === '' ? 1 : refuse(p, 'with commands on standard input');
  const address = server === undefined || isAddress(server) ? server : addressOf(p, server);
  if (server !== undefined && address === undefined) {
    p.err(`nslookup: couldn't get address for '${server}': not found\n`);
    return 1;
  }
  const at = address ?? p.machine.host.wire.resolver().nameservers[0] ?? '';
  const reverse = isAddress(name);
  const asked = reverse ? 'PTR' : (type ?? 'A');
  const remark = (r: DnsReply): void => {
    if (!isOld(p) && server === undefined && r.rcode !== 'SERVFAIL' && !r.flags.includes('ra'))
      p.out(`;; Got recursion not available from ${at}\n`);
  };
  const title = (): void => p.out(`Server:\t\t${server ?? at}\nAddress:\t${at}#53\n\n`);
  let last: { candidate: string; reply: DnsReply } | undefined;
  for (const candidate of reverse ? [reverseName(name)] : tries(p, name)) {
    const reply = ask(p, candidate, asked, address);
    if (lost(reply)) {
      p.out(unreached(p, reply, at, name, seconds, 3));
      p.out(isOld(p) ? '' : '\n');
      return 1;
    }
    last = { candidate, reply };
    remark(reply);
    if (reply.rcode !== 'NXDOMAIN') break;
  }
  if (!last) return 1;
  const { candidate, reply } = last;
  if (reply.rcode !== 'NOERROR') {
    if (reply.rcode === 'SERVFAIL' && !isOld(p)) p.out(`;; Got SERVFAIL reply from ${at}\n`);
    if (!reverse || isOld(p)) title();
    const shown = reverse ? candidate : reply.rcode === 'NXDOMAIN' ? name : candidate;
    p.out(`** server can't find ${isOld(p) && reverse ? `${shown}.` : shown}: ${reply.rcode}\n\n`);
    return 1;
  }
  if (!reverse || isOld(p)) title();
  if (reply.answer.length > 0 && !reply.flags.includes('aa')) p.out('Non-authoritative answer:\n');
  const shown = new Set<string>();
  const print = (records: readonly DnsRecord[]): void => {
    for (const r of records) {
      const text = nslookupLine(r);
      if (!shown.has(text)) p.out(text);
      shown.add(text);
    }
  };
  print(reply.answer);
  if (reply.answer.length > 0 && !reply.flags.includes('aa') && (type !== undefined || reverse))
    p.out('\nAuthoritative answers can be found from:\n');
  const second = !reverse && type === undefined && !isOld(p) ? ask(p, candidate, 'AAAA', address) : undefined;
  if (second && !lost(second)) {
    remark(second);
    print(second.answer);
  }
  if (shown.size === 0) p.out(`*** Can't find ${name}: No answer\n`);
  p.out('\n');
  return 0;
};

const nslookupLine = (r: DnsRecord): string => recordText(r, withDot(r)) ?? `${r.name}\trdata_${r.type} = ${r.data}\n`;

const words: Readonly<Record<string, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  MX: 'mail is handled by',
  NS: 'name server',
  PTR: 'domain name pointer',
  SOA: 'has SOA record',
  SRV: 'has SRV record',
  TXT: 'descriptive text',
};

const codes: Readonly<Record<string, number>> = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };

export const host: Program = (p) => {
  const f = flags(p.argv, '46t:W:R:rsUTw');
  if (f.unknown) return refuse(p, f.unknown);
  const [name, server] = f.rest;
  if (name === undefined) {
    p.err(
      'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n',
    );
    return 1;
  }
  const address = server === undefined || isAddress(server) ? server : addressOf(p, server);
  if (server !== undefined && address === undefined) {
    p.err(`host: couldn't get address for '${server}': not found\n`);
    return 1;
  }
  const at = address ?? p.machine.host.wire.resolver().nameservers[0] ?? '';
  const type = f.value('t')?.toUpperCase();
  const reverse = isAddress(name) && (type === undefined || type === 'PTR');
  let last: { candidate: string; reply: DnsReply } | undefined;
  for (const candidate of reverse ? [reverseName(name)] : tries(p, name)) {
    const reply = ask(p, candidate, reverse ? 'PTR' : (type ?? 'A'), address);
    if (lost(reply)) {
      p.out(unreached(p, reply, at, name, Number(f.value('W') ?? 5), 2));
      return 1;
    }
    last = { candidate, reply };
    if (reply.rcode !== 'NXDOMAIN') break;
  }
  if (!last) return 1;
  if (server !== undefined) p.out(`Using domain server:\nName: ${server}\nAddress: ${at}#53\nAliases: \n\n`);
  const { candidate, reply } = last;
  if (reply.rcode !== 'NOERROR') {
    const shown = reverse ? `${candidate}.` : reply.rcode === 'NXDOMAIN' ? name : candidate;
    p.out(`Host ${shown} not found: ${codes[reply.rcode] ?? 2}(${reply.rcode})\n`);
    return 1;
  }
  const say = (records: readonly DnsRecord[]): void => {
    for (const r of records) p.out(`${r.name} ${words[r.type] ?? `has ${r.type} record`} ${withDot(r)}\n`);
  };
  say(reply.answer);
  if (type !== undefined && reply.answer.length === 0) p.out(`${candidate} has no ${type} record\n`);
  // Addresses of both families and mail exchangers, of the name that an alias led to.
  if (!reverse && type === undefined) {
    const owner = reply.answer.filter((r) => r.type === 'CNAME').at(-1)?.data ?? candidate;
    for (const t of ['AAAA', 'MX']) say(ask(p, owner, t, address).answer.filter((r) => r.type === t));
  }
  return 0;
};
