// kill: signals for processes of the container. Process 1 is the container's own; what a command itself started has ended when kill runs.
// Mirrors procps/kill.c of BusyBox.
import type { Program } from '../process.js';

const numbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, TERM: 15, CONT: 18, STOP: 19 };
const names = new Map(Object.entries(numbers).map(([name, n]) => [n, name]));

/** "9", "KILL" or "SIGKILL" to "KILL"; undefined when there is no such signal ("" tests for the process only). */
const signalOf = (text: string): string | undefined => {
  const bare = text.toUpperCase().replace(/^SIG/, '');
  if (bare === '0') return '';
  return /^\d+$/.test(bare) ? names.get(Number(bare)) : bare in numbers ? bare : undefined;
};

export const kill: Program = (p) => {
  const rest = p.argv.slice(1);
  if (rest[0] === '-l') {
    p.out(
      `${Object.entries(numbers)
        .map(([name, n]) => `${String(n).padStart(2)}) ${name}`)
        .join('\n')}\n`,
    );
    return 0;
  }
  let signal: string | undefined = 'TERM';
  if (rest[0] === '-s') {
    rest.shift();
    signal = signalOf(rest.shift() ?? '');
  } else if (/^-\w/.test(rest[0] ?? '')) signal = signalOf((rest.shift() as string).slice(1));
  if (signal === undefined) {
    p.err('sh: bad signal name\n');
    return 1;
  }
  if (rest[0] === '--') rest.shift();
  if (rest.length === 0) {
    p.err('sh: you need to specify whom to kill\n');
    return 1;
  }
  let failed = 0;
  for (const pid of rest) {
    if (pid === '1') {
      if (signal !== '') p.machine.signals.push(signal);
    } else {
      p.err(/^-?\d+$/.test(pid) ? `sh: can't kill pid ${pid}: No such process\n` : `sh: invalid number '${pid}'\n`);
      failed = 1;
    }
  }
  return failed;
};
