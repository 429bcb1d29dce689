// ss (iproute2) and netstat (net-tools, BusyBox): the sockets that processes listen on here. Established connections there are none:
// each exchange is over when a command sees it.
import type { Process, Program } from '../process.js';
import type { OpenSocket } from '../wire.js';
import { flags, refuse } from './arguments.js';
import { isApplet, routeTable } from './ifconfig.js';

/** /etc/services, as far as Pods listen there. */
const serviceNames: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
};

/** Those of the Pod's processes, and those that the same command has opened. */
function socketsHere(p: Process): readonly OpenSocket[] {
  const known = p.machine.host.wire.sockets();
  const fresh = p.machine.sockets
    .filter((s) => !known.some((k) => k.port === s.port && k.protocol === s.protocol))
    .map(
      (s): OpenSocket => ({
        protocol: s.protocol,
        address: s.loopback ? '127.0.0.1' : '::',
        dual: !s.loopback,
        port: s.port,
        process: { name: s.argv[0]?.split('/').at(-1) ?? '', pid: 7 },
      }),
    );
  return [...known, ...fresh];
}

/** UDP before TCP in ss, after it in netstat; SCTP is a kind of its own. */
function wanted(p: Process, tcp: boolean, udp: boolean, order: readonly string[]): OpenSocket[] {
  const both = !tcp && !udp;
  return socketsHere(p)
    .filter((s) => (s.protocol === 'TCP' && (tcp || both)) || (s.protocol === 'UDP' && (udp || both)))
    .sort(
      (a, b) => order.indexOf(a.protocol) - order.indexOf(b.protocol) || Number(a.address.includes(':')) - Number(b.address.includes(':')),
    );
}

const portText = (port: number, numeric: boolean): string => (numeric ? String(port) : (serviceNames[port] ?? String(port)));

export const ss: Program = (p) => {
  const f = flags(p.argv, 'lantupH46emiosx', {
    listening: 'l',
    all: 'a',
    numeric: 'n',
    tcp: 't',
    udp: 'u',
    processes: 'p',
    'no-header': 'H',
    ipv4: '4',
    ipv6: '6',
    extended: 'e',
    memory: 'm',
    info: 'i',
    options: 'o',
    summary: 's',
    unix: 'x',
  });
  const odd = f.unknown ?? ['e', 'm', 'i', 'o', 's', 'x'].filter((x) => f.has(x)).map((x) => `-${x}`)[0] ?? f.rest[0];
  if (odd !== undefined) return refuse(p, odd);
  const netid = f.has('t') === f.has('u');
  const shown = f.has('l') || f.has('a') ? wanted(p, f.has('t'), f.has('u'), ['UDP', 'TCP']) : [];
  const rows = shown
    .filter((s) => (f.has('4') === f.has('6') ? true : f.has('6') ? s.address.includes(':') : !s.address.includes(':')))
    .map((s, i) => {
      const any = s.dual ? '*' : s.address.includes(':') ? `[::]` : '0.0.0.0';
      const local = s.dual ? '*' : s.address === '::' ? '[::]' : s.address;
      const process = f.has('p') && s.process ? ` users:(("${s.process.name}",pid=${s.process.pid},fd=${5 + i}))` : '';
      return {
        netid: s.protocol.toLowerCase(),
        state: s.protocol === 'TCP' ? 'LISTEN' : 'UNCONN',
        queue: s.protocol === 'TCP' ? '511' : '0',
        local,
        port: portText(s.port, f.has('n')),
        peer: any,
        process,
      };
    });
  const header = !f.has('H');
  const width = (column: 'netid' | 'state' | 'local' | 'port' | 'peer' | 'process', title: string): number =>
    Math.max(header ? title.length : 0, ...rows.map((r) => r[column].length));
  const w = {
    netid: width('netid', 'Netid'),
    state: width('state', 'State'),
    local: width('local', 'Local Address'),
    port: width('port', 'Port'),
    peer: width('peer', 'Peer Address'),
    peerPort: header ? 4 : 1,
    process: width('process', 'Process'),
  };
  if (header)
    p.out(
      `${netid ? 'Netid'.padEnd(w.netid + 1) : ''}${'State'.padEnd(w.state)} Recv-Q Send-Q ${'Local Address'.padStart(w.local)}:${'Port'.padEnd(w.port)} ${'Peer Address'.padStart(w.peer)}:Port${'Process'.padEnd(w.process)}\n`,
    );
  for (const r of rows)
    p.out(
      `${netid ? r.netid.padEnd(w.netid + 1) : ''}${r.state.padEnd(w.state)} ${'0'.padEnd(6)} ${r.queue.padEnd(6)} ${r.local.padStart(w.local)}:${r.port.padEnd(w.port)} ${r.peer.padStart(w.peer)}:${'*'.padEnd(w.peerPort)}${r.process.padEnd(w.process)}\n`,
    );
  return 0;
};

export const netstat: Program = (p) => {
  const busy = isApplet(p);
  const f = flags(p.argv, 'lantuperWwx46', {
    listening: 'l',
    all: 'a',
    numeric: 'n',
    tcp: 't',
    udp: 'u',
    program: 'p',
    route: 'r',
  });
  if (f.unknown) return refuse(p, f.unknown);
  if (f.has('r')) {
    routeTable(p, f.has('n'), true);
    return 0;
  }
  const what = f.has('l') ? 'only servers' : f.has('a') ? 'servers and established' : 'w/o servers';
  const end = busy ? ' '.repeat(12) : ' '.repeat(11);
  const state = (text: string): string => (f.has('p') ? text.padEnd(busy ? 11 : 11) : text.padEnd(end.length - (busy ? 0 : 0)));
  p.out(`Active Internet connections (${what})\n`);
  p.out(
    `Proto Recv-Q Send-Q Local Address           Foreign Address         ${state('State')}${f.has('p') ? ` PID/Program name    ` : ''}\n`,
  );
  for (const s of f.has('l') || f.has('a') ? wanted(p, f.has('t'), f.has('u'), ['TCP', 'UDP']) : []) {
    const six = s.address.includes(':');
    const proto = `${s.protocol.toLowerCase()}${six && !busy ? '6' : ''}`;
    const numeric = f.has('n');
    const any = six ? (numeric || busy ? '::' : '[::]') : '0.0.0.0';
    const name = numeric ? s.address : s.address === '127.0.0.1' ? 'localhost' : s.address === '::' ? any : s.address;
    const local = `${name}:${portText(s.port, numeric)}`;
    p.out(
      `${proto.padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${local.padEnd(23)} ${`${any}:*`.padEnd(23)} ${state(s.protocol === 'TCP' ? 'LISTEN' : '')}${f.has('p') ? ` ${(s.process ? `${s.process.pid}/${s.process.name}` : '-').padEnd(20)}` : ''}\n`,
    );
  }
  if (!f.has('t') && !f.has('u'))
    p.out(`Active UNIX domain sockets (${what})\nProto RefCnt Flags       Type       State         I-Node${busy ? ' ' : '   '}Path\n`);
  return 0;
};
