// What the real programs printed (fixtures/recorded/inpod_outputs.jsonl: BusyBox, curl 7.88.1, GNU wget against a small DNS and HTTP server), byte for byte.
// Times, dates and speeds are chance and hidden on both sides.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FileSystem, Tree } from '../../src/programs/files.js';
import type { Image } from '../../src/programs/image.js';
import { start } from '../../src/programs/index.js';
import { Exited, type Host, Machine } from '../../src/programs/process.js';
import { type DnsRecord, type DnsReply, dnsReply, type Exchange, type Wire } from '../../src/programs/wire.js';

interface Recorded {
  program: string;
  command: string;
  exit: number;
  stdout: string;
  stderr: string;
}

const file = resolve(dirname(fileURLToPath(import.meta.url)), '../../fixtures/recorded/inpod_outputs.jsonl');
const recorded = readFileSync(file, 'utf8')
  .split('\n')
  .filter((l) => l !== '')
  .map((l) => JSON.parse(l) as Recorded)
  // Usage texts, and options that only the Debian builds of BusyBox lack.
  .filter((r) => !r.stderr.includes('multi-call binary'));

const zone = 'cluster.local';
const search = [`default.svc.${zone}`, `svc.${zone}`, zone];
const addresses: Record<string, string[]> = {
  [`web.default.svc.${zone}`]: ['10.96.171.5'],
  [`nopods.default.svc.${zone}`]: ['10.96.171.6'],
  [`blocked.default.svc.${zone}`]: ['10.97.0.7'],
  [`kubernetes.default.svc.${zone}`]: ['10.96.0.1'],
  [`nginx.default.svc.${zone}`]: ['10.244.1.6', '10.244.2.6'],
  'db.example.com': ['192.0.2.10'],
};

function query(name: string, type: string, server?: string): DnsReply {
  if (server === '10.97.0.9') return dnsReply('timeout');
  const found = (answer: DnsRecord[]): DnsReply => dnsReply('NOERROR', answer);
  const record = (type: DnsRecord['type'], data: string, owner = name): DnsRecord => ({ name: owner, type, ttl: 30, data });
  if (name === '5.171.96.10.in-addr.arpa') return found([record('PTR', `web.default.svc.${zone}`)]);
  if (name === `_http._tcp.web.default.svc.${zone}`) return found([record('SRV', `0 100 80 web.default.svc.${zone}`)]);
  if (name === `ext.default.svc.${zone}`)
    return found([record('CNAME', 'db.example.com'), ...(type === 'A' ? [record('A', '192.0.2.10', 'db.example.com')] : [])]);
  const ips = addresses[name];
  if (!ips) return dnsReply('NXDOMAIN');
  return found(type === 'A' ? ips.map((ip) => record('A', ip)) : []);
}

const page = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body><h1>Welcome to nginx!</h1></body>
</html>
`;
const missing =
  '<html>\n<head><title>404 Not Found</title></head>\n<body>\n<center><h1>404 Not Found</h1></center>\n<hr><center>nginx/1.27.0</center>\n</body>\n</html>\n';

function connect(ip: string, path: string): Exchange {
  if (ip === '10.96.171.6') return { outcome: 'refused' };
  if (ip !== '10.96.171.5') return { outcome: 'timeout' };
  const ok = path === '/';
  const body = ok ? page : missing;
  const headers: [string, string][] = [
    ['Server', 'nginx/1.27.0'],
    ['Date', 'Sat, 21 Nov 2026 01:57:00 GMT'],
    ['Content-Type', 'text/html'],
    ['Content-Length', ok ? '119' : '153'],
  ];
  return { outcome: 'ok', reply: { status: ok ? 200 : 404, reason: ok ? 'OK' : 'Not Found', headers, body } };
}

const wire: Wire = {
  ip: '10.244.1.5',
  query,
  resolver: () => ({ nameservers: ['10.96.0.10'], search, ndots: 5 }),
  lookup: (name) => {
    if (/^[\d.]+$/.test(name)) return { name, addresses: [name] };
    const full = [...search.map((s) => `${name}.${s}`), name].find((n) => addresses[n]);
    return full ? { name: full, addresses: addresses[full] as string[] } : { name, addresses: [], error: 'unknown' };
  },
  connect: (ip, _port, _protocol, request) => {
    const { reply, ...rest } = connect(ip, request?.path ?? '/');
    return { ...rest, ...(request && reply && { reply }) };
  },
  ping: () => 'ok',
  netns: () => ({ links: [], routes: [], neighbours: [] }),
  sockets: () => [],
};

const images: Record<string, Partial<Image>> = {
  BusyBox: { repository: 'docker.io/library/busybox', flavour: 'busybox' },
  curl: { repository: 'docker.io/curlimages/curl', flavour: 'busybox', programs: ['curl'] },
  GNU: { repository: 'docker.io/library/debian', flavour: 'debian', programs: ['wget'] },
};

function run({ program, command }: Recorded): { exit: number; stdout: string; stderr: string } {
  const [name = ''] = program.split(' ');
  const version = program.split(' ').at(-1) ?? '';
  const image = {
    entrypoint: [],
    cmd: [],
    programs: [],
    env: {},
    workdir: '/',
    uid: 0,
    size: 0,
    files: {},
    ...images[name],
    version,
  } as unknown as Image;
  const files = new FileSystem(new Tree('', false), []);
  const host: Host = { hostname: 'c', image, uid: 0, gid: 0, files, wire, init: ['sh'], startedAt: 0, declaredPorts: [], pick: () => 0 };
  const machine = new Machine(host, Date.UTC(2026, 10, 21, 1, 57, 0), {
    until: Number.POSITIVE_INFINITY,
    present: Number.POSITIVE_INFINITY,
    lookAhead: false,
    budget: 10_000,
  });
  let exit: number;
  try {
    exit = start(machine, ['sh', '-c', command], new Map(), '/', { main: false, stdin: '', tty: false });
  } catch (e) {
    if (!(e instanceof Exited)) throw e;
    exit = e.code;
  }
  const text = (stream: string): string =>
    machine.output
      .filter((o) => o.stream === stream)
      .map((o) => o.text)
      .join('');
  return { exit, stdout: text('stdout'), stderr: text('stderr') };
}

/** Dates, durations and speeds. */
const plain = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE')
    .replace(/Date: .* GMT/g, 'Date: DATE')
    .replace(/\d+\.\d+ ms|= [\d./]+ ms/g, 'MS')
    .replace(/ +\d+k( +0 --:--:-- --:--:-- --:--:-- ) *\d+k/g, ' SPEED$1SPEED')
    .replace(/[\d.]+M=0s|\([\d.]+ MB\/s\)/g, 'SPEED');

describe('in-Pod programs print as the real ones', () => {
  test.each(recorded.map((r): [string, Recorded] => [`${r.program}: ${r.command}`, r]))('%s', (_, r) => {
    const got = run(r);
    // The recording lost the carriage returns of standard output.
    expect({ exit: got.exit, stdout: plain(got.stdout.replaceAll('\r', '')), stderr: plain(got.stderr) }).toEqual({
      exit: r.exit,
      stdout: plain(r.stdout),
      stderr: plain(r.stderr),
    });
  });
});
