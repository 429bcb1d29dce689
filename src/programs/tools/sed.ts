// sed: s///, d, p, q, addresses. awk: patterns with print.
import type { Process, Program } from '../process.js';
import { flags, linesOf, readAll, readFile, refuse, writing } from './arguments.js';
import { basic } from './text.js';

interface Instruction {
  readonly applies: (line: string, n: number, last: boolean) => boolean;
  readonly verb: string;
  readonly edit?: (line: string) => { line: string; changed: boolean };
  readonly print?: boolean;
}

export const sed: Program = (p) => {
  const f = flags(p.argv, 'nirEe:', { quiet: 'n', silent: 'n', 'in-place': 'i', 'regexp-extended': 'E', expression: 'e' });
  if (f.unknown) return refuse(p, f.unknown);
  const rest = [...f.rest];
  const scripts = f.values('e');
  if (scripts.length === 0) scripts.push(rest.shift() ?? '');
  const extended = f.has('r') || f.has('E');
  const program: Instruction[] = [];
  for (const text of scripts.flatMap((s) => splitScript(s))) {
    const one = instruction(text, extended);
    if (!one) return refuse(p, `'${text}'`);
    program.push(one);
  }
  const edited = (text: string): string => edit(program, text, f.has('n'));
  if (f.has('i')) return inPlace(p, rest, edited);
  const { text, code } = readAll(p, rest);
  p.out(edited(text));
  return code;
};

function inPlace(p: Process, paths: readonly string[], edited: (text: string) => string): number {
  let code = 0;
  for (const path of paths) {
    const text = readFile(p, path);
    const done = text === undefined ? 1 : writing(p, path, (full) => p.machine.files.write(full, edited(text), false, p.machine.now));
    code = Math.max(code, done);
  }
  return code;
}

function edit(program: readonly Instruction[], text: string, quiet: boolean): string {
  const lines = linesOf(text);
  let out = '';
  for (const [i, original] of lines.entries()) {
    let line = original;
    let deleted = false;
    let quit = false;
    for (const x of program) {
      if (!x.applies(line, i + 1, i === lines.length - 1)) continue;
      if (x.verb === 'd') {
        deleted = true;
        break;
      }
      if (x.verb === 'p') out += `${line}\n`;
      if (x.verb === 'q') quit = true;
      if (x.edit) {
        const done = x.edit(line);
        line = done.line;
        if (done.changed && x.print) out += `${line}\n`;
      }
    }
    // A last line without its newline stays so.
    if (!deleted && !quiet) out += i === lines.length - 1 && !text.endsWith('\n') ? line : `${line}\n`;
    if (quit) break;
  }
  return out;
}

/** Commands are separated by newlines, and by semicolons outside s///. */
function splitScript(script: string): string[] {
  const out: string[] = [];
  let rest = script.trim();
  while (rest !== '') {
    const s = /^((?:\d+|\$|\/(?:\\.|[^/])*\/)(?:,(?:\d+|\$|\/(?:\\.|[^/])*\/))?!?)?s(.)/.exec(rest);
    let end: number;
    if (s) {
      const mark = s[2] as string;
      let seen = 0;
      end = s[0].length;
      while (end < rest.length && seen < 2) {
        if (rest[end] === '\\') end++;
        else if (rest[end] === mark) seen++;
        end++;
      }
      while (end < rest.length && !/[;\n]/.test(rest[end] as string)) end++;
    } else {
      end = rest.search(/[;\n]/);
      if (end < 0) end = rest.length;
    }
    out.push(rest.slice(0, end).trim());
    rest = rest.slice(end + 1).trim();
  }
  return out;
}

function instruction(text: string, extended: boolean): Instruction | undefined {
  const match = /^(\d+|\$|\/(?:\\.|[^/])*\/)?(?:,(\d+|\$|\/(?:\\.|[^/])*\/))?(!)?\s*([sdpq])([^]*)$/.exec(text);
  if (!match) return undefined;
  const [, from, to, not, verb = '', body = ''] = match;
  const compile = (re: string): string => (extended ? re : basic(re));
  const single = (address: string): ((line: string, n: number, last: boolean) => boolean) => {
    if (address === '$') return (_l, _n, last) => last;
    if (/^\d+$/.test(address)) return (_l, n) => n === Number(address);
    const re = new RegExp(compile(address.slice(1, -1)));
    return (line) => re.test(line);
  };
  let applies: Instruction['applies'] = () => true;
  if (from && to) {
    let open = false;
    const [first, second] = [single(from), single(to)];
    applies = (line, n, last) => {
      if (!open) {
        open = first(line, n, last);
        return open && (/^\d+$/.test(to) && Number(to) <= n ? !(open = false) : true);
      }
      if (second(line, n, last)) open = false;
      return true;
    };
  } else if (from) applies = single(from);
  const test = applies;
  if (not) applies = (line, n, last) => !test(line, n, last);
  if (verb !== 's') return body.trim() === '' ? { applies, verb } : undefined;
  const mark = body[0] ?? '/';
  const parts: string[] = [];
  let part = '';
  for (let i = 1; i < body.length; i++) {
    if (body[i] === '\\' && body[i + 1] === mark) part += body[++i];
    else if (body[i] === '\\') part += `\\${body[++i] ?? ''}`;
    else if (body[i] === mark) {
      parts.push(part);
      part = '';
    } else part += body[i];
  }
  parts.push(part);
  const [pattern = '', replacement = '', options = ''] = parts;
  if (parts.length !== 3 || !/^[gipI\d\s]*$/.test(options)) return undefined;
  const re = new RegExp(compile(pattern), `${options.includes('g') ? 'g' : ''}${/[iI]/.test(options) ? 'i' : ''}`);
  const edit = (line: string): { line: string; changed: boolean } => {
    let changed = false;
    const next = line.replace(re, (...groups: unknown[]) => {
      changed = true;
      return replacement.replace(/\\(\d)|\\n|\\t|\\(.)|&/g, (whole, digit: string | undefined, plain: string | undefined) => {
        if (whole === '&') return String(groups[0]);
        if (digit !== undefined) return String(groups[Number(digit)] ?? '');
        if (whole === '\\n') return '\n';
        if (whole === '\\t') return '\t';
        return plain ?? '';
      });
    });
    return { line: next, changed };
  };
  return { applies, verb, edit, print: options.includes('p') };
}

