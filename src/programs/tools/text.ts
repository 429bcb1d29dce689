// Tools that read text and write text.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, linesOf, readAll, readFile, refuse, writing } from './arguments.js';

export const cat: Program = (p) => {
  const f = flags(p.argv, 'nebstuvAET');
  let number = 0;
  let code = 0;
  for (const path of f.rest.length > 0 ? f.rest : ['-']) {
    const text = readFile(p, path);
    if (text === undefined) code = 1;
    else if (f.has('n'))
      p.out(
        linesOf(text)
          .map((l) => `${String(++number).padStart(6)}\t${l}\n`)
          .join(''),
      );
    else p.out(text);
  }
  return code;
};

export const head: Program = (p) => {
  const f = flags(numbered(p.argv), 'n:c:qv', { lines: 'n', bytes: 'c' });
  const { text, code } = readAll(p, f.rest);
  const bytes = f.value('c');
  const n = Number(f.value('n') ?? 10);
  if (bytes !== undefined) p.out(text.slice(0, Number(bytes)));
  else
    p.out(
      linesOf(text)
        .slice(0, n < 0 ? n : n)
        .map((l) => `${l}\n`)
        .join(''),
    );
  return code;
};

/** -5 is -n 5. */
const numbered = (argv: readonly string[]): string[] => argv.flatMap((a, i) => (i > 0 && /^-\d+$/.test(a) ? ['-n', a.slice(1)] : [a]));

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
    const { text, code } = readAll(p, f.rest);
    p.out(pick(text));
    return code;
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

export const grep: Program = (p) => {
  const f = flags(p.argv, 'ivcnqolLhHsrRwxFEPe:f:A:B:C:m:a', {
    'ignore-case': 'i',
    'invert-match': 'v',
    count: 'c',
    quiet: 'q',
    'only-matching': 'o',
    color: 'a',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'line-number': 'n',
  });
  if (f.unknown) return refuse(p, f.unknown);
  const patterns = f.values('e').flatMap((e) => e.split('\n'));
  const rest = [...f.rest];
  if (patterns.length === 0) patterns.push(...(rest.shift() ?? '').split('\n'));
  const extended = f.has('E') || f.has('P') || p.argv[0]?.endsWith('egrep');
  const source = patterns
    .map((x) =>
      f.has('F') || p.argv[0]?.endsWith('fgrep') ? x.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : extended ? posixClasses(x) : basic(x),
    )
    .map((x) => (f.has('w') ? `\\b(?:${x})\\b` : f.has('x') ? `^(?:${x})$` : x))
    .join('|');
  const re = new RegExp(source, f.has('i') ? 'i' : '');
  let hits = 0;
  let failed = false;
  const recursive = f.has('r') || f.has('R');
  const files = recursive
    ? rest.flatMap((r) => walk(p, normalPath(r, p.cwd)).map((x) => (r.startsWith('/') ? x : x.slice(normalPath('.', p.cwd).length + 1))))
    : rest;
  const names = (files.length > 1 || recursive || f.has('H')) && !f.has('h');
  for (const path of files.length > 0 ? files : ['-']) {
    const text = readFile(p, path);
    if (text === undefined) {
      failed = true;
      continue;
    }
    const prefix = names ? `${path}:` : '';
    const lines = linesOf(text);
    let found = lines.flatMap((l, i) => (re.test(l) !== f.has('v') ? [i] : []));
    if (f.has('m')) found = found.slice(0, Number(f.value('m')));
    hits += found.length;
    if (f.has('q')) continue;
    if (f.has('c')) p.out(`${prefix}${found.length}\n`);
    else if (f.has('l')) p.out(found.length > 0 ? `${path}\n` : '');
    else if (f.has('L')) p.out(found.length === 0 ? `${path}\n` : '');
    else p.out(shown(f, lines, found, re, prefix).join(''));
  }
  return failed && hits === 0 ? 2 : hits > 0 ? 0 : 1;
};

function shown(f: ReturnType<typeof flags>, lines: readonly string[], found: readonly number[], re: RegExp, prefix: string): string[] {
  const mark = (i: number, hit: boolean): string =>
    `${hit ? prefix : prefix.replace(/:$/, '-')}${f.has('n') ? `${i + 1}${hit ? ':' : '-'}` : ''}`;
  if (f.has('o'))
    return found.flatMap((i) =>
      [...(lines[i] as string).matchAll(new RegExp(re.source, `${re.flags}g`))]
        .filter((m) => m[0] !== '')
        .map((m) => `${mark(i, true)}${m[0]}\n`),
    );
  const before = Number(f.value('B') ?? f.value('C') ?? 0);
  const after = Number(f.value('A') ?? f.value('C') ?? 0);
  const hit = new Set(found);
  const wanted = new Set(found.flatMap((i) => Array.from({ length: before + after + 1 }, (_, k) => i - before + k)));
  const out: string[] = [];
  let last = -2;
  for (const i of [...wanted].filter((x) => x >= 0 && x < lines.length).sort((a, b) => a - b)) {
    if (before + after > 0 && last >= 0 && i > last + 1) out.push('--\n');
    out.push(`${mark(i, hit.has(i))}${lines[i]}\n`);
    last = i;
  }
  return out;
}

