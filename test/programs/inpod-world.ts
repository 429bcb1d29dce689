// The small world in which the programs of fixtures/recorded/*.jsonl were run: a DNS server that answers as CoreDNS does, an HTTP server that
// calls itself nginx, addresses that refuse and addresses that say nothing.
import { FileSystem, Tree } from '../../src/programs/files.js';
import type { Image } from '../../src/programs/image.js';
import { start } from '../../src/programs/index.js';
import { Exited, type Host, Machine, Stopped } from '../../src/programs/process.js';
import {
  type DnsRecord,
  type DnsReply,
  dnsReply,
  type Exchange,
  type HttpRequest,
  type OpenSocket,
  type Wire,
} from '../../src/programs/wire.js';
import { podNamespace } from '../../src/network/interfaces/index.js';
import type { Node } from '../../src/model/generated/api.js';

const zone = 'cluster.local';
const search = [`default.svc.${zone}`, `svc.${zone}`, zone];
const service = (name: string): string => `${name}.default.svc.${zone}`;

const addresses: Record<string, string[]> = {
  [service('web')]: ['10.96.171.5'],
  [service('nopods')]: ['10.96.171.6'],
  [service('blocked')]: ['10.97.0.7'],
  [service('kubernetes')]: ['10.96.0.1'],
  [service('nginx')]: ['10.244.1.6', '10.244.2.6'],
  [service('dual')]: ['10.96.171.8', 'fd00::8'],
  'db.example.com': ['192.0.2.10'],
};
const aliases: Record<string, string> = { [service('ext')]: 'db.example.com', [service('lost')]: 'nowhere.example.com' };
const pointers: Record<string, string> = {
  '5.171.96.10.in-addr.arpa': service('web'),
  '6.1.244.10.in-addr.arpa': `10-244-1-6.${service('nginx')}`,
  '1.0.96.10.in-addr.arpa': service('kubernetes'),
};

function query(name: string, type: string, server?: string): DnsReply {
  if (server === '10.97.0.9' || server === '10.96.0.1') return dnsReply('timeout');
  if (server === '10.96.171.6') return dnsReply('refused');
  const own = (r: DnsReply): DnsReply => ({ ...r, flags: ['aa', 'rd'] });
  const record = (t: string, data: string, owner = name): DnsRecord => ({ name: owner, type: t, ttl: 30, data });
  if (name.startsWith('servfail.')) return dnsReply('SERVFAIL');
  if (name.startsWith('refuse.')) return dnsReply('REFUSED');
  const found = (answer: DnsRecord[]): DnsReply => own(dnsReply('NOERROR', answer));
  if (name === zone) return found([]);
  if (name === `dns-version.${zone}`) return found(type === 'TXT' ? [record('TXT', '"1.1.0"')] : []);
  if (pointers[name]) return found(type === 'PTR' ? [record('PTR', pointers[name] as string)] : []);
  if (name === `_http._tcp.${service('web')}`) return found(type === 'SRV' ? [record('SRV', `0 100 80 ${service('web')}`)] : []);
  const alias = aliases[name];
  const owner = alias ?? name;
  const ips = addresses[owner];
  if (!ips) return { ...own(dnsReply('NXDOMAIN')), answer: [] };
  const kind = (ip: string): string => (ip.includes(':') ? 'AAAA' : 'A');
  const hits = ips.filter((ip) => kind(ip) === type || (type === 'ANY' && !ip.includes(':')));
  return found([...(alias ? [record('CNAME', alias)] : []), ...hits.map((ip) => record(kind(ip), ip, owner))]);
}

