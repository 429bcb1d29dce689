// `describe pod` against what kubectl said of Pods that a real kubelet ran.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describePod } from '../../../src/kinds/pod/describe.js';
import type { Pod } from '../../../src/model/generated/api.js';

interface Step {
  argv: string[];
  stdout: string;
  objects?: Pod[];
}

const file = new URL('../../../../shared/recorded/runtime.jsonl', import.meta.url);
const api = {
  call: () => {
    throw new Error('no events wanted');
  },
  pass: () => 0,
};

test('describe pod says of recorded Pods what kubectl said', () => {
  if (!existsSync(file)) return console.log('skipped: no recordings');
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { file: name, steps } = JSON.parse(line) as { file: string; steps: Step[] };
    const objects = steps.find((s) => s.objects)?.objects ?? [];
    // A few controllers made their Pods only after the describe.
    const said = steps.find((s) => s.argv[0] === 'describe')?.stdout ?? '';
    const texts = said.split('\n\n\n').map((text) => text.slice(0, text.indexOf('\nEvents:') + 1));
    if (said === '') continue;
    const now = Date.parse('2026-11-21T12:00:00Z');
    const ours = objects.map((pod) => describePod(pod, { api, now, showEvents: false }));
    expect({ name, texts: ours }).toEqual({ name, texts });
  }
});
