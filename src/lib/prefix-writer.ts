// Collects the lines of a `describe`, two blanks per level, tabs aligned at the end.
// Mirrors kubectl's PrefixWriter over text/tabwriter (pkg/describe/describe.go).
import { alignTabs } from './tabwriter.js';

export class PrefixWriter {
  private done = '';
  private pending = '';

  /** `text` behind the level's indentation; tabs end cells, newlines are the caller's. */
  write(level: number, text: string): this {
    this.pending += '  '.repeat(level) + escapeTerminal(text);
    return this;
  }

  /** One line: cells joined by tabs. */
  line(level: number, ...cells: (string | number)[]): this {
    return this.write(level, `${cells.join('\t')}\n`);
  }

  /** What comes after shares no columns with what came before: Flush() in upstream's describers. */
  flush(): this {
    this.done += alignTabs(this.pending);
    this.pending = '';
    return this;
  }

  /** The text with its tabs, as upstream's describers write it where no tabwriter stands behind them. */
  unaligned(): string {
    return this.done + this.pending;
  }

  toString(): string {
    return this.done + alignTabs(this.pending);
  }
}

/** What a terminal would obey is shown instead. Mirrors printers.WriteEscaped of cli-runtime. */
const escapeTerminal = (text: string): string => text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r');

/** The text of a whole `describe`: kubectl's tabbedString. */
export function tabbed(write: (w: PrefixWriter) => void): string {
  const writer = new PrefixWriter();
  write(writer);
  return writer.toString();
}