const posixClasses = (re: string): string =>
  re
    .replaceAll('[[:space:]]', '\\s')
    .replaceAll('[:space:]', '\\s')
    .replaceAll('[:digit:]', '0-9')
    .replaceAll('[:alpha:]', 'A-Za-z')
    .replaceAll('[:alnum:]', 'A-Za-z0-9')
    .replaceAll('[:upper:]', 'A-Z')
    .replaceAll('[:lower:]', 'a-z');

/** A basic regular expression: ( ) { } + ? | are plain unless escaped. */
export const basic = (re: string): string =>
  posixClasses(re).replace(
    /\\([(){}+?|])|([(){}+?|])/g,
    (_, escaped: string | undefined, plain: string | undefined) => escaped ?? `\\${plain}`,
  );

function walk(p: Process, path: string): string[] {
  if (!p.machine.files.isDirectory(path)) return [path];
  return p.machine.files.names(path).flatMap((n) => walk(p, path === '/' ? `/${n}` : `${path}/${n}`));
}

export const sort: Program = (p) => {
  const f = flags(p.argv, 'nrufht:k:bV', { reverse: 'r', unique: 'u', 'numeric-sort': 'n' });
  if (f.unknown) return refuse(p, f.unknown);
  const { text, code } = readAll(p, f.rest);
  const spec = /^(\d+)(?:,(\d+))?([nr]*)/.exec(f.value('k') ?? '');
  const column = (line: string): string => {
    if (!spec) return line;
    const fields = f.has('t') ? line.split(f.value('t') as string) : line.trim().split(/\s+/);
    return fields.slice(Number(spec[1]) - 1, spec[2] ? Number(spec[2]) : undefined).join(' ');
  };
  const numeric = f.has('n') || f.has('h') || spec?.[3]?.includes('n');
  const sign = f.has('r') || spec?.[3]?.includes('r') ? -1 : 1;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const lines = linesOf(text).sort((a, b) => {
    const [x, y] = [column(a), column(b)];
    return sign * ((numeric ? (Number.parseFloat(x) || 0) - (Number.parseFloat(y) || 0) : compare(x, y)) || compare(a, b));
  });
  p.out(
    (f.has('u') ? lines.filter((l, i) => i === 0 || column(l) !== column(lines[i - 1] as string)) : lines).map((l) => `${l}\n`).join(''),
  );
  return code;
};

export const uniq: Program = (p) => {
  const f = flags(p.argv, 'cdui', { count: 'c' });
  const { text, code } = readAll(p, f.rest);
  const groups: { line: string; n: number }[] = [];
  for (const line of linesOf(text)) {
    const last = groups.at(-1);
    if (last && last.line === line) last.n++;
    else groups.push({ line, n: 1 });
  }
  const kept = groups.filter((g) => (!f.has('d') || g.n > 1) && (!f.has('u') || g.n === 1));
  p.out(kept.map((g) => (f.has('c') ? `${String(g.n).padStart(7)} ${g.line}\n` : `${g.line}\n`)).join(''));
  return code;
};

export const wc: Program = (p) => {
  const f = flags(p.argv, 'lwcm', { lines: 'l', words: 'w', bytes: 'c' });
  const wanted = (['l', 'w', 'c'] as const).filter((x) => f.has(x) || (x === 'c' && f.has('m')));
  const columns = wanted.length > 0 ? wanted : (['l', 'w', 'c'] as const);
  let code = 0;
  for (const path of f.rest.length > 0 ? f.rest : ['']) {
    const text = path === '' ? p.stdin : readFile(p, path);
    if (text === undefined) {
      code = 1;
      continue;
    }
    const counts = { l: text.split('\n').length - 1, w: text.split(/\s+/).filter((x) => x !== '').length, c: Buffer.byteLength(text) };
    const wide = columns.length > 1;
    const cells = columns.map((c) => (wide ? String(counts[c]).padStart(isBusybox(p) ? 9 : 7) : String(counts[c])));
    p.out(`${isBusybox(p) && wide ? cells.join('').slice(0) : cells.join(wide ? ' ' : '')}${path === '' ? '' : ` ${path}`}\n`);
  }
  return code;
};

