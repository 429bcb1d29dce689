// sed: POSIX sed, with -i, -E and GNU's first~step; reading and writing other files inside a script is refused by name.
import type { Process, Program } from '../../process.js';
import { flags, isBusybox, linesOf, readFile, refuse, writing } from '../arguments.js';
import { type Address, type Command, parseSed, SedError, type Substitute } from './parse.js';

export const sed: Program = (p) => {
  const busybox = isBusybox(p);
  // -i may carry a suffix; it never takes the next word.
  const inPlace = p.argv.find((a, i) => i > 0 && (/^-[nrEsz]*i/.test(a) || a.startsWith('--in-place')));
  const argv = p.argv.flatMap((a, i) => (i > 0 && a === inPlace ? a.replace(/i.*$/, '').replace(/^-$|^--$/, '') || [] : [a]));
  const f = flags(argv, 'nrEse:f:uz', { quiet: 'n', silent: 'n', 'regexp-extended': 'E', expression: 'e', file: 'f', posix: 's' });
  if (f.unknown || f.has('z')) return refuse(p, f.unknown ?? '-z');
  const rest = [...f.rest];
  const scripts = [...f.values('e'), ...f.values('f').map((path) => (readFile(p, path) ?? '').replace(/\n$/, ''))];
  if (scripts.length === 0) {
    const first = rest.shift();
    if (first === undefined) {
      p.err('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n');
      return 1;
    }
    scripts.push(first);
  }
  let program: Command[];
  try {
    program = parseSed(scripts.join('\n'), f.has('r') || f.has('E'), busybox);
  } catch (e) {
    if (!(e instanceof SedError)) throw e;
    if (!e.real) return refuse(p, e.message);
    p.err(`sed: ${e.message}\n`);
    return 1;
  }
  let code = 0;
  const texts = (rest.length > 0 ? rest : ['-']).flatMap((path) => {
    const text = readFile(p, path);
    if (text === undefined) code = busybox ? 1 : 2;
    return text === undefined ? [] : [{ path, text }];
  });
  if (inPlace === undefined) return new Editor(p, program, f.has('n'), p.out).run(texts.map((t) => t.text).join('')) || code;
  for (const { path, text } of texts) {
    let result = '';
    new Editor(p, program, f.has('n'), (t) => (result += t)).run(text);
    const suffix = /^-\w*i(.+)$/.exec(inPlace)?.[1];
    const save = (name: string, content: string): number =>
      writing(p, name, (full) => p.machine.files.write(full, content, false, p.machine.now));
    code = Math.max(code, suffix === undefined ? 0 : save(`${path}${suffix}`, text), save(path, result));
  }
  return code;
};

class Editor {
  #lines: string[] = [];
  #at = 0;
  #space = '';
  #hold = '';
  #after: string[] = [];
  #ranges = new Map<Command, number>();
  /** The text ends without a newline. */
  #open = false;

  constructor(
    private readonly p: Process,
    private readonly program: readonly Command[],
    private readonly quiet: boolean,
    private readonly out: (text: string) => void,
  ) {}

  run(text: string): number {
    this.#lines = linesOf(text);
    this.#open = text !== '' && !text.endsWith('\n');
    let restart = false;
    while (restart || this.#at < this.#lines.length) {
      if (!restart) this.#space = this.#lines[this.#at++] as string;
      restart = false;
      const end = this.#cycle();
      if (end === 'restart') restart = true;
      else if (end !== 'delete' && end !== 'quit now' && !this.quiet) this.#line(this.#space);
      this.#flush();
      if (typeof end === 'object') return end.code;
      if (end === 'quit now') return 0;
    }
    return 0;
  }

