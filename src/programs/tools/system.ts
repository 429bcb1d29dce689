// Tools that tell about the container: variables, names, users, time.
import type { Process, Program } from '../process.js';
import { echoText } from '../shell/builtins.js';
import { flags, isBusybox, refuse } from './arguments.js';
import { digestOf } from '../image-name.js';

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
  if (f.has('i') || f.has('I')) p.out(`${p.machine.host.wire.ip}${isBusybox(p) ? '' : ' '}\n`);
  else p.out(`${p.machine.host.hostname}\n`);
  return 0;
};

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

export const date: Program = (p) => {
  const f = flags(p.argv, 'uIRd:', { utc: 'u', 'rfc-3339': 'R', 'iso-8601': 'I' });
  if (f.unknown) return refuse(p, f.unknown);
  const format = f.rest.find((a) => a.startsWith('+'))?.slice(1);
  const { now } = p.machine;
  if (f.has('R')) p.out(`${strftime('%a, %d %b %Y %T %z', now)}\n`);
  else if (f.has('I')) p.out(`${strftime('%F', now)}\n`);
  else p.out(`${strftime(format ?? '%a %b %e %T UTC %Y', now)}\n`);
  return 0;
};

export const id: Program = (p) => {
  const { uid, gid } = p.machine.host;
  const user = (n: number): string => (n === 0 ? '0(root)' : String(n));
  const f = flags(p.argv, 'ugnGr');
  if (f.has('u')) p.out(f.has('n') && uid === 0 ? 'root\n' : `${uid}\n`);
  else if (f.has('g') || f.has('G')) p.out(f.has('n') && gid === 0 ? 'root\n' : `${gid}\n`);
  else
    p.out(
      `uid=${user(uid)} gid=${user(gid)} groups=${gid === 0 && p.machine.host.image.flavour === 'busybox' ? '0(root),10(wheel)' : user(gid)}\n`,
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
  const { init } = p.machine.host;
  const own = p.argv.join(' ');
  p.out(`PID   USER     TIME  COMMAND\n    1 root      0:00 ${init.join(' ')}\n   29 root      0:00 ${own}\n`);
  return 0;
};

export const nproc: Program = (p) => {
  p.out('4\n');
  return 0;
};

export const which: Program = (p) => {
  for (const n of p.argv.slice(1)) p.out(`/usr/bin/${n}\n`);
  return 0;
};

export const yes: Program = (p) => {
  p.out(`${p.argv.slice(1).join(' ') || 'y'}\n`.repeat(5000));
  return p.machine.forever();
};

export const sha256sum: Program = (p) => {
  p.out(`${digestOf(p.stdin)}  -\n`);
  return 0;
};
