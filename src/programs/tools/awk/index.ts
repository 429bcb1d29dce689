// awk: POSIX awk but for functions of one's own, pipes and getline, which are refused by name.
import type { Program } from '../../process.js';
import { flags, readFile, refuse } from '../arguments.js';
import { parseAwk } from './parse.js';
import { Awk } from './run.js';
import { AwkError } from './syntax.js';

const unescape = (text: string): string => text.replace(/\\([ntr\\])/g, (_, c: string) => ({ n: '\n', t: '\t', r: '\r' })[c] ?? c);

export const awk: Program = (p) => {
  const f = flags(p.argv, 'F:v:f:', {}, true);
  if (f.unknown) return refuse(p, f.unknown);
  const rest = [...f.rest];
  let source = f
    .values('f')
    .map((path) => readFile(p, path) ?? '')
    .join('\n');
  if (!f.has('f')) {
    const first = rest.shift();
    if (first === undefined) {
      p.err('Usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n');
      return 2;
    }
    source = first;
  }
  try {
    const rules = parseAwk(source);
    const run = new Awk(p, rules);
    if (f.has('F')) run.set('FS', f.value('F') === 't' ? '\t' : unescape(f.value('F') as string));
    for (const v of f.values('v')) run.set(v.slice(0, v.indexOf('=')), unescape(v.slice(v.indexOf('=') + 1)));
    let code = 0;
    const reads = rules.some((r) => r.when !== 'BEGIN');
    const inputs = (reads ? (rest.length > 0 ? rest : ['']) : []).flatMap((name) => {
      const text = name === '' ? p.stdin : readFile(p, name);
      if (text === undefined) code = 2;
      return text === undefined ? [] : [{ name, text }];
    });
    return run.run(inputs) || code;
  } catch (e) {
    if (!(e instanceof AwkError)) throw e;
    return refuse(p, `'${source}' (${e.message})`);
  }
};
