// Tools that read text and write text.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, linesOf, type Parsed, readFile, refuse, writing } from './arguments.js';

/** Tabs and unprintable characters shown: -A, -T, -v; -E marks the ends of lines. */
function visible(line: string, tabs: boolean, others: boolean): string {
  const shown = others
    ? line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => (c === '\x7f' ? '^?' : `^${String.fromCharCode(c.charCodeAt(0) + 64)}`))
    : line;
  return tabs ? shown.replaceAll('\t', '^I') : shown;
}

export const cat: Program = (p) => {
  const f = flags(p.argv, 'nebstuvAET', { number: 'n', 'show-all': 'A' });
  if (f.unknown || f.has('s') || f.has('b')) return refuse(p, f.unknown ?? (f.has('s') ? '-s' : '-b'));
  const [ends, tabs, others] = [/[AEe]/, /[ATt]/, /[Avet]/].map((re) => [...'AETetv'].some((x) => re.test(x) && f.has(x))) as [
    boolean,
    boolean,
    boolean,
  ];
  const plain = !f.has('n') && !ends && !tabs && !others;
  let number = 0;
  let code = 0;
  for (const path of f.rest.length > 0 ? f.rest : ['-']) {
    const text = readFile(p, path);
    if (text === undefined) code = 1;
    else if (plain) p.out(text);
    else
      p.out(
        linesOf(text)
          .map((l) => `${f.has('n') ? `${String(++number).padStart(6)}\t` : ''}${visible(l, tabs, others)}${ends ? '$' : ''}\n`)
          .join(''),
      );
  }
  return code;
};

/** head and tail name their files when there are several. */
function ofEach(p: Process, f: Parsed, pick: (text: string) => string): number {
  if (f.rest.length === 0) {
    p.out(pick(p.stdin));
    return 0;
  }
  const tool = p.argv[0]?.split('/').at(-1) ?? '';
  let code = 0;
  let shown = 0;
  for (const path of f.rest) {
    const full = normalPath(path, p.cwd);
    const text = path === '-' ? p.stdin : p.machine.files.read(full);
    if (text === undefined) {
      const why = p.machine.files.isDirectory(full) ? 'Is a directory' : 'No such file or directory';
      if (!isBusybox(p))
        p.err(why.startsWith('Is') ? `${tool}: error reading '${path}': ${why}\n` : `${tool}: cannot open '${path}' for reading: ${why}\n`);
      else p.err(tool === 'tail' && !why.startsWith('Is') ? `tail: can't open '${path}': ${why}\n` : `${tool}: ${path}: ${why}\n`);
      code = 1;
      continue;
    }
    if ((f.rest.length > 1 && !f.has('q')) || f.has('v')) p.out(`${shown > 0 ? '\n' : ''}==> ${path} <==\n`);
    shown++;
    p.out(pick(text));
  }
  if (shown === 0 && tool === 'tail' && isBusybox(p)) p.err('tail: no files\n');
  return code;
}

export const head: Program = (p) => {
  const f = flags(numbered(p.argv), 'n:c:qv', { lines: 'n', bytes: 'c', quiet: 'q' });
  if (f.unknown) return refuse(p, f.unknown);
  const count = f.value('c') ?? f.value('n') ?? '10';
  if (!/^-?\d+$/.test(count)) {
    p.err(isBusybox(p) ? `head: invalid number '${count}'\n` : `head: invalid number of ${f.has('c') ? 'bytes' : 'lines'}: '${count}'\n`);
    return 1;
  }
  return ofEach(p, f, (text) => {
    if (f.has('c')) return text.slice(0, Number(count));
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    return lines.slice(0, count.startsWith('-') ? Math.max(0, lines.length + Number(count)) : Number(count)).join('');
  });
};

/** -5 is -n 5; what follows -n may begin with a sign. */
const numbered = (argv: readonly string[]): string[] =>
  argv.flatMap((a, i) => (i > 0 && /^-\d+$/.test(a) && !/^-[nc]$/.test(argv[i - 1] ?? '') ? ['-n', a.slice(1)] : [a]));

export const tail: Program = (p) => {
  const f = flags(numbered(p.argv), 'n:c:fFqvs:', { lines: 'n', bytes: 'c', follow: 'f', retry: 'F' });
  const given = f.value('n') ?? '10';
  const pick = (text: string): string => {
    if (f.has('c')) return text.slice(-Number(f.value('c')));
    const lines = linesOf(text);
    const kept = given.startsWith('+')
      ? lines.slice(Math.max(0, Number(given) - 1))
      : Number(given) === 0
        ? []
        : lines.slice(-Number(given));
    return kept.map((l, i) => (i === kept.length - 1 && !text.endsWith('\n') ? l : `${l}\n`)).join('');
  };
  if (!f.has('f') && !f.has('F')) {
    return ofEach(p, f, pick);
  }
  return follow(p, f.rest, pick);
};

function follow(p: Process, paths: readonly string[], pick: (text: string) => string): number {
  const { machine } = p;
  const path = normalPath(paths[0] ?? '/dev/null', p.cwd);
  const retries = p.argv.some((a) => /^-[a-z0-9]*F/.test(a) || a === '--retry');
  let text = machine.files.read(path);
  if (text === undefined) {
    p.err(
      isBusybox(p)
        ? `tail: can't open '${paths[0]}': No such file or directory\n`
        : `tail: cannot open '${paths[0]}' for reading: No such file or directory\n`,
    );
    if (!retries) {
      p.err('tail: no files\n');
      return 1;
    }
  } else p.out(pick(text));
  for (;;) {
    if (machine.limits.lookAhead) machine.forever();
    const next = machine.files.nextWrite(path, machine.now);
    if (next === undefined) machine.forever();
    machine.spend();
    machine.sleep((next as number) - machine.now);
    const now: string = machine.files.read(path) ?? '';
    const had: string = text ?? '';
    if (text === undefined && isBusybox(p)) p.err(`tail: ${paths[0]} has appeared; following end of new file\n`);
    p.out(now.startsWith(had) ? now.slice(had.length) : now);
    text = now;
  }
}

export const tee: Program = (p) => {
  const f = flags(p.argv, 'ai');
  const text = p.stdin;
  p.out(text);
  return f.rest.reduce((code, path) => writing(p, path, (full) => p.machine.files.write(full, text, f.has('a'), p.machine.now)) || code, 0);
};
