// Tools that take lines apart and put them together: cut, tr, paste, fold, nl, rev, tac.
import type { Program } from '../process.js';
import { flags, isBusybox, linesOf, readAll, readFile, refuse } from './arguments.js';

/** "1,3-5" */
function positions(list: string): (n: number) => boolean {
  const ranges = list.split(',').map((part): [number, number] => {
    const [from = '', to] = part.split('-');
    return [Number(from || 1), to === undefined ? Number(from) : Number(to || Number.POSITIVE_INFINITY)];
  });
  return (n) => ranges.some(([a, b]) => n >= a && n <= b);
}

export const cut: Program = (p) => {
  const f = flags(p.argv, 'd:f:c:b:sn', { delimiter: 'd', fields: 'f', characters: 'c', bytes: 'b', 'only-delimited': 's' });
  if (f.unknown) return refuse(p, f.unknown);
  const list = f.value('f') ?? f.value('c') ?? f.value('b');
  const hint = isBusybox(p) ? '' : "Try 'cut --help' for more information.\n";
  if (list === undefined || list === '') {
    const what =
      list === '' && !isBusybox(p)
        ? `option requires an argument -- '${f.has('f') ? 'f' : 'c'}'`
        : isBusybox(p)
          ? 'expected a list of bytes, characters, or fields'
          : 'you must specify a list of bytes, characters, or fields';
    p.err(`cut: ${what}\n${hint}`);
    return 1;
  }
  const { text, code } = readAll(p, f.rest);
  const chosen = positions(list);
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
  const f = flags(p.argv, 'dscCt', { delete: 'd', 'squeeze-repeats': 's', complement: 'c' });
  if (f.unknown || f.has('t')) return refuse(p, f.unknown ?? '-t');
  if (f.rest.length === 0) {
    p.err(isBusybox(p) ? 'Usage: tr [-cds] STRING1 [STRING2]\n' : "tr: missing operand\nTry 'tr --help' for more information.\n");
    return 1;
  }
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

export const nl: Program = (p) => {
  const f = flags(p.argv, 'b:w:s:v:');
  if (f.unknown) return refuse(p, f.unknown);
  const { text, code } = readAll(p, f.rest);
  const width = Number(f.value('w') ?? 6);
  let n = Number(f.value('v') ?? 1);
  for (const line of linesOf(text))
    p.out(
      line === '' && f.value('b') !== 'a' ? `${' '.repeat(width + 1)}\n` : `${String(n++).padStart(width)}${f.value('s') ?? '\t'}${line}\n`,
    );
  return code;
};

export const fold: Program = (p) => {
  const f = flags(p.argv, 'w:sb');
  if (f.unknown || f.has('s')) return refuse(p, f.unknown ?? '-s');
  const { text, code } = readAll(p, f.rest);
  const width = Number(f.value('w') ?? 80);
  for (const line of linesOf(text)) p.out(`${(line.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']).join('\n')}\n`);
  return code;
};

export const paste: Program = (p) => {
  const f = flags(p.argv, 'd:s', { delimiters: 'd', serial: 's' });
  if (f.unknown) return refuse(p, f.unknown);
  const marks = [...(f.value('d') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
  const mark = (i: number): string => marks[i % Math.max(1, marks.length)] ?? '';
  const stdin = f.rest.includes('-') || f.rest.length === 0 ? linesOf(p.stdin) : [];
  const paths = f.rest.length > 0 ? f.rest : ['-'];
  const inputs = paths.map((path) => (path === '-' ? undefined : linesOf(readFile(p, path) ?? '')));
  const join = (cells: readonly string[]): string => cells.map((c, i) => (i === 0 ? c : `${mark(i - 1)}${c}`)).join('');
  if (f.has('s')) {
    for (const lines of inputs) p.out(`${join(lines ?? stdin.splice(0))}\n`);
    return 0;
  }
  for (let n = 0; stdin.length > 0 || inputs.some((l) => l && n < l.length); n++) {
    p.machine.spend();
    p.out(`${join(inputs.map((l) => (l ? (l[n] ?? '') : (stdin.shift() ?? ''))))}\n`);
  }
  return 0;
};
