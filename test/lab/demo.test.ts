import { expect, test } from 'vitest';
import { main } from '../../src/main.js';

test('every step of the demo ends as its story says', async () => {
  let text = '';
  const say = (t: string): void => void (text += t);
  const io = { stdin: () => '', out: say, err: say, inputIsTTY: false, outputIsTTY: false, env: {}, cwd: '/' };
  expect([await main(['demo'], io, 'kubelab'), text.trimEnd().split('\n').at(-1)]).toEqual([0, 'Every step ended as it should.']);
});