  get #last(): boolean {
    return this.#at >= this.#lines.length;
  }

  #line(text: string): void {
    this.out(this.#last && this.#open && this.#after.length === 0 ? text : `${text}\n`);
  }

  #flush(): void {
    for (const text of this.#after.splice(0)) this.out(`${text}\n`);
  }

  #fits(a: Address): boolean {
    if (a.kind === 'line') return this.#at === a.n;
    if (a.kind === 'step') return a.step === 0 ? this.#at === a.first : this.#at >= a.first && (this.#at - a.first) % a.step === 0;
    if (a.kind === 'last') return this.#last;
    return a.kind === 'match' && a.re.test(this.#space);
  }

  #applies(c: Command): boolean {
    const { from, to } = c;
    if (!from) return !c.not;
    if (!to) return this.#fits(from) !== c.not;
    let inside = true;
    const begun = this.#ranges.get(c);
    if (begun === undefined) {
      inside = this.#fits(from);
      if (inside && !(to.kind === 'line' && to.n <= this.#at) && !(to.kind === 'more' && to.lines === 0)) this.#ranges.set(c, this.#at);
    } else {
      const over = to.kind === 'more' ? this.#at >= begun + to.lines : to.kind === 'line' ? this.#at >= to.n : this.#fits(to);
      if (over) this.#ranges.delete(c);
      if (to.kind === 'line' && this.#at > to.n) inside = false;
    }
    return inside !== c.not;
  }

  /** One pass of the script; how it ended. */
  #cycle(): 'end' | 'delete' | 'restart' | 'quit now' | { code: number } {
    let replaced = false;
    for (let i = 0; i < this.program.length; i++) {
      this.p.machine.spend();
      const c = this.program[i] as Command;
      if (c.verb === ':' || c.verb === '}') continue;
      if (!this.#applies(c)) {
        if (c.verb === '{') i = c.end as number;
        continue;
      }
      const jump = (): number => (c.text === '' ? this.program.length : this.program.findIndex((x) => x.verb === ':' && x.text === c.text));
      switch (c.verb) {
        case 's': {
          const done = substitute(this.#space, c.substitute as Substitute);
          if (done === undefined) break;
          this.#space = done;
          replaced = true;
          if (c.substitute?.print) this.#line(this.#space);
          break;
        }
        case 'y':
          this.#space = [...this.#space].map((x) => c.map?.get(x) ?? x).join('');
          break;
        case 'd':
          return 'delete';
        case 'D': {
          const end = this.#space.indexOf('\n');
          if (end < 0) return 'delete';
          this.#space = this.#space.slice(end + 1);
          return 'restart';
        }
        case 'p':
          this.#line(this.#space);
          break;
        case 'P':
          this.out(`${this.#space.split('\n')[0]}\n`);
          break;
        case 'n':
          if (this.#last) return this.quiet ? 'delete' : 'end';
          if (!this.quiet) this.#line(this.#space);
          this.#flush();
          this.#space = this.#lines[this.#at++] as string;
          break;
        case 'N':
          if (this.#last) return 'end';
          this.#space += `\n${this.#lines[this.#at++]}`;
          break;
        case 'h':
          this.#hold = this.#space;
          break;
        case 'H':
          this.#hold += `\n${this.#space}`;
          break;
        case 'g':
          this.#space = this.#hold;
          break;
        case 'G':
          this.#space += `\n${this.#hold}`;
          break;
        case 'x':
          [this.#space, this.#hold] = [this.#hold, this.#space];
          break;
        case 'i':
          this.out(`${c.text}\n`);
          break;
        case 'a':
          this.#after.push(c.text);
          break;
        case 'c':
          if (!c.to || !this.#ranges.has(c)) this.out(`${c.text}\n`);
          return 'delete';
        case '=':
          this.out(`${this.#at}\n`);
          break;
        case 'l':
          this.out(`${this.#space.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}$\n`);
          break;
        case 'q':
          return { code: Number(c.text) };
        case 'Q':
          return 'quit now';
        case 'b':
          i = jump();
          break;
        case 't':
          if (replaced) i = jump();
          replaced = false;
          break;
        case 'T':
          if (!replaced) i = jump();
          replaced = false;
          break;
      }
      if (i < 0) return 'end';
    }
    return 'end';
  }
}

function substitute(text: string, { re, replacement, nth, all }: Substitute): string | undefined {
  let n = 0;
  let changed = false;
  const next = text.replace(re, (...groups: unknown[]) => {
    n++;
    if (n < nth || (n > nth && !all)) return String(groups[0]);
    changed = true;
    return fill(replacement, groups);
  });
  return changed ? next : undefined;
}

/** \1, &, \n, and GNU's \U \L \E. */
function fill(replacement: string, groups: readonly unknown[]): string {
  let fold: 'U' | 'L' | '' = '';
  const cased = (t: string): string => (fold === 'U' ? t.toUpperCase() : fold === 'L' ? t.toLowerCase() : t);
  return replacement.replace(/\\([^])|&|[^\\&]+/g, (whole, escaped: string | undefined) => {
    if (whole === '&') return cased(String(groups[0]));
    if (escaped === undefined) return cased(whole);
    if (/\d/.test(escaped)) return cased(String(groups[Number(escaped)] ?? ''));
    if (escaped === 'U' || escaped === 'L' || escaped === 'E') {
      fold = escaped === 'E' ? '' : escaped;
      return '';
    }
    return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped;
  });
}
