// Transcripts: Markdown whose ```console blocks are commands and exactly what they print. One text is documentation and test.
//   $ kubectl get svc web          a command; a backslash at the end goes on with the next line, <<'EOF' gives it input
//   $ cat > web.yaml <<'EOF'       writes a file
//   ? 1                            the exit code, when it is not 0

export interface TranscriptStep {
  /** Index of the `$` line, and of the first line after the step's output. */
  readonly from: number;
  readonly to: number;
  /** The command's own lines, input included, as they stand in the file. */
  readonly source: readonly string[];
  readonly words: readonly string[];
  readonly stdin?: string;
  /** What it printed, and "? N". */
  readonly expected: string;
}

/** The steps of all console blocks. */
export function readTranscript(markdown: string): TranscriptStep[] {
  const lines = markdown.split('\n');
  const steps: TranscriptStep[] = [];
  let inside = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.startsWith('```')) inside = !inside && line === '```console';
    else if (inside && line.startsWith('$ ')) {
      const step = readStep(lines, i);
      steps.push(step);
      i = step.to - 1;
    }
  }
  return steps;
}

function readStep(lines: readonly string[], from: number): TranscriptStep {
  let at = from;
  let command = (lines[at++] as string).slice(2);
  while (command.endsWith('\\') && at < lines.length) command = command.slice(0, -1) + (lines[at++] as string).trimStart();
  const heredoc = /\s*<<-?\s*'?(\w+)'?\s*$/.exec(command);
  const input: string[] = [];
  if (heredoc) {
    command = command.slice(0, heredoc.index);
    while (at < lines.length && lines[at] !== heredoc[1]) input.push(lines[at++] as string);
    at++;
  }
  const source = lines.slice(from, at);
  const start = at;
  while (at < lines.length && !(lines[at] as string).startsWith('$ ') && !(lines[at] as string).startsWith('```')) at++;
  const expected = lines
    .slice(start, at)
    .map((l) => `${l}\n`)
    .join('');
  return { from, to: at, source, words: splitWords(command), expected, ...(heredoc && { stdin: input.map((l) => `${l}\n`).join('') }) };
}

/** The transcript with `outputs` in place of what the steps expect. */
export function rewriteTranscript(markdown: string, outputs: readonly string[]): string {
  const lines = markdown.split('\n');
  const result: string[] = [];
  let at = 0;
  readTranscript(markdown).forEach((step, i) => {
    const output = outputs[i] ?? step.expected;
    result.push(...lines.slice(at, step.from), ...step.source, ...(output === '' ? [] : output.replace(/\n$/, '').split('\n')));
    at = step.to;
  });
  return [...result, ...lines.slice(at)].join('\n');
}

/** A command line's words, as a shell splits them: quotes and backslashes, no variables and no pipes. */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < command.length; i++) {
    const c = command[i] as string;
    if (c === ' ' || c === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === "'") {
      const end = command.indexOf("'", i + 1);
      if (end < 0) throw new Error(`a quote is not closed: ${command}`);
      word = (word ?? '') + command.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      word ??= '';
      for (i++; i < command.length && command[i] !== '"'; i++) {
        if (command[i] === '\\' && '"\\$`'.includes(command[i + 1] ?? ' ')) i++;
        word += command[i];
      }
    } else if (c === '\\') word = (word ?? '') + (command[++i] ?? '');
    else word = (word ?? '') + c;
  }
  return word === undefined ? words : [...words, word];
}
