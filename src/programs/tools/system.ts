// Tools that tell about the container: variables, names, users, time.
import { isIPv6 } from '../../network/net.js';
import type { Process, Program } from '../process.js';
import { echoText } from '../shell/builtins.js';
import { pathOf } from '../image.js';
import { flags, isBusybox, refuse } from './arguments.js';
import { nodePs } from './node-ps.js';

/** env [NAME=VALUE...] [COMMAND]: the command is run by `programs/index.ts`. */
export const printEnv = (p: Process): number => {
  for (const [k, v] of p.env) p.out(`${k}=${v}\n`);
  return 0;
};

export const printenv: Program = (p) => {
  const names = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  if (names.length === 0) return printEnv(p);
  let code = 0;
  for (const n of names) {
    const value = p.env.get(n);
    if (value === undefined) code = 1;
    else p.out(`${value}\n`);
  }
  return code;
};

export const hostname: Program = (p) => {
  const f = flags(p.argv, 'fisdI', { fqdn: 'f' });
  if (f.has('I')) {
    const own = p.machine.host.wire.netns().links.flatMap((l) => l.addresses.filter((a) => a.scope === 'global').map((a) => `${a.ip} `));
    p.out(`${[...own.filter((ip) => !isIPv6(ip)), ...own.filter(isIPv6)].join('')}\n`);
  } else if (f.has('i')) p.out(`${p.machine.host.wire.ip}${isBusybox(p) ? '' : ' '}\n`);
  else p.out(`${f.has('f') ? fullName(p) : p.machine.host.hostname}\n`);
  return 0;
};

