// nc as BusyBox (small, and its netcat-1.10 flags) and as OpenBSD print it, and telnet.
import { joinHostPort } from '../../lib/ip.js';
import { isInstalled } from '../image.js';
import type { Process, Program } from '../process.js';
import { type Exchange, headerOf, type HttpRequest } from '../wire.js';
import { flags, isBusybox, type Parsed, refuse } from './arguments.js';
import { familyGiven, isAddress, resolveName } from './lookup.js';

/** /etc/services, as far as messages name ports. */
const services: Readonly<Record<number, string>> = {
  21: 'ftp',
  22: 'ssh',
  23: 'telnet',
  25: 'smtp',
  53: 'domain',
  80: 'http',
  123: 'ntp',
  443: 'https',
  3306: 'mysql',
  5353: 'mdns',
  5432: 'postgresql',
  5672: 'amqp',
  6379: 'redis',
  6443: '*',
  8080: 'http-alt',
  11211: '*',
  27017: '*',
};

const portOf = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : Number(Object.entries(services).find(([, n]) => n === text)?.[0] ?? Number.NaN);

/** The bytes that somebody sends, when they are an HTTP request. */
function asHttp(text: string, host: string): HttpRequest | undefined {
  const first = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(text);
  if (!first) return undefined;
  const [head = '', body = ''] = text.split(/\r?\n\r?\n/);
  const headers = head
    .split(/\r?\n/)
    .slice(1)
    .filter((l) => l.includes(':'))
    .map((l): [string, string] => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 1).trim()]);
  return {
    method: first[1] as string,
    path: first[2] as string,
    host: headerOf(headers, 'host') ?? host,
    headers: headers.filter(([k]) => k.toLowerCase() !== 'host'),
    body,
  };
}

/** What comes back, as it stands on the line. */
function received(got: Exchange): string {
  if (!got.reply) return got.raw ?? '';
  const { status, reason, headers, body } = got.reply;
  return `HTTP/1.1 ${status} ${reason}\r\n${headers.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`;
}

function exchange(p: Process, host: string, ip: string, port: number, protocol: 'TCP' | 'UDP', text: string): Exchange {
  const request = asHttp(text, host);
  return p.machine.ask(() => p.machine.host.wire.connect(ip, port, protocol, request));
}

export const nc: Program = (p) => {
  const openbsd = !isBusybox(p) || isInstalled(p.machine.host.image, 'netcat-openbsd');
  const f = flags(p.argv, openbsd ? '46lzvunkw:p:s:q:i:Nd' : 'lzvunkw:p:e:s:i:');
  if (f.unknown) return refuse(p, f.unknown);
  if (f.has('l')) return listen(p, f, openbsd);
  const [name, portText] = f.rest;
  if (name === undefined || (portText === undefined && openbsd)) {
    p.err(
      openbsd
        ? name === undefined
          ? 'usage: nc [-46CDdFhklNnrStUuvZz] [destination] [port]\n'
          : 'nc: missing port number\n'
        : 'Usage: nc [OPTIONS] HOST PORT\n',
    );
    return 1;
  }
  const found = f.has('n') && !isAddress(name) ? undefined : resolveName(p, name, { family: familyGiven(f) });
  const ip = found?.addresses[0];
  if (ip === undefined) {
    const why = found?.error === 'again' ? 'Temporary failure in name resolution' : 'Name or service not known';
    p.err(openbsd ? `nc: getaddrinfo for host "${name}" port ${portText}: ${why}\n` : `nc: bad address '${name}'\n`);
    return 1;
  }
  const range = /^(\d+)-(\d+)$/.exec(portText ?? '');
  const ports = range
    ? Array.from({ length: Math.min(1000, Number(range[2]) - Number(range[1]) + 1) }, (_, i) => Number(range[1]) + i)
    : [portText === undefined ? 0 : portOf(portText)];
  if (ports.some((n) => Number.isNaN(n))) {
    p.err(openbsd ? `nc: service "${portText}" unknown\n` : `nc: bad port '${portText}'\n`);
    return 1;
  }
  const target = { name, ip, verbose: (p.argv.join(' ').match(/(?<= -\w*)v/g) ?? []).length };
  // The last one tells, or with OpenBSD, which tries all addresses, any that was reached.
  if (!openbsd) return ports.map((port) => ofBusybox(p, f, target, port)).at(-1) as number;
  const isReached = (port: number): boolean => found?.addresses.some((one) => ofOpenbsd(p, f, { ...target, ip: one }, port) === 0) === true;
  return ports.map(isReached).includes(true) ? 0 : 1;
};

