// How traces look, on a terminal and in a pipe.
import { expect, test } from 'vitest';
import { lookOf, tracesText } from '../../src/cli/trace.js';
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
