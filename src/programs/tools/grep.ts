// grep, egrep and fgrep.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, linesOf, readFile, refuse } from './arguments.js';
import { basic, extended, literal } from './regex.js';

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
  if (patterns.length === 0 && rest.length === 0) {
    p.err(
      isBusybox(p)
        ? 'Usage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n'
        : "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
    );
    return isBusybox(p) ? 1 : 2;
  }
  if (patterns.length === 0) patterns.push(...(rest.shift() ?? '').split('\n'));
  const isExtended = f.has('E') || f.has('P') || p.argv[0]?.endsWith('egrep');
  const source = patterns
    .map((x) => (f.has('F') || p.argv[0]?.endsWith('fgrep') ? literal(x) : isExtended ? extended(x) : basic(x)))
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

function walk(p: Process, path: string): string[] {
  if (!p.machine.files.isDirectory(path)) return [path];
  return p.machine.files.names(path).flatMap((n) => walk(p, path === '/' ? `/${n}` : `${path}/${n}`));
}
