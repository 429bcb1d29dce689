// nslookup as BusyBox 1.29 and later, BusyBox 1.28, and ISC's print it; getent.
import { isIP } from 'node:net';
import type { Process, Program } from '../process.js';
import type { DnsReply } from '../wire.js';

const query = (p: Process, name: string, type: string, server: string | undefined): DnsReply =>
  p.machine.ask(() => p.machine.host.wire.query(name, type, server));

export const reverseName = (ip: string): string => `${ip.split('.').reverse().join('.')}.in-addr.arpa`;

export const nslookup: Program = (p) => {
  const type = p.argv
    .find((a) => /^-(type|q|query|querytype)=/.test(a))
    ?.split('=')[1]
    ?.toUpperCase();
  const [name, server] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  if (name === undefined) {
    p.err('Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n');
    return 1;
  }
  const address = server === undefined || isIP(server) ? server : p.machine.ask(() => p.machine.host.wire.lookup(server)).addresses[0];
  if (server !== undefined && address === undefined) {
    p.err(`nslookup: bad address '${server}'\n`);
    return 1;
  }
  const { image } = p.machine.host;
  if (image.flavour === 'debian' || image.programs.includes('dig')) return isc(p, name, type, address);
  return /^1\.(1|2[0-8])/.test(image.version) && image.flavour === 'busybox' ? old(p, name, address) : busybox(p, name, type, address);
};

function busybox(p: Process, name: string, type: string | undefined, server: string | undefined): number {
  const { search, nameservers } = p.machine.host.wire.resolver();
  const at = server ?? nameservers[0] ?? '';
  const isAddress = isIP(name) === 4;
  const names = isAddress
    ? [reverseName(name)]
    : name.includes('.')
      ? [name.replace(/\.$/, '')]
      : search.length > 0
        ? search.map((s) => `${name}.${s}`)
        : [name];
  const types = isAddress ? ['PTR'] : type ? [type] : ['A', 'AAAA'];
  const questions = types.flatMap((t) => names.map((n) => ({ n, t })));
  const replies = questions.map(({ n, t }) => ({ n, reply: query(p, n, t, server) }));
  if (replies.some(({ reply }) => reply.rcode === 'timeout' || reply.rcode === 'refused')) {
    if (replies[0]?.reply.rcode === 'refused') p.err(`nslookup: write to '${at}': Connection refused\n`);
    else p.machine.sleep(5000);
    p.out(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  p.out(`Server:\t\t${at}\nAddress:\t${at}:53\n\n`);
  for (const { n, reply } of replies) {
    if (reply.rcode !== 'NOERROR') p.out(`** server can't find ${n}: ${reply.rcode}\n`);
    for (const r of reply.answer) {
      if (r.type === 'A' || r.type === 'AAAA') p.out(`Name:\t${r.name}\nAddress: ${r.data}\n`);
      else if (r.type === 'CNAME') p.out(`${r.name}\tcanonical name = ${r.data}\n`);
      else if (r.type === 'PTR') p.out(`${r.name}\tname = ${r.data}\n`);
      else if (r.type === 'SRV') p.out(`${r.name}\tservice = ${r.data}\n`);
      else p.out(`${r.name}\t${r.type === 'TXT' ? 'text = ' : ''}${r.data}\n`);
    }
    p.out('\n');
  }
  return replies.some(({ reply }) => reply.rcode !== 'NOERROR') ? 1 : 0;
}

/** 1.28: asks libc, and shows each address with its own name. */
function old(p: Process, name: string, server: string | undefined): number {
  const at = server ?? p.machine.host.wire.resolver().nameservers[0] ?? '';
  const nameOf = (ip: string): string => query(p, reverseName(ip), 'PTR', server).answer[0]?.data ?? '';
  const shown = (ips: readonly string[]): string => ips.map((ip, i) => `Address ${i + 1}: ${`${ip} ${nameOf(ip)}`.trim()}\n`).join('');
  p.out(`Server:    ${at}\n${shown([at])}\n`);
  const found = p.machine.ask(() => p.machine.host.wire.lookup(name));
  if (found.addresses.length === 0) {
    if (found.error === 'again') p.machine.sleep(10_000);
    p.err(`nslookup: can't resolve '${name}'\n`);
    return 1;
  }
  p.out(`Name:      ${name}\n${shown(found.addresses)}`);
  return 0;
}

function isc(p: Process, name: string, type: string | undefined, server: string | undefined): number {
  const { search, nameservers, ndots } = p.machine.host.wire.resolver();
  const at = server ?? nameservers[0] ?? '';
  const isAddress = isIP(name) === 4;
  const searched = search.map((s) => `${name}.${s}`);
  const tries = isAddress
    ? [reverseName(name)]
    : name.endsWith('.')
      ? [name.slice(0, -1)]
      : name.split('.').length - 1 >= ndots
        ? [name, ...searched]
        : [...searched, name];
  const types = isAddress ? ['PTR'] : type ? [type] : ['A', 'AAAA'];
  for (const candidate of tries) {
    const replies = types.map((t) => query(p, candidate, t, server));
    if (replies[0]?.rcode === 'timeout' || replies[0]?.rcode === 'refused') {
      if (replies[0].rcode === 'timeout') p.machine.sleep(15_000);
      p.out(
        `;; ${replies[0].rcode === 'timeout' ? 'connection timed out; no servers could be reached' : `Connection to ${at}#53(${at}) for ${candidate} failed: connection refused.`}\n\n`,
      );
      return 1;
    }
    if (replies[0]?.rcode === 'NXDOMAIN') continue;
    p.out(`Server:\t\t${at}\nAddress:\t${at}#53\n\n`);
    const records = replies
      .flatMap((r) => r.answer)
      .filter((r, i, all) => all.findIndex((o) => o.type === r.type && o.data === r.data) === i);
    if (records.length === 0) p.out(`*** Can't find ${candidate}: No answer\n`);
    for (const r of records) {
      if (r.type === 'A' || r.type === 'AAAA') p.out(`Name:\t${r.name}\nAddress: ${r.data}\n`);
      else if (r.type === 'CNAME') p.out(`${r.name}\tcanonical name = ${r.data}.\n`);
      else if (r.type === 'PTR') p.out(`${r.name}\tname = ${r.data}.\n`);
      else if (r.type === 'SRV') p.out(`${r.name}\tservice = ${r.data}.\n`);
      else p.out(`${r.name}\t${r.data}\n`);
    }
    p.out('\n');
    return 0;
  }
  p.out(`Server:\t\t${at}\nAddress:\t${at}#53\n\n** server can't find ${isAddress ? reverseName(name) : name}: NXDOMAIN\n\n`);
  return 1;
}

export const getent: Program = (p) => {
  const [database, ...names] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') {
    p.err(`kubelab: getent ${database ?? ''} is not simulated\n`);
    return 127;
  }
  let code = 0;
  for (const name of names) {
    const found = p.machine.ask(() => p.machine.host.wire.lookup(name));
    if (found.addresses.length === 0) code = 2;
    if (database === 'hosts') for (const a of found.addresses) p.out(`${a.padEnd(15)} ${found.name}\n`);
    else for (const a of found.addresses) p.out(`${a.padEnd(15)} STREAM ${found.name}\n${a.padEnd(15)} DGRAM  \n${a.padEnd(15)} RAW    \n`);
  }
  return code;
};
