// Reading and writing of transcripts.
import { describe, expect, test } from 'vitest';
import { readTranscript, rewriteTranscript, splitWords } from '../../src/lab/transcript.js';

describe('the reader of transcripts', () => {
  test('splits words as a shell does', () => {
    expect(splitWords(`kubectl get  -o 'jsonpath={.a b}' "c\\"d" e\\ f ''`)).toEqual([
      'kubectl',
      'get',
      '-o',
      'jsonpath={.a b}',
      'c"d',
      'e f',
      '',
    ]);
  });

  test('finds commands, input and output, and writes them back', () => {
    const text =
      "# A\n```console\n$ kubectl apply \\\n  -f - <<'EOF'\nkind: A\nEOF\na created\n$ kubectl get x\n? 1\n```\n```yaml\n$ no\n```\n";
    const steps = readTranscript(text);
    expect(steps.map((s) => [s.words.join(' '), s.stdin, s.expected])).toEqual([
      ['kubectl apply -f -', 'kind: A\n', 'a created\n'],
      ['kubectl get x', undefined, '? 1\n'],
    ]);
    expect(rewriteTranscript(text, ['a created\n', '? 1\n'])).toBe(text);
    expect(rewriteTranscript(text, ['', 'b\nc\n'])).toBe(text.replace('a created\n', '').replace('? 1\n', 'b\nc\n'));
  });
});
