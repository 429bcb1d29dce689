// The hunks of a unified diff, three lines of context, without file names.

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

const context = 3;

/** "@@ -1,3 +1,4 @@" and what follows, each line with its newline; "" when the texts are equal. */
export function unifiedDiff(before: string, after: string): string {
  const edits = editsOf(before.split('\n'), after.split('\n'));
  const changed = edits.flatMap((e, i) => (e.mark === ' ' ? [] : [i]));
  const spans: [number, number][] = [];
  for (const i of changed) {
    const last = spans[spans.length - 1];
    if (last && i - last[1] <= 2 * context) last[1] = i;
    else spans.push([i, i]);
  }
  return spans.map(([first, last]) => hunk(edits, Math.max(0, first - context), Math.min(edits.length, last + context + 1))).join('');
}

function hunk(edits: readonly Edit[], start: number, end: number): string {
  const shown = edits.slice(start, end);
  const count = (list: readonly Edit[], without: Edit['mark']): number => list.filter((e) => e.mark !== without).length;
  const earlier = edits.slice(0, start);
  const place = (without: Edit['mark']): string => `${count(earlier, without) + 1},${count(shown, without)}`;
  return `@@ -${place('+')} +${place('-')} @@\n${shown.map((e) => `${e.mark}${e.line}\n`).join('')}`;
}

/** A shortest list of edits, by the longest common subsequence. */
function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      edits.push({ mark: ' ', line: before[i] ?? '' });
      i++;
      j++;
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1)))
      edits.push({ mark: '-', line: before[i++] ?? '' });
    else edits.push({ mark: '+', line: after[j++] ?? '' });
  }
  return edits;
}