/** '{print $1, $NF}', '/re/ {print $2}', 'NR==2{...}'. */
export const awk: Program = (p) => {
  const f = flags(p.argv, 'F:v:', {}, true);
  const [script = '', ...paths] = f.rest;
  const rules = [...script.matchAll(/\s*([^{}]*?)\s*(?:\{\s*([^{}]*?)\s*\}|$)\s*;?/g)]
    .filter((m) => m[0].trim() !== '')
    .map((m) => ({ test: m[1] as string, action: m[2] ?? 'print' }));
  const { text, code } = readAll(p, paths);
  const by = f.value('F');
  const split = (line: string): string[] =>
    by === undefined || by === ' '
      ? line.trim().split(/\s+/)
      : line.split(by.length === 1 && !/\w/.test(by) ? by : new RegExp(by.replace('\\t', '\t')));
  const vars = new Map(f.values('v').map((v): [string, string] => [v.split('=')[0] as string, v.slice(v.indexOf('=') + 1)]));
  const lines = linesOf(text);
  for (const [n, line] of lines.entries()) {
    const fields = line === '' ? [] : split(line);
    const value = (expression: string): string | undefined => {
      const e = expression.trim();
      if (/^"(\\.|[^"])*"$/.test(e)) return e.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\"', '"');
      if (/^\d+$/.test(e)) return e;
      if (e === '$0') return line;
      if (e === 'NR') return String(n + 1);
      if (e === 'NF') return String(fields.length);
      if (e === '$NF') return fields.at(-1) ?? '';
      if (/^\$\d+$/.test(e)) return fields[Number(e.slice(1)) - 1] ?? '';
      if (/^\$\(?NF-\d+\)?$/.test(e)) return fields[fields.length - 1 - Number(/\d+/.exec(e)?.[0])] ?? '';
      return vars.get(e);
    };
    for (const rule of rules) {
      const verdict = testAwk(rule.test, line, value);
      if (verdict === undefined) return refuse(p, `'${rule.test}'`);
      if (!verdict) continue;
      const print = /^print(?:\s+([^]*))?$/.exec(rule.action.replace(/;$/, ''));
      if (!print) return refuse(p, `'{${rule.action}}'`);
      const words = (print[1] ?? '$0').match(/("(\\.|[^"])*"|[^,])+/g) ?? [];
      const shown = words.map((w) => (w.match(/"(\\.|[^"])*"|\$\(NF-\d+\)|[^\s"]+/g) ?? []).map(value));
      if (shown.flat().includes(undefined)) return refuse(p, `'{${rule.action}}'`);
      p.out(`${shown.map((parts) => parts.join('')).join(' ')}\n`);
    }
  }
  return code;
};

function testAwk(test: string, line: string, value: (e: string) => string | undefined): boolean | undefined {
  if (test === '') return true;
  const re = /^(!?)\/(.*)\/$/.exec(test);
  if (re) return new RegExp(re[2] as string).test(line) !== (re[1] === '!');
  const compare = /^(.+?)\s*(==|!=|>=|<=|>|<|~|!~)\s*(.+)$/.exec(test);
  if (!compare) return undefined;
  const [, a = '', op = '', b = ''] = compare;
  const left = value(a);
  if (left === undefined) return undefined;
  if (op === '~' || op === '!~') return new RegExp(b.replace(/^[/"]|[/"]$/g, '')).test(left) === (op === '~');
  const right = value(b);
  if (right === undefined) return undefined;
  const numeric = left !== '' && right !== '' && !Number.isNaN(Number(left)) && !Number.isNaN(Number(right));
  const [x, y] = numeric ? [Number(left), Number(right)] : [left, right];
  return op === '==' ? x === y : op === '!=' ? x !== y : op === '>' ? x > y : op === '<' ? x < y : op === '>=' ? x >= y : x <= y;
}
