// A shell that is typed to: it reads a command, runs it, answers, and asks for the next one.
import { Resting } from '../keys.js';
import type { Keys } from './io.js';
import { Exited } from '../process.js';
import { LoopJump, Returned } from './jumps.js';
import { parse } from './parse.js';
import { promptOf } from './prompt.js';
import type { RunningShell } from './run.js';
import { syntaxErrorText } from './syntax-error.js';
import { type List, SyntaxError } from './syntax.js';

/** A shell that rests at its prompt, with the lines of a command that is not complete yet. */
interface Rest {
  readonly shell: RunningShell;
  readonly text: string;
}

/** The exit code of `shell`; of those that rested in its place, when there were any. */
export function converse(shell: RunningShell, keys: Keys): number {
  const resting = keys.memory.splice(0) as Rest[];
  if (resting.length === 0) {
    shell.interactive = shell.io.tty;
    return new Conversation(shell, keys, '').run(true);
  }
  let status = 0;
  for (const [i, rest] of resting.entries()) {
    const again = rest.shell.reborn(shell);
    if (i > 0) again.status = status;
    try {
      status = new Conversation(again, keys, rest.text).run(i > 0);
    } catch (e) {
      if (e instanceof Resting) keys.memory.push(...resting.slice(i + 1));
      throw e;
    }
  }
  return status;
}

class Conversation {
  constructor(
    private readonly shell: RunningShell,
    private readonly keys: Keys,
    /** Lines of a command that goes on. */
    private text: string,
  ) {}

  /** `asking`: the prompt has not been shown yet. */
  run(asking: boolean): number {
    const { shell, keys } = this;
    for (let ask = asking; ; ask = true) {
      if (ask && shell.io.tty) shell.io.out(promptOf(shell, this.text === '' ? 'PS1' : 'PS2'));
      if (keys.idle) this.rest();
      const line = keys.line();
      if (line === undefined) return this.atEnd();
      this.text += line;
      if (shell.started) shell.line++;
      shell.started = true;
      const list = this.command();
      if (list === 'unfinished') continue;
      if (list === 'wrong' && !shell.interactive) return shell.leave(2);
      const code = list === 'wrong' ? undefined : this.execute(list);
      if (code !== undefined) return shell.leave(code);
    }
  }

  /** What has been read, when it is a command; what is wrong with it has been said. */
  private command(): List | 'unfinished' | 'wrong' {
    const { shell } = this;
    if (/(^|[^\\])(\\\\)*\\\n$/.test(this.text) || hereDocumentIsOpen(this.text)) return 'unfinished';
    try {
      const list = parse(this.text, shell.dialect);
      this.text = '';
      return list;
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      if (/end of file|quoted string/.test(e.message)) return 'unfinished';
      this.complain(e.message);
      return 'wrong';
    }
  }

  private complain(message: string): void {
    const { shell } = this;
    const said = syntaxErrorText(shell.dialect, shell.prefix(), message, this.text);
    const lines = said.replace(/^bash: (-c: )?line \d+: /gm, shell.prefix());
    shell.io.err(shell.dialect === 'bash' && shell.interactive ? lines.replace(/(?<=\n)[^]*/, '') : lines);
    shell.status = 2;
    this.text = '';
  }

  /** The exit code, when the command ended the shell. */
  private execute(list: List): number | undefined {
    const { shell } = this;
    try {
      shell.status = shell.list(list);
    } catch (e) {
      if (e instanceof Resting) {
        this.keys.memory.push({ shell, text: '' } satisfies Rest);
        throw e;
      }
      if (e instanceof Exited) {
        if (shell.dialect === 'bash' && shell.interactive) shell.io.err('exit\n');
        return e.code;
      }
      if (e instanceof Returned) shell.status = e.code;
      else if (!(e instanceof LoopJump)) throw e;
    }
    return undefined;
  }

  private rest(): never {
    this.keys.memory.push({ shell: this.shell, text: this.text } satisfies Rest);
    throw new Resting(0);
  }

  private atEnd(): number {
    const { shell } = this;
    if (this.text !== '') {
      try {
        parse(this.text, shell.dialect);
      } catch (e) {
        this.complain((e as Error).message);
      }
      return shell.leave(shell.status);
    }
    if (shell.interactive) shell.io.err(shell.dialect === 'bash' ? 'exit\n' : '\n');
    return shell.leave(shell.status);
  }
}

function hereDocumentIsOpen(text: string): boolean {
  const begun = /<<(-?)\s*(['"\\]?)([A-Za-z_]\w*)\2[^\n]*\n/.exec(text);
  if (!begun || text[begun.index - 1] === '<') return false;
  const lines = text.slice(begun.index + begun[0].length).split('\n');
  return !lines.some((line) => (begun[1] === '-' ? line.replace(/^\t+/, '') : line) === begun[3]);
}
