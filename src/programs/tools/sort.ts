// sort, uniq and wc: GNU's and BusyBox' differ in widths and exit codes only.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, linesOf, readAll, readFile, refuse } from './arguments.js';

interface Key {
  readonly from: number;
  readonly to: number | undefined;
  readonly order: string;
}

/** "2", "2,3", "1.3,1.5nr": characters inside fields are left aside. */
function keyOf(text: string): Key | undefined {
  const match = /^(\d+)([a-zA-Z]*)(?:,(\d+)([a-zA-Z]*))?$/.exec(text);
  return match
    ? { from: Number(match[1]), to: match[3] === undefined ? undefined : Number(match[3]), order: `${match[2] ?? ''}${match[4] ?? ''}` }
    : undefined;
}

const units = 'KMGTPE';

/** "1.5K" as a number. */
function humanNumber(text: string): number {
  const match = /^\s*(-?[\d.]+)([KMGTPE])?/i.exec(text);
  return match ? Number(match[1]) * 1024 ** (units.indexOf((match[2] ?? '').toUpperCase()) + 1 || 0) : 0;
}

/** Numbers inside the text count as numbers. */
function byVersion(a: string, b: string): number {
  const parts = (t: string): string[] => t.match(/\d+|\D+/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [m = '', n = ''] = [x[i], y[i]];
    if (m === n) continue;
    const both = /^\d/.test(m) && /^\d/.test(n);
    if (both && Number(m) !== Number(n)) return Number(m) - Number(n);
    if (!both) return m < n ? -1 : 1;
  }
  return 0;
}

export const sort: Program = (p) => {
  const f = flags(p.argv, 'nrufht:k:bVso:', {
    reverse: 'r',
    unique: 'u',
    'numeric-sort': 'n',
    'human-numeric-sort': 'h',
    'version-sort': 'V',
    key: 'k',
    'field-separator': 't',
    'ignore-case': 'f',
    stable: 's',
  });
  if (f.unknown || f.has('o')) return refuse(p, f.unknown ?? '-o');
  const keys = f.values('k').map(keyOf);
  if (keys.includes(undefined)) return refuse(p, `-k ${f.value('k')}`);
  const lost = isBusybox(p)
    ? undefined
    : f.rest.find((path) => path !== '-' && p.machine.files.read(normalPath(path, p.cwd)) === undefined);
  if (lost !== undefined) {
    p.err(`sort: cannot read: ${lost}: No such file or directory\n`);
    return 2;
  }
  const { text, code } = readAll(p, f.rest);
  if (code !== 0) return 2;
  const global = ['n', 'r', 'f', 'h', 'V', 'b'].filter((x) => f.has(x)).join('');
  const column = (line: string, key: Key): string => {
    const fields = f.has('t') ? line.split(f.value('t') as string) : (line.match(/\s*\S+/g) ?? []);
    return fields.slice(key.from - 1, key.to).join(f.has('t') ? (f.value('t') as string) : '');
  };
  const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const by = (order: string, a: string, b: string): number => {
    const sign = order.includes('r') ? -1 : 1;
    if (order.includes('n')) return sign * ((Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0));
    if (order.includes('h')) return sign * (humanNumber(a) - humanNumber(b));
    if (order.includes('V')) return sign * byVersion(a, b);
    if (order.includes('f')) return sign * plain(a.toUpperCase(), b.toUpperCase());
    return sign * plain(a, b);
  };
  const compare = (a: string, b: string): number => {
    for (const key of keys as Key[]) {
      const order = key.order === '' ? global : key.order;
      const found = by(order, column(a, key), column(b, key));
      if (found !== 0) return found;
    }
    return keys.length === 0 ? by(global, a, b) : 0;
  };
  const last = (a: string, b: string): number => (f.has('s') || f.has('u') ? 0 : (f.has('r') ? -1 : 1) * plain(a, b));
  const lines = linesOf(text).sort((a, b) => compare(a, b) || last(a, b));
  const kept = f.has('u') ? lines.filter((l, i) => i === 0 || compare(l, lines[i - 1] as string) !== 0) : lines;
  p.out(kept.map((l) => `${l}\n`).join(''));
  return 0;
};

export const uniq: Program = (p) => {
  const f = flags(p.argv, 'cdui', { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i' });
  if (f.unknown) return refuse(p, f.unknown);
  const { text, code } = readAll(p, f.rest);
  const groups: { line: string; n: number }[] = [];
  const same = (a: string, b: string): boolean => (f.has('i') ? a.toLowerCase() === b.toLowerCase() : a === b);
  for (const line of linesOf(text)) {
    const last = groups.at(-1);
    if (last && same(last.line, line)) last.n++;
    else groups.push({ line, n: 1 });
  }
  const kept = groups.filter((g) => (!f.has('d') || g.n > 1) && (!f.has('u') || g.n === 1));
  p.out(kept.map((g) => (f.has('c') ? `${String(g.n).padStart(7)} ${g.line}\n` : `${g.line}\n`)).join(''));
  return code;
};

type Counts = Readonly<Record<'l' | 'w' | 'm' | 'c', number>>;

const countsOf = (text: string): Counts => ({
  l: text.split('\n').length - 1,
  w: text.split(/\s+/).filter((x) => x !== '').length,
  m: [...text].length,
  c: Buffer.byteLength(text),
});

export const wc: Program = (p) => {
  const f = flags(p.argv, 'lwcmL', { lines: 'l', words: 'w', bytes: 'c', chars: 'm' });
  if (f.unknown || f.has('L')) return refuse(p, f.unknown ?? '-L');
  const given = (['l', 'w', 'm', 'c'] as const).filter((x) => f.has(x));
  const columns = given.length > 0 ? given : (['l', 'w', 'c'] as const);
  let code = 0;
  const rows: { counts: Counts; name: string }[] = [];
  for (const path of f.rest.length > 0 ? f.rest : ['']) {
    const text = path === '' ? p.stdin : readFile(p, path);
    if (text === undefined) code = 1;
    else rows.push({ counts: countsOf(text), name: path });
  }
  if (f.rest.length > 1) {
    const sum = (k: keyof Counts): number => rows.reduce((n, r) => n + r.counts[k], 0);
    rows.push({ counts: { l: sum('l'), w: sum('w'), m: sum('m'), c: sum('c') }, name: 'total' });
  }
  const wide = columns.length > 1 || f.rest.length > 1;
  const width = widthOf(p, rows, f.rest.length === 0, wide);
  for (const { counts, name } of rows)
    p.out(`${columns.map((c) => String(counts[c]).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  return code;
};

/** BusyBox takes nine places; GNU seven for what it cannot measure, and else as many as the largest number needs. */
function widthOf(p: Process, rows: readonly { counts: Counts }[], isStdin: boolean, wide: boolean): number {
  if (!wide) return 0;
  if (isBusybox(p)) return 9;
  return isStdin ? 7 : Math.max(1, ...rows.map((r) => String(r.counts.c).length));
}