function listen(p: Process, f: Parsed, openbsd: boolean): number {
  const port = Number(f.value('p') ?? f.rest.at(-1));
  if (!Number.isInteger(port) || port < 1) {
    p.err(openbsd ? 'nc: missing port number\n' : 'Usage: nc [OPTIONS] -l -p PORT [-e PROG]\n');
    return 1;
  }
  p.machine.sockets.push({ protocol: f.has('u') ? 'UDP' : 'TCP', port, server: 'nc', argv: [...p.argv] });
  if (f.has('v')) p.err(openbsd ? `Listening on 0.0.0.0 ${port}\n` : `listening on [::]:${port} ...\n`);
  return p.machine.forever();
}

interface Target {
  readonly name: string;
  readonly ip: string;
  readonly verbose: number;
}

const wait = (f: Parsed): number => Number(f.value('w') ?? 127) * 1000;
const noRoute = 'No route to host';

function ofBusybox(p: Process, f: Parsed, { name, ip, verbose }: Target, port: number): number {
  const got = exchange(p, name, ip, port, f.has('u') ? 'UDP' : 'TCP', f.has('z') ? '' : p.stdin);
  // The build that knows -z and -v keeps failures to itself unless it is asked.
  const talkative = f.has('z') || verbose > 0;
  const failed = (why: string, plain: string): number => {
    if (!talkative) p.err(plain);
    else if (verbose > 1 || (verbose > 0 && why !== 'Connection refused')) p.err(`nc: ${name} (${joinHostPort(ip, port)}): ${why}\n`);
    return 1;
  };
  if (got.outcome === 'timeout') {
    p.machine.sleep(wait(f));
    return f.has('w') || talkative
      ? failed('Connection timed out', 'nc: timed out\n')
      : failed('', `nc: can't connect to remote host (${ip}): Connection timed out\n`);
  }
  if (got.outcome !== 'ok') {
    const why = got.outcome === 'unreachable' ? noRoute : 'Connection refused';
    return failed(why, `nc: can't connect to remote host (${ip}): ${why}\n`);
  }
  if (verbose > 0) p.err(`${name} (${joinHostPort(ip, port)}) open\n`);
  if (!f.has('z')) p.out(received(got));
  return 0;
}

function ofOpenbsd(p: Process, f: Parsed, { name, ip, verbose }: Target, port: number): number {
  const protocol = f.has('u') ? 'UDP' : 'TCP';
  const word = protocol.toLowerCase();
  const shown = isAddress(name) ? name : `${name} (${ip})`;
  const got = exchange(p, name, ip, port, protocol, f.has('z') ? '' : p.stdin);
  const failed = (why: string): number => {
    if (verbose > 0) p.err(`nc: connect to ${shown} port ${port} (${word}) ${why}\n`);
    return 1;
  };
  if (protocol === 'UDP') {
    // Datagrams that nobody refuses count as arrived.
    if (got.outcome !== 'ok' && got.outcome !== 'timeout') return 1;
    if (f.has('z')) p.machine.sleep(Math.min(3000, wait(f)));
  } else if (got.outcome === 'timeout') {
    p.machine.sleep(wait(f));
    return failed(f.has('w') ? 'timed out: Operation now in progress' : 'failed: Connection timed out');
  } else if (got.outcome !== 'ok') return failed(`failed: ${got.outcome === 'unreachable' ? noRoute : 'Connection refused'}`);
  if (verbose > 0) p.err(`Connection to ${shown} ${port} port [${word}/${services[port] ?? '*'}] succeeded!\n`);
  if (f.has('z')) return 0;
  p.out(received(got));
  if (!got.reply && !got.raw && protocol === 'TCP' && f.has('w')) p.machine.sleep(wait(f));
  return 0;
}

export const telnet: Program = (p) => {
  const busy = isBusybox(p) && !isInstalled(p.machine.host.image, 'inetutils-telnet');
  const [name, portText] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  if (name === undefined) return refuse(p, 'without a host');
  const port = portOf(portText ?? '23');
  const found = resolveName(p, name);
  const ip = found.addresses[0];
  if (ip === undefined) {
    if (busy) p.err(`telnet: bad address '${name}'\n`);
    else p.out(`Server lookup failure:  ${name}:${portText ?? 'telnet'}, Name or service not known\n`);
    return 1;
  }
  if (!busy) p.out(`Trying ${ip}...\n`);
  const got = exchange(p, name, ip, port, 'TCP', p.stdin);
  if (got.outcome === 'ok') {
    p.out(busy ? `Connected to ${name}\n` : `Connected to ${name}.\nEscape character is '^]'.\n`);
    p.out(received(got).replaceAll('\r\n', '\n'));
    if (!busy) p.err('Connection closed by foreign host.\n');
    return 0;
  }
  if (got.outcome === 'timeout') p.machine.sleep(127_000);
  const why = got.outcome === 'timeout' ? 'Connection timed out' : got.outcome === 'unreachable' ? noRoute : 'Connection refused';
  p.err(busy ? `telnet: can't connect to remote host (${ip}): ${why}\n` : `telnet: Unable to connect to remote host: ${why}\n`);
  return 1;
};
