// conntrack on a node: the connections that its kernel remembers. Output as conntrack-tools 1.4.8 prints it.
import { type Connection, connectionsKey, type Tuple } from '../connections.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram } from '../process.js';
import type { Process } from '../process.js';
import type { Json } from '../../model/object.js';

const version = 'conntrack v1.4.8 (conntrack-tools)';

/** Filters that are simulated, and what each looks at. */
const filters: Readonly<Record<string, (c: Connection) => string>> = {
  '-f': (c) => (c.original.src.includes(':') ? 'ipv6' : 'ipv4'),
  '-p': (c) => c.protocol.toLowerCase(),
  '-s': (c) => c.original.src,
  '-d': (c) => c.original.dst,
  '-r': (c) => c.reply.src,
  '-q': (c) => c.reply.dst,
  '--sport': (c) => String(c.original.sport),
  '--dport': (c) => String(c.original.dport),
  '--state': (c) => c.state ?? '',
};
const long: Readonly<Record<string, string>> = {
  '--list': '-L',
  '--delete': '-D',
  '--flush': '-F',
  '--count': '-C',
  '--family': '-f',
  '--proto': '-p',
  '--src': '-s',
  '--orig-src': '-s',
  '--dst': '-d',
  '--orig-dst': '-d',
  '--reply-src': '-r',
  '--reply-dst': '-q',
  '--orig-port-src': '--sport',
  '--orig-port-dst': '--dport',
};

export const conntrack: NodeProgram = (p, node) => {
  const words = p.argv.slice(1).flatMap((a) => (/^--[a-z-]+=/.test(a) ? [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)] : [a]));
  const [command, ...rest] = words.map((a) => long[a] ?? a);
  if (command === undefined) {
    p.err(`${version}: You need to supply parameters!\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`);
    return 2;
  }
  if (!['-L', '-D', '-F', '-C'].includes(command)) return refuse(p, command);
  if (rest[0] === 'conntrack') rest.shift();
  const wanted: ((c: Connection) => boolean)[] = [];
  while (rest.length > 0) {
    const flag = rest.shift() as string;
    const value = filters[flag];
    if (!value) return refuse(p, flag);
    const text = rest.shift() ?? '';
    wanted.push((c) => value(c) === text);
  }
  return run(p, node, command, (c) => wanted.every((w) => w(c)));
};

function refuse(p: Process, what: string): number {
  p.err(`kubelab: conntrack ${what} is not simulated\n`);
  return 126;
}

function run(p: Process, node: NodeAccess, command: string, wanted: (c: Connection) => boolean): number {
  const { now } = p.machine;
  const all = node.connections(now);
  const chosen = all.filter(wanted);
  const entries = (n: number): string => `${n} flow entries have been`;
  const keep = (left: readonly Connection[]): void =>
    node.setState(connectionsKey(node.name), left.length > 0 ? (left as unknown as Json) : undefined);
  if (command === '-C') p.out(`${all.length}\n`);
  if (command === '-F') {
    keep([]);
    p.err(`${version}: connection tracking table has been emptied.\n`);
  }
  if (command === '-L' || command === '-D') for (const c of chosen) p.out(line(c, now));
  if (command === '-L') p.err(`${version}: ${entries(chosen.length)} shown.\n`);
  if (command !== '-D') return 0;
  if (chosen.length > 0) keep(all.filter((c) => !chosen.includes(c)));
  p.err(`${version}: ${entries(chosen.length)} deleted.\n`);
  return chosen.length > 0 ? 0 : 1;
}

const tuple = ({ src, dst, sport, dport }: Tuple): string => `src=${src} dst=${dst} sport=${sport} dport=${dport} `;

function line(c: Connection, now: number): string {
  const number = c.protocol === 'TCP' ? 6 : 17;
  const left = Math.max(0, Math.floor((c.until - now) / 1000));
  const assured = c.state === 'TIME_WAIT' ? '[ASSURED] ' : '';
  return `${c.protocol.toLowerCase().padEnd(8)} ${number} ${left} ${c.state ? `${c.state} ` : ''}${tuple(c.original)}${c.replied ? '' : '[UNREPLIED] '}${tuple(c.reply)}${assured}mark=0 use=1\n`;
}
