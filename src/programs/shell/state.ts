// What a shell knows while it runs: variables, arrays, functions, options, positional parameters, and the folder it is in.
import { normalPath } from '../files.js';
import type { Machine } from '../process.js';
import { globToRegExp } from './pattern.js';
import type { Command, Dialect } from './syntax.js';

export class ShellState {
  readonly vars: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  readonly arrays: Map<string, string[]>;
  readonly dialect: Dialect;
  positional: string[] = [];
  status = 0;
  errexit = false;
  xtrace = false;
  nounset = false;
  /** The line that is being run, of those that were read one by one; messages name it. */
  line = 1;
  /** Somebody types, and looks at the answers. */
  interactive = false;
  traps = new Map<string, string>();
  /** What `local` of each running function has put aside. */
  readonly #frames: Map<string, string | undefined>[] = [];

  constructor(
    readonly machine: Machine,
    env: ReadonlyMap<string, string>,
    public cwd: string,
    /** "sh" or "bash": what messages begin with. */
    readonly name: string,
    parent?: ShellState,
  ) {
    this.vars = new Map(parent ? parent.vars : env);
    this.exported = new Set(parent ? parent.exported : env.keys());
    this.functions = new Map(parent?.functions);
    this.arrays = new Map([...(parent?.arrays ?? [])].map(([k, v]): [string, string[]] => [k, [...v]]));
    this.dialect = name === 'bash' ? 'bash' : machine.host.image.flavour === 'debian' ? 'dash' : 'ash';
    if (parent) {
      this.positional = parent.positional;
      this.status = parent.status;
      this.errexit = parent.errexit;
      this.xtrace = parent.xtrace;
      this.nounset = parent.nounset;
      this.line = parent.line;
      this.interactive = parent.interactive;
      this.#frames = parent.#frames;
    }
  }

  prefix(): string {
    const { flavour } = this.machine.host.image;
    if (this.name === 'bash') return this.interactive ? 'bash: ' : `bash: line ${this.line}: `;
    return flavour === 'debian' ? `sh: ${this.line}: ` : 'sh: ';
  }

  get(name: string): string | undefined {
    switch (name) {
      case '?':
        return String(this.status);
      case '#':
        return String(this.positional.length);
      case '$':
        return '1';
      case '-':
        return '';
      case '0':
        return this.name;
      case '@':
      case '*':
        return this.positional.length > 0 ? this.positional.join(' ') : undefined;
      case 'RANDOM':
        return String(this.machine.host.pick(32768));
      case 'PPID':
        return '0';
      case 'PWD':
        return this.cwd;
      case 'SECONDS':
        return String(Math.floor((this.machine.now - this.machine.host.startedAt) / 1000));
      default:
        return /^\d+$/.test(name) ? this.positional[Number(name) - 1] : (this.vars.get(name) ?? this.arrays.get(name)?.[0]);
    }
  }

  set(name: string, value: string): void {
    this.vars.set(name, value);
  }

  glob(pattern: string): string[] {
    const absolute = pattern.startsWith('/');
    let found = [absolute ? '/' : ''];
    for (const part of pattern.split('/').filter((p) => p !== '')) {
      const test = globToRegExp(part);
      const wild = /(^|[^\\])[*?[]/.test(part);
      found = found.flatMap((dir) => {
        if (!wild) return this.machine.files.exists(normalPath(`${dir}${part}`, this.cwd)) ? [`${dir}${part}/`] : [];
        return this.machine.files
          .names(normalPath(dir || '.', this.cwd))
          .filter((n) => test.test(n) && (!n.startsWith('.') || part.startsWith('.')))
          .map((n) => `${dir}${n}/`);
      });
    }
    return found.map((f) => f.replace(/\/$/, '')).filter((f) => f !== '');
  }

  /** Exported variables, as a program gets them. */
  environment(extra: readonly (readonly [string, string])[] = []): Map<string, string> {
    const env = new Map<string, string>();
    for (const [k, v] of this.vars) if (this.exported.has(k)) env.set(k, v);
    for (const [k, v] of extra) env.set(k, v);
    return env;
  }

  /** Variables that are set for one builtin only: IFS=: read a b. */
  protected withVariables(assigns: readonly (readonly [string, string])[], body: () => number): number {
    const before = assigns.map(([k]): [string, string | undefined] => [k, this.vars.get(k)]);
    for (const [k, v] of assigns) this.set(k, v);
    try {
      return body();
    } finally {
      for (const [k, v] of before)
        if (v === undefined) this.vars.delete(k);
        else this.vars.set(k, v);
    }
  }

  /** local: the variable is as it was when the function returns. */
  keep(name: string): void {
    const frame = this.#frames.at(-1);
    if (frame && !frame.has(name)) frame.set(name, this.vars.get(name));
  }

  /** What `body` makes of the variables that it declares local is forgotten at its end. */
  protected inFunction(positional: string[], body: () => number): number {
    const before = this.positional;
    this.positional = positional;
    const frame = new Map<string, string | undefined>();
    this.#frames.push(frame);
    try {
      return body();
    } finally {
      this.positional = before;
      this.#frames.pop();
      for (const [name, value] of frame)
        if (value === undefined) this.vars.delete(name);
        else this.vars.set(name, value);
    }
  }
}