/** "1,3-5" */
function positions(list: string): (n: number) => boolean {
  const ranges = list.split(',').map((part): [number, number] => {
    const [from = '', to] = part.split('-');
    return [Number(from || 1), to === undefined ? Number(from) : Number(to || Number.POSITIVE_INFINITY)];
  });
  return (n) => ranges.some(([a, b]) => n >= a && n <= b);
}

export const cut: Program = (p) => {
  const f = flags(p.argv, 'd:f:c:b:s', { delimiter: 'd', fields: 'f', characters: 'c' });
  const { text, code } = readAll(p, f.rest);
  const chosen = positions(f.value('f') ?? f.value('c') ?? f.value('b') ?? '1-');
  const by = f.value('d') ?? '\t';
  for (const line of linesOf(text)) {
    if (!f.has('f')) p.out(`${[...line].filter((_, i) => chosen(i + 1)).join('')}\n`);
    else if (!line.includes(by)) p.out(f.has('s') ? '' : `${line}\n`);
    else
      p.out(
        `${line
          .split(by)
          .filter((_, i) => chosen(i + 1))
          .join(by)}\n`,
      );
  }
  return code;
};

const trSet = (text: string): string[] => {
  const classes: Record<string, string> = {
    '[:upper:]': 'A-Z',
    '[:lower:]': 'a-z',
    '[:digit:]': '0-9',
    '[:alpha:]': 'A-Za-z',
    '[:alnum:]': 'A-Za-z0-9',
    '[:space:]': ' \t\n\r\v\f',
  };
  const plain = text
    .replace(/\[:\w+:\]/g, (c) => classes[c] ?? c)
    .replace(
      /\\([ntr\\]|0[0-7]*)/g,
      (_, c: string) => ({ n: '\n', t: '\t', r: '\r', '\\': '\\' })[c] ?? String.fromCharCode(Number.parseInt(c, 8)),
    );
  return [
    ...plain.replace(/(.)-(.)/gs, (_, a: string, b: string) =>
      Array.from({ length: Math.max(0, b.charCodeAt(0) - a.charCodeAt(0) + 1) }, (_x, i) => String.fromCharCode(a.charCodeAt(0) + i)).join(
        '',
      ),
    ),
  ];
};

export const tr: Program = (p) => {
  const f = flags(p.argv, 'dscC');
  const from = trSet(f.rest[0] ?? '');
  const to = trSet(f.rest[1] ?? '');
  const complement = f.has('c') || f.has('C');
  const inSet = (c: string): boolean => from.includes(c) !== complement;
  let last = '';
  for (const c of p.stdin) {
    let next = c;
    if (inSet(c)) {
      if (f.has('d')) continue;
      if (to.length > 0) next = complement ? (to.at(-1) as string) : (to[Math.min(from.indexOf(c), to.length - 1)] as string);
      if (f.has('s') && next === last) continue;
      last = f.has('s') ? next : '';
    } else last = '';
    p.out(next);
  }
  return 0;
};

export const tee: Program = (p) => {
  const f = flags(p.argv, 'ai');
  const text = p.stdin;
  p.out(text);
  return f.rest.reduce((code, path) => writing(p, path, (full) => p.machine.files.write(full, text, f.has('a'), p.machine.now)) || code, 0);
};

export const seq: Program = (p) => {
  const numbers = p.argv
    .slice(1)
    .filter((a) => !/^-[sw]/.test(a))
    .map(Number);
  const separator = p.argv.includes('-s') ? (p.argv[p.argv.indexOf('-s') + 1] ?? '\n') : '\n';
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0] as number]
      : numbers.length === 2
        ? [numbers[0] as number, 1, numbers[1] as number]
        : (numbers as [number, number, number]);
  const out: number[] = [];
  for (let n = first as number; (step as number) > 0 ? n <= (last as number) : n >= (last as number); n += step as number) {
    p.machine.spend();
    out.push(n);
  }
  if (out.length > 0) p.out(`${out.join(separator)}\n`);
  return 0;
};

export const base64: Program = (p) => {
  const f = flags(p.argv, 'dw:i', { decode: 'd', wrap: 'w' });
  const { text, code } = readAll(p, f.rest);
  if (f.has('d')) p.out(Buffer.from(text, 'base64').toString('utf8'));
  else {
    const width = Number(f.value('w') ?? 76);
    const encoded = Buffer.from(text).toString('base64');
    p.out(width === 0 ? encoded : `${(encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']).join('\n')}\n`);
  }
  return code;
};

export const rev: Program = (p) => {
  const { text, code } = readAll(p, p.argv.slice(1));
  p.out(
    linesOf(text)
      .map((l) => `${[...l].reverse().join('')}\n`)
      .join(''),
  );
  return code;
};

export const tac: Program = (p) => {
  const { text, code } = readAll(p, p.argv.slice(1));
  p.out(
    linesOf(text)
      .reverse()
      .map((l) => `${l}\n`)
      .join(''),
  );
  return code;
};
