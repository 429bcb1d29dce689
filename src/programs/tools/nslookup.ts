// nslookup as BusyBox 1.29 and later and as BusyBox 1.28 print it; ISC's is in isc.ts.
import { joinHostPort } from '../../lib/ip.js';
import type { Process, Program } from '../process.js';
import { isBrought } from '../image.js';
import type { DnsRecord } from '../wire.js';
import { iscNslookup } from './isc.js';
import { addressOf, ask, isAddress, resolveName, recordText, reverseName } from './lookup.js';
import { refuse } from './arguments.js';

const types = new Set(['soa', 'ns', 'a', 'aaaa', 'cname', 'mx', 'txt', 'ptr', 'srv', 'any']);

export const nslookup: Program = (p) => {
  const { image } = p.machine.host;
  if (image.flavour === 'debian' || isBrought(image, 'nslookup')) return iscNslookup(p);
  const flags = p.argv.slice(1).filter((a) => a.startsWith('-'));
  const [name, server] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  const isOld = image.flavour === 'busybox' && /^(0|1\.(\d|1\d|2[0-8])(\.|$))/.test(image.version);
  let type: string | undefined;
  for (const flag of flags) {
    const given = /^-(?:t|ty|typ|type|q|qu|que|quer|query|querytype)=(.*)$/.exec(flag)?.[1];
    if (given === undefined || isOld) return refuse(p, flag);
    type = given.toLowerCase();
    if (!types.has(type)) {
      p.err(`nslookup: invalid query type "${given}"\n`);
      return 1;
    }
  }
  if (name === undefined) {
    p.err(
      `BusyBox v${image.version || '1.36.1'} multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n\nQUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any\n`,
    );
    return 1;
  }
  const address = server === undefined || isAddress(server) ? server : addressOf(p, server);
  if (server !== undefined && address === undefined) {
    p.err(`nslookup: bad address '${server}'\n`);
    return 1;
  }
  return isOld ? old(p, name, address) : current(p, name, type?.toUpperCase(), server, address);
};

/** Asks for A and AAAA, under each entry of the search list only when the name has no dot. */
function current(p: Process, name: string, type: string | undefined, server: string | undefined, address: string | undefined): number {
  const { search, nameservers } = p.machine.host.wire.resolver();
  const at = address ?? nameservers[0] ?? '';
  const bare = name.replace(/\.$/, '');
  const names = isAddress(name)
    ? [reverseName(name)]
    : name.includes('.') || search.length === 0
      ? [bare]
      : search.map((s) => `${name}.${s}`);
  const asked = isAddress(name) ? ['PTR'] : type ? [type] : ['A', 'AAAA'];
  const replies = asked.flatMap((t) => names.map((n) => ({ n, reply: ask(p, n, t, address) })));
  if (replies.some(({ reply }) => reply.rcode === 'timeout' || reply.rcode === 'refused')) {
    if (replies[0]?.reply.rcode === 'refused') p.err(`nslookup: write to '${server ?? at}': Connection refused\n`);
    else p.machine.sleep(5000);
    p.out(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  p.out(`Server:\t\t${server ?? at}\nAddress:\t${joinHostPort(at, 53)}\n\n`);
  for (const { n, reply } of replies) {
    if (reply.rcode !== 'NOERROR') p.out(`** server can't find ${n}: ${reply.rcode}\n`);
    else {
      if (!reply.flags.includes('aa') && reply.answer.length > 0) p.out('Non-authoritative answer:\n');
      for (const r of reply.answer) p.out(line(r));
    }
    p.out('\n');
  }
  return replies.some(({ reply }) => reply.rcode !== 'NOERROR') ? 1 : 0;
}

const line = (r: DnsRecord): string => recordText(r, r.data) ?? `${r.name}\t${r.type}\t${r.data}\n`;

/** 1.28: asks libc, and shows each address with its own name. */
function old(p: Process, name: string, server: string | undefined): number {
  const at = server ?? p.machine.host.wire.resolver().nameservers[0] ?? '';
  const nameOf = (ip: string): string => ask(p, reverseName(ip), 'PTR', server).answer.find((r) => r.type === 'PTR')?.data ?? '';
  const shown = (ips: readonly string[]): string => ips.map((ip, i) => `Address ${i + 1}: ${`${ip} ${nameOf(ip)}`.trim()}\n`).join('');
  p.out(`Server:    ${at}\n${shown([at])}\n`);
  const found = resolveName(p, name);
  if (found.addresses.length === 0) {
    p.err(`nslookup: can't resolve '${name}'\n`);
    return 1;
  }
  p.out(`Name:      ${name}\n${shown(found.addresses)}`);
  return 0;
}
