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

test('resources in variables: what is not limited is the node, huge pages are none', () => {
  const env = ['limits.cpu', 'requests.memory', 'limits.hugepages-2Mi', 'requests.hugepages-1Gi'].map((resource, i) => ({
    name: `V${i}`,
    valueFrom: { resourceFieldRef: { resource } },
  }));
  const resources = { limits: { 'hugepages-2Mi': '4Mi' } };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a',
      namespace: 'default',
    },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'x',
          env,
          resources,
        },
      ],
    },
    status: {},
  };
  const text = describePod(pod, { api, now: 0, showEvents: false });
  expect(text.slice(text.indexOf('      V0'), text.indexOf('    Mounts:'))).toBe(
    [
      '      V0:        node allocatable (limits.cpu)',
      '      V1:        0 (requests.memory)',
      '      V2:        4194304 (limits.hugepages-2Mi)',
      '      V3:        0 (requests.hugepages-1Gi)\n',
    ].join('\n'),
  );
});
