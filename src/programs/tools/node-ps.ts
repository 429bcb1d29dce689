// ps on a node, as procps prints it: its services and what runs in its containers.
import type { Process } from '../process.js';
import { refuse } from './arguments.js';

/** What is asked for: every process, or the caller's own. */
const everything = new Set(['-ef', '-e', '-A', 'aux', 'ax', '-aux']);

export function nodePs(p: Process, running: readonly string[]): number {
  const [how] = p.argv.slice(1);
  if (how !== undefined && (!everything.has(how) || p.argv.length > 2)) return refuse(p, p.argv.slice(1).join(' '));
  const own = p.argv.join(' ');
  const listed = how === undefined ? ['bash', 'ps'] : [...running, '-bash', own];
  const first = how === undefined ? 2001 : 1;
  const start = new Date(p.machine.host.startedAt).toISOString().slice(11, 16);
  const rows = listed.map((command, i) => {
    const pid = String(i === 0 ? first : i >= listed.length - 2 ? 2001 + i : 400 + i * 57);
    if (how === '-ef')
      return `${'root'.padEnd(8)} ${pid.padStart(7)} ${(i === 0 ? '0' : '1').padStart(7)}  0 ${start} ?        00:00:00 ${command}`;
    if (how?.includes('u')) return `${'root'.padEnd(8)} ${pid.padStart(7)}  0.0  0.0      0     0 ?        S    ${start}   0:00 ${command}`;
    if (how === 'ax') return `${pid.padStart(7)} ?        S      0:00 ${command}`;
    return `${pid.padStart(7)} ${how === undefined ? 'pts/0   ' : '?       '} 00:00:00 ${command.split(' ')[0]?.split('/').at(-1)}`;
  });
  const heads: Readonly<Record<string, string>> = {
    '-ef': 'UID          PID    PPID  C STIME TTY          TIME CMD',
    ax: '    PID TTY      STAT   TIME COMMAND',
    aux: 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
    '-aux': 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
  };
  p.out([heads[how ?? ''] ?? '    PID TTY          TIME CMD', ...rows].map((row) => `${row}\n`).join(''));
  return 0;
}
