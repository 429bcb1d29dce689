// Elastic tab stops: cells end with a tab, a column is as wide as its widest cell in consecutive lines.
// Mirrors Go's text/tabwriter (which `describe` writes through) and the fork of it that prints kubectl's tables.

export interface TabLayout {
  readonly minWidth: number;
  readonly padding: number;
}

/** What `describe` uses: tabwriter.NewWriter(out, 0, 8, 2, ' ', 0). */
const describeLayout: TabLayout = { minWidth: 0, padding: 2 };

/** What `get` and every other kubectl table uses: NewWriter(out, 6, 4, 3, ' ', RememberWidths). */
export const tableLayout: TabLayout = { minWidth: 6, padding: 3 };

/** Text with tabs in, aligned text out. The last cell of a line is never padded and shapes no column. */
export function alignTabs(text: string, layout: TabLayout = describeLayout): string {
  if (!text.includes('\t')) return text;
  return align(
    text.split('\n').map((line) => line.split('\t')),
    layout,
  ).join('\n');
}

/** Rows of one kubectl table. Widths are remembered from call to call, so that `get -w` stays in line. */
export class TableWriter {
  private remembered: number[] = [];

  /** The rows' lines, each with its newline. */
  rows(rows: readonly (readonly string[])[]): string {
    return align(rows, tableLayout, this.remembered)
      .map((line) => `${line}\n`)
      .join('');
  }

  /** A new table begins. */
  forget(): void {
    this.remembered = [];
  }
}

/** One whole table, as kubectl prints it. */
export const table = (rows: readonly (readonly string[])[]): string => new TableWriter().rows(rows);

function align(lines: readonly (readonly string[])[], layout: TabLayout, remembered?: number[]): string[] {
  const widths = lines.map((): number[] => []);
  const columns = lines.reduce((most, line) => Math.max(most, line.length - 1), 0);
  for (let column = 0; column < columns; column++) {
    for (let start = 0; start < lines.length; start++) {
      let end = start;
      let width = Math.max(layout.minWidth, remembered?.[column] ?? 0);
      for (; end < lines.length && lines[end]!.length - 1 > column; end++) {
        width = Math.max(width, runes(lines[end]![column]!) + layout.padding);
      }
      if (end === start) continue;
      for (let i = start; i < end; i++) widths[i]!.push(width);
      if (remembered) remembered[column] = width;
      start = end;
    }
  }
  return lines.map((line, i) => line.map((cell, j) => (j < line.length - 1 ? pad(cell, widths[i]![j]!) : cell)).join(''));
}

const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - runes(cell)));

/** Go counts code points, not columns on the screen. */
function runes(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the common case and needs no iterator
  return /^[\x00-\x7f]*$/.test(text) ? text.length : [...text].length;
}