const page = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body><h1>Welcome to nginx!</h1></body>
</html>
`;
const missing = (lines: string): string =>
  `<html>${lines}<head><title>404 Not Found</title></head>${lines}<body>${lines}<center><h1>404 Not Found</h1></center>${lines}<hr><center>nginx/1.27.0</center>${lines}</body>${lines}</html>${lines}`;

/** The HTTP server; `crlf` as nginx, whose error pages have carriage returns (the recording that counts them lost the characters). */
function serve(request: HttpRequest, crlf: boolean): Exchange {
  const path = request.path.split('?')[0];
  const answer = (status: number, reason: string, body: string, extra: [string, string][] = [], type = 'text/html'): Exchange => ({
    outcome: 'ok',
    reply: {
      status,
      reason,
      headers: [
        ['Server', 'nginx/1.27.0'],
        ['Date', 'Sat, 21 Nov 2026 01:57:00 GMT'],
        ['Content-Type', type],
        ['Content-Length', String(crlf && status === 404 ? 153 : Buffer.byteLength(body))],
        ...extra,
      ],
      body,
    },
  });
  switch (path) {
    case '/':
      return answer(200, 'OK', page);
    case '/echo': {
      const lines = request.headers.map(([k, v]) => (v === '' ? `${k}:\n` : `${k}: ${v}\n`)).join('');
      return answer(
        200,
        'OK',
        `${request.method} ${request.path} HTTP/${request.http ?? '1.1'}\nHost: ${request.host}\n${lines}\n${request.body}`,
        [],
        'text/plain',
      );
    }
    case '/move':
      return answer(301, 'Moved Permanently', 'moved\n', [['Location', 'http://web/']]);
    case '/rel':
      return answer(302, 'Found', '', [['Location', '/echo']]);
    case '/loop':
      return answer(302, 'Found', '', [['Location', '/loop']]);
    case '/503':
      return answer(503, 'Service Temporarily Unavailable', 'busy\n');
    case '/drop':
      return { outcome: 'ok' };
    case '/reset':
      return { outcome: 'reset' };
    case '/slow':
      return { outcome: 'ok', silent: true };
    default:
      return answer(404, 'Not Found', missing('\n'));
  }
}

function connect(ip: string, port: number, protocol: string, request: HttpRequest | undefined, crlf: boolean): Exchange {
  if (['10.97.0.7', '10.97.0.9', '10.244.2.6'].includes(ip)) return { outcome: protocol === 'UDP' ? 'timeout' : 'timeout' };
  if (ip === '10.99.0.1') return { outcome: 'unreachable' };
  if (ip !== '10.96.171.5' && ip !== '10.96.171.8') return { outcome: 'refused' };
  if (protocol === 'UDP') return { outcome: port === 5353 ? 'ok' : 'refused' };
  if (port === 6379) return { outcome: 'ok', raw: "-ERR wrong number of arguments for 'get' command\r\n" };
  if (port === 9000) return { outcome: 'ok', silent: true };
  if (port !== 80 && port !== 8080) return { outcome: 'refused' };
  if (!request || request.tls) return { outcome: 'ok' };
  return serve(request, crlf);
}

const node = { metadata: { name: 'node01' }, spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } } as unknown as Node;

/** What listens in the Pod where ss and netstat were run. */
const sockets: OpenSocket[] = [
  { protocol: 'TCP', address: '127.0.0.1', dual: false, port: 9, process: { name: 'node', pid: 1 } },
  { protocol: 'TCP', address: '0.0.0.0', dual: false, port: 81, process: { name: 'node', pid: 1 } },
  { protocol: 'TCP', address: '::', dual: true, port: 80, process: { name: 'node', pid: 1 } },
  { protocol: 'TCP', address: '::', dual: false, port: 82, process: { name: 'node', pid: 1 } },
  { protocol: 'UDP', address: '0.0.0.0', dual: false, port: 53, process: { name: 'node', pid: 1 } },
];

export const wireOf = (crlf: boolean): Wire => ({
  ip: '10.244.1.5',
  query,
  resolver: () => ({ nameservers: ['10.96.0.10'], search, ndots: 5 }),
  lookup: (name, all = false) => {
    if (/^[\d.]+$/.test(name) || name.includes(':')) return { name, addresses: [name] };
    if (name === 'localhost') return { name, addresses: ['127.0.0.1'] };
    const asked = name.endsWith('.') ? [name.slice(0, -1)] : [...search.map((s) => `${name}.${s}`), name];
    const full = asked.map((n) => n.toLowerCase()).find((n) => addresses[aliases[n] ?? n]);
    const owner = full && (aliases[full] ?? full);
    return owner
      ? { name: full as string, addresses: (addresses[owner] as string[]).filter((a) => all || !a.includes(':')) }
      : { name, addresses: [], error: 'unknown' };
  },
  connect: (ip, port, protocol, request) => connect(ip, port, protocol, request, crlf),
  ping: (ip) => (ip === '10.99.0.1' || ip === '10.96.171.7' ? 'unreachable' : ip.startsWith('10.97.') ? 'timeout' : 'ok'),
  netns: () => podNamespace({ podCIDRs: ['10.244.0.0/16'] }, ['10.244.1.5'], node),
  sockets: () => sockets,
});

export interface Result {
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Simulated milliseconds. */
  readonly ms: number;
}

/** Runs a command line as `sh -c` would, in a container of the image. */
export function run(image: Partial<Image>, command: string, wire: Wire = wireOf(false), shell = 'sh'): Result {
  const whole = {
    entrypoint: [],
    cmd: [],
    programs: [],
    env: {},
    workdir: '/',
    uid: 0,
    size: 0,
    files: {},
    version: '',
    ...image,
  } as unknown as Image;
  const root = new Tree('', false, {
    '/etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n10.244.1.5\tclient\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/etc/hostname': 'vm\n',
    ...image.files,
  });
  for (const dir of ['/work', '/tmp']) root.makeDirs(dir);
  const host: Host = {
    hostname: 'vm',
    image: whole,
    uid: 0,
    gid: 0,
    files: new FileSystem(root, []),
    wire,
    init: ['sh'],
    startedAt: 0,
    mounts: [],
    declaredPorts: [],
    pick: () => 0,
  };
  const begun = Date.UTC(2026, 10, 21, 1, 57, 0);
  const machine = new Machine(host, begun, {
    until: Number.POSITIVE_INFINITY,
    present: Number.POSITIVE_INFINITY,
    lookAhead: false,
    budget: 10_000,
  });
  let exit: number | string;
  try {
    exit = start(machine, [shell, '-c', command], new Map([['HOME', '/root']]), '/work', { main: false, stdin: '', tty: false });
  } catch (e) {
    if (e instanceof Exited) exit = e.code;
    else if (e instanceof Stopped) exit = e.why;
    else throw e;
  }
  const text = (stream: string): string =>
    machine.output
      .filter((o) => o.stream === stream)
      .map((o) => o.text)
      .join('');
  return { exit, stdout: text('stdout'), stderr: text('stderr'), ms: machine.now - begun };
}
