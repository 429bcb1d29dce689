// How traces look, on a terminal and in a pipe.
import { expect, test } from 'vitest';
import { lookOf, tracesText } from '../../src/cli/trace.js';
import { reach } from '../../src/cli/verbs/reach.js';
import { why } from '../../src/cli/verbs/why.js';
import type { Trace } from '../../src/model/packet.js';

const from = { kind: 'pod', namespace: 'default', name: 'client', ip: '10.244.1.9', node: 'node01' } as const;
const refused: Trace = {
  packet: { from, to: '10.96.1.1', port: 80, protocol: 'TCP' },
  asked: 'web',
  hops: [
    { step: 'service', object: 'Service default/web', rule: '-A KUBE-SERVICES -j REJECT', why: 'no endpoints: rejected by node node01' },
    { step: 'because', object: 'Service default/web', why: 'no Pod', field: 'spec.selector', cause: 'selector-matches-nothing' },
  ],
  outcome: 'refused',
  effects: [],
};
const ping: Trace = {
  packet: { from, to: '10.244.1.10', port: 0, protocol: 'ICMP' },
  hops: [{ step: 'listener', object: 'Pod default/b', why: 'answers the ping' }],
  outcome: 'ok',
  effects: [],
};

test('in a pipe: plain text in columns', () => {
  expect(tracesText([ping, refused], lookOf({ outputIsTTY: false, env: {} }))).toBe(`pod/client (10.244.1.9) -> 10.244.1.10: ok
  listener  Pod default/b  answers the ping

pod/client (10.244.1.9) -> 10.96.1.1:80/TCP (web): refused
  service  Service default/web  no endpoints: rejected by node node01
           | -A KUBE-SERVICES -j REJECT
  because  Service default/web  no Pod

refused: look at spec.selector of Service default/web
`);
});

test('on a terminal: colour and symbols; NO_COLOR leaves the symbols', () => {
  const coloured = tracesText([refused], lookOf({ outputIsTTY: true, env: {} }));
  const plain = tracesText([refused], lookOf({ outputIsTTY: true, env: { NO_COLOR: '1' } }));
  expect(coloured.split('\n')[0]).toBe(
    '\u001b[31m✗ \u001b[39m\u001b[1mpod/client (10.244.1.9) → 10.96.1.1:80/TCP\u001b[22m (web): \u001b[31mrefused\u001b[39m',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect(plain).toBe(`✗ pod/client (10.244.1.9) → 10.96.1.1:80/TCP (web): refused
  service  Service default/web  no endpoints: rejected by node node01
           | -A KUBE-SERVICES -j REJECT
  because  Service default/web  no Pod

✗ refused: look at spec.selector of Service default/web
`);
});

/** What a verb prints of a server's answer. */
function printed(verb: typeof reach, answer: object, outputIsTTY: boolean, env: Record<string, string> = {}): string {
  let shown = '';
  const io = { out: (text: string) => void (shown += text), err: (text: string) => void (shown += text), outputIsTTY, env };
  const flags = { string: () => '', bool: (name: string) => name === 'fix' };
  void verb.run({ args: [], flags, io, client: { call: () => answer }, namespace: 'default' } as never);
  return shown;
}

const matrix = {
  kind: 'ReachResult',
  columns: [
    { namespace: 'default', service: 'dns', port: 53, protocol: 'UDP' },
    { namespace: 'default', service: 'web', port: 80, protocol: 'TCP' },
  ],
  rows: [
    {
      namespace: 'default',
      pod: 'a',
      cells: [
        { outcome: 'ok', ok: 1, of: 1 },
        { outcome: 'partial', ok: 1, of: 3 },
      ],
    },
  ],
};

test('the matrix: columns in a pipe, a box on a terminal, colours unless NO_COLOR', () => {
  expect(printed(reach, matrix, false)).toBe('POD   dns:53/UDP   web:80\na     ok           1/3\n');
  const boxed = `┌───┬────────────┬────────┐
│   │ dns:53/UDP │ web:80 │
├───┼────────────┼────────┤
│ a │ ok         │ 1/3    │
└───┴────────────┴────────┘
`;
  expect(printed(reach, matrix, true, { NO_COLOR: '1' })).toBe(boxed);
  const coloured = printed(reach, matrix, true);
  expect(coloured).toContain('\u001b[32mok\u001b[39m');
  expect(coloured).toContain('\u001b[33m1/3\u001b[39m');
});

test('a failure explained, with its cure', () => {
  const answer = {
    kind: 'WhyResult',
    goal: { sender: { kind: 'guest' }, host: 'web', port: 80, protocol: 'TCP' },
    at: 0,
    traces: [refused],
    fork: 'refused',
    see: { command: 'kubectl describe service web', shows: 'behind Endpoints: stands nothing' },
    hints: ['did you mean http://web2?'],
    arrives: false,
    tried: 2,
    cure: { object: 'Service default/web', what: 'x', command: 'kubectl set selector service web app=web', seconds: 2, ways: 3 },
  };
  expect(printed(why, answer, false)).toBe(`pod/client (10.244.1.9) -> 10.96.1.1:80/TCP (web): refused
Fork:     refused
Hop:      service (Service default/web): no endpoints: rejected by node node01
Because:  no Pod
Object:   Service default/web
Field:    spec.selector
See:      kubectl describe service web
          behind Endpoints: stands nothing
Hint:     did you mean http://web2?
Fix:      kubectl set selector service web app=web
          Service default/web: x
          tried on a copy: 3 of 3 ways arrive after 2 s
`);
  expect(printed(why, answer, true)).toContain('Fix:      \u001b[32mkubectl set selector service web app=web\u001b[39m\n');
});
