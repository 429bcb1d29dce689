// dig: asks a nameserver and shows all that it said. Mirrors bind9/bin/dig.
import { isIP } from 'node:net';
import type { Process, Program } from '../../process.js';
import type { DnsQuery, DnsReply } from '../../wire.js';
import { type How, type Lookup, lookupsOf } from './options.js';
import { shownFull, shownShort } from './print.js';

interface Release {
  readonly text: string;
  /** 9.18 and later tell each try that failed, and the protocol; 9.9 asks without cookies. */
  readonly modern: boolean;
  readonly bufferSize: number;
}

function releaseOf({ machine }: Process): Release {
  const { image } = machine.host;
  if (image.repository.includes('dnsutils')) return { text: '9.9.5-9+deb8u19-Debian', modern: false, bufferSize: 4096 };
  return { text: image.flavour === 'debian' ? '9.18.33-1~deb12u2-Debian' : '9.18.37', modern: true, bufferSize: 1232 };
}

export const dig: Program = (p) => {
  const release = releaseOf(p);
  const lookups = lookupsOf(p.argv);
  if ('text' in lookups) {
    if (lookups.text === 'version') p.err(`DiG ${release.text}\n`);
    else if (lookups.code === 0) p.out(lookups.text);
    else p.err(lookups.text);
    return lookups.code;
  }
  let code = 0;
  let greeting = `\n; <<>> DiG ${release.text} <<>> ${p.argv.slice(1).join(' ')}\n`;
  for (const lookup of lookups) {
    const done = run(p, lookup, release, greeting);
    if (done === 10) return 10;
    code = Math.max(code, done);
    greeting = '';
  }
  return code;
};

function run(p: Process, { name, type, class: ofClass, show, ask }: Lookup, release: Release, greeting: string): number {
  const { wire } = p.machine.host;
  const servers = ask.server === undefined ? wire.resolver().nameservers : addressesOf(p, ask.server);
  if (servers.length === 0) {
    p.err(ask.server === undefined ? 'dig: no servers found\n' : `dig: couldn't get address for '${ask.server}': not found\n`);
    return 10;
  }
  const found = ask.server === undefined || !show.cmd ? '' : `; (${servers.length} server${servers.length === 1 ? '' : 's'} found)\n`;
  const head = show.short || !show.cmd || greeting === '' ? '' : `${greeting}${found};; global options: +cmd\n`;
  const tcp = ask.tcp ?? type === 'ANY';
  const edns = ask.edns;
  const bufferSize = edns ? (ask.bufferSize ?? release.bufferSize) : undefined;
  for (const candidate of candidates(p, name, ask)) {
    const got = query(p, candidate, type, servers, ask, tcp, bufferSize, release);
    if (!got) {
      p.out(
        `${head}${release.modern ? ';; no servers could be reached\n' : ';; connection timed out; no servers could be reached\n'}${release.modern && !show.short ? '\n' : ''}`,
      );
      return 9;
    }
    // With +search the next domain is tried as long as there is no such name.
    if (got.reply.rcode === 'NXDOMAIN' && !candidate.last) continue;
    const protocol = release.modern ? ` (${got.tcp ? 'TCP' : 'UDP'})` : '';
    const shown = {
      name: candidate.name,
      type,
      class: ofClass,
      reply: got.reply,
      show,
      id: p.machine.host.pick(65_536),
      server: `${got.server}#${ask.port}(${ask.server ?? got.server})${protocol}`,
      when: new Date(p.machine.now),
      bufferSize,
      cookie: edns && ask.cookie && release.modern ? cookie(p) : undefined,
      warnsOfLocal: release.modern,
    };
    p.out(show.short ? shownShort(shown) : head + shownFull(shown));
    return 0;
  }
  return 0;
}

const cookie = (p: Process): string => Array.from({ length: 4 }, () => p.machine.host.pick(65_536).toString(16).padStart(4, '0')).join('');

const addressesOf = (p: Process, server: string): readonly string[] =>
  isIP(server) ? [server] : p.machine.ask(() => p.machine.host.wire.lookup(server)).addresses;

interface Candidate {
  readonly name: string;
  readonly last: boolean;
}

function candidates(p: Process, name: string, ask: How): Candidate[] {
  const { search, ndots } = p.machine.host.wire.resolver();
  const absolute = name.endsWith('.') || !ask.search;
  const searched = search.map((s) => `${name}.${s}`);
  const dots = name.split('.').length - 1;
  const names = absolute ? [name] : dots >= (ask.ndots ?? ndots) ? [name, ...searched] : [...searched, name];
  return names.map((n, i) => ({ name: n, last: i === names.length - 1 }));
}

interface Got {
  readonly reply: DnsReply;
  readonly server: string;
  readonly tcp: boolean;
}

/** Each server in turn, as often as it is told to try; undefined: none answered. */
function query(
  p: Process,
  { name }: Candidate,
  type: string,
  servers: readonly string[],
  ask: How,
  tcp: boolean,
  bufferSize: number | undefined,
  release: Release,
): Got | undefined {
  const put = (server: string, protocol: DnsQuery['protocol']): DnsReply =>
    p.machine.ask(() =>
      p.machine.host.wire.query(name, type, server, {
        protocol: protocol as 'UDP' | 'TCP',
        port: ask.port,
        ...(bufferSize !== undefined && { bufferSize }),
        recursion: ask.recursion,
        class: ask.class,
      }),
    );
  for (let i = 0; i < ask.tries; i++) {
    for (const server of servers) {
      const reply = put(server, tcp ? 'TCP' : 'UDP');
      if (reply.rcode === 'timeout' || reply.rcode === 'refused') {
        if (reply.rcode === 'timeout') p.machine.sleep(ask.seconds * 1000);
        if (release.modern)
          p.out(`;; communications error to ${server}#${ask.port}: ${reply.rcode === 'timeout' ? 'timed out' : 'connection refused'}\n`);
        continue;
      }
      if (reply.ms >= ask.seconds * 1000) {
        p.machine.sleep(ask.seconds * 1000);
        if (release.modern) p.out(`;; communications error to ${server}#${ask.port}: timed out\n`);
        continue;
      }
      p.machine.sleep(reply.ms);
      if (!reply.flags.includes('tc') || tcp || ask.ignoreTruncation) return { reply, server, tcp };
      p.out(';; Truncated, retrying in TCP mode.\n');
      return { reply: put(server, 'TCP'), server, tcp: true };
    }
  }
  return undefined;
}