/** The first name in /etc/hosts of the line that has the host's. */
function fullName(p: Process): string {
  const { hostname: own } = p.machine.host;
  const names = (p.machine.files.read('/etc/hosts') ?? '').split('\n').map((l) => l.replace(/#.*/, '').split(/\s+/).slice(1));
  return names.find((line) => line.includes(own))?.[0] ?? own;
}

export const echo: Program = (p) => {
  p.out(echoText(p.argv.slice(1), false));
  return 0;
};

const seconds = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
  return match ? Number(match[1]) * (units[match[2] ?? ''] as number) : undefined;
};

export const sleep: Program = (p) => {
  const args = p.argv.slice(1);
  if (args.length === 0) {
    p.err(
      isBusybox(p)
        ? 'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: sleep [N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays\n'
        : "sleep: missing operand\nTry 'sleep --help' for more information.\n",
    );
    return 1;
  }
  let total = 0;
  for (const a of args) {
    if (a === 'infinity' || a === 'inf') p.machine.sleep(Number.POSITIVE_INFINITY);
    const n = seconds(a);
    if (n === undefined) {
      p.err(
        isBusybox(p) ? `sleep: invalid number '${a}'\n` : `sleep: invalid time interval '${a}'\nTry 'sleep --help' for more information.\n`,
      );
      return 1;
    }
    total += n;
  }
  p.machine.sleep(total * 1000);
  return 0;
};

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function strftime(format: string, ms: number): string {
  const d = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const fields: Record<string, () => string> = {
    Y: () => String(d.getUTCFullYear()),
    m: () => two(d.getUTCMonth() + 1),
    d: () => two(d.getUTCDate()),
    e: () => String(d.getUTCDate()).padStart(2),
    H: () => two(d.getUTCHours()),
    M: () => two(d.getUTCMinutes()),
    S: () => two(d.getUTCSeconds()),
    s: () => String(Math.floor(ms / 1000)),
    N: () => `${String(ms % 1000).padStart(3, '0')}000000`,
    a: () => days[d.getUTCDay()] as string,
    b: () => months[d.getUTCMonth()] as string,
    h: () => months[d.getUTCMonth()] as string,
    T: () => d.toISOString().slice(11, 19),
    F: () => d.toISOString().slice(0, 10),
    D: () => `${two(d.getUTCMonth() + 1)}/${two(d.getUTCDate())}/${String(d.getUTCFullYear()).slice(2)}`,
    Z: () => 'UTC',
    z: () => '+0000',
    n: () => '\n',
    '%': () => '%',
  };
  return format.replace(/%([A-Za-z%])/g, (whole, c: string) => fields[c]?.() ?? whole);
}

/** What `date -d` takes: @seconds, ISO dates, now, and "2 days ago". Milliseconds. */
function dateOf(text: string, now: number): number | undefined {
  const at = /^@(-?\d+)(\.\d+)?$/.exec(text.trim());
  if (at) return Number(at[1]) * 1000;
  const words = text.trim().toLowerCase();
  if (words === 'now' || words === '') return now;
  if (words === 'today') return now;
  const relative = words === 'yesterday' ? '-1 day' : words === 'tomorrow' ? '1 day' : words;
  const shift = /^([-+]?\d+) ?(second|sec|minute|min|hour|day|week)s?( ago)?$/.exec(relative);
  if (shift) {
    const unit: Readonly<Record<string, number>> = { second: 1, sec: 1, minute: 60, min: 60, hour: 3600, day: 86_400, week: 604_800 };
    return now + Number(shift[1]) * (shift[3] ? -1 : 1) * (unit[shift[2] as string] as number) * 1000;
  }
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[ t](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(z| ?utc)?)?$/.exec(words);
  if (!iso) return undefined;
  const [, y, m, d, hh = 0, mm = 0, ss = 0] = iso;
  return Date.UTC(Number(y), Number(m) - 1, Number(d), Number(hh), Number(mm), Number(ss));
}

export const date: Program = (p) => {
  const f = flags(p.argv, 'uIRd:s:', { utc: 'u', universal: 'u', 'rfc-3339': 'R', 'rfc-email': 'R', 'iso-8601': 'I', date: 'd', set: 's' });
  if (f.unknown) return refuse(p, f.unknown);
  if (f.has('s')) {
    // Containers have no right to set the node's clock.
    p.err(isBusybox(p) ? "date: can't set date: Operation not permitted\n" : 'date: cannot set date: Operation not permitted\n');
    return 1;
  }
  const format = f.rest.find((a) => a.startsWith('+'))?.slice(1);
  const given = f.value('d');
  const at = given === undefined ? p.machine.now : dateOf(given, p.machine.now);
  if (at === undefined) {
    p.err(isBusybox(p) ? `date: invalid date '${given}'\n` : `date: invalid date '${given}'\n`);
    return 1;
  }
  if (f.has('R')) p.out(`${strftime('%a, %d %b %Y %T %z', at)}\n`);
  else if (f.has('I')) p.out(`${strftime('%F', at)}\n`);
  else p.out(`${strftime(format ?? '%a %b %e %T UTC %Y', at)}\n`);
  return 0;
};

export const id: Program = (p) => {
  const { uid, gid, groups = [] } = p.machine.host;
  const all = [...new Set([gid, ...groups])].sort((a, b) => a - b);
  const user = (n: number): string => (n === 0 ? '0(root)' : String(n));
  const f = flags(p.argv, 'ugnGr');
  if (f.has('u')) p.out(f.has('n') && uid === 0 ? 'root\n' : `${uid}\n`);
  else if (f.has('G') && groups.length > 0) p.out(`${[gid, ...all.filter((g) => g !== gid)].join(' ')}\n`);
  else if (f.has('g') || f.has('G')) p.out(f.has('n') && gid === 0 ? 'root\n' : `${gid}\n`);
  else
    p.out(
      `uid=${user(uid)} gid=${user(gid)} groups=${gid === 0 && groups.length === 0 && p.machine.host.image.flavour === 'busybox' ? '0(root),10(wheel)' : all.map(user).join(',')}\n`,
    );
  return 0;
};

export const whoami: Program = (p) => {
  const { uid } = p.machine.host;
  if (uid === 0) {
    p.out('root\n');
    return 0;
  }
  p.err(isBusybox(p) ? `whoami: unknown uid ${uid}\n` : `whoami: cannot find name for user ID ${uid}\n`);
  return 1;
};

export const uname: Program = (p) => {
  const f = flags(p.argv, 'asnrvmpio');
  const facts: [string, string][] = [
    ['s', 'Linux'],
    ['n', p.machine.host.hostname],
    ['r', '6.8.0-90-generic'],
    ['v', '#91-Ubuntu SMP PREEMPT_DYNAMIC Tue Nov 18 14:14:30 UTC 2025'],
    ['m', 'x86_64'],
    ['o', isBusybox(p) && p.machine.host.image.flavour === 'alpine' ? 'Linux' : 'GNU/Linux'],
  ];
  const chosen = facts.filter(([k]) => f.has('a') || f.has(k));
  p.out(`${(chosen.length > 0 ? chosen : facts.slice(0, 1)).map(([, v]) => v).join(' ')}\n`);
  return 0;
};

export const ps: Program = (p) => {
  const { init, processes } = p.machine.host;
  if (processes) return nodePs(p, processes());
  const { uid } = p.machine.host;
  const user = (uid === 0 ? 'root' : String(uid)).padEnd(8);
  const line = (pid: number, argv: readonly string[]): string => `${String(pid).padStart(5)} ${user}  0:00 ${argv.join(' ')}\n`;
  p.out(`PID   USER     TIME  COMMAND\n${line(1, init)}${line(29, p.argv)}`);
  return 0;
};

export const nproc: Program = (p) => {
  p.out('4\n');
  return 0;
};

/** Where the image has the program; nothing for those that it has not. */
export const which: Program = (p) => {
  let code = 0;
  for (const n of p.argv.slice(1).filter((a) => !a.startsWith('-'))) {
    const path = pathOf(p.machine.host.image, n);
    if (path === undefined) code = 1;
    else p.out(`${path}\n`);
  }
  return code;
};

export const tty: Program = (p) => {
  p.out(p.tty ? '/dev/pts/0\n' : 'not a tty\n');
  return p.tty ? 0 : 1;
};

export const yes: Program = (p) => {
  p.out(`${p.argv.slice(1).join(' ') || 'y'}\n`.repeat(5000));
  return p.machine.forever();
};
