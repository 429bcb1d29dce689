import { expect, test } from 'vitest';
import { main } from '../../src/main.js';

async function run(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdin: () => '',
    out: (s: string) => void (stdout += s),
    err: (s: string) => void (stderr += s),
    inputIsTTY: false,
    outputIsTTY: false,
    env: { KUBELAB_CLUSTER: ':memory:' },
    cwd: '/',
  };
  const code = await main(argv, io, 'kubectl');
  return { code, stdout, stderr };
}
const fails = (stderr: string) => ({ code: 1, stdout: '', stderr });

test('flags may stand before the verb', async () => {
  expect(await run('-n', 'x', 'version', '--client')).toEqual({
    code: 0,
    stdout: 'Client Version: v1.36.4\nKustomize Version: v5.8.1\n',
    stderr: '',
  });
});

test('unknown commands', async () => {
  expect(await run('foobar')).toEqual(fails('error: unknown command "foobar" for "kubectl"\n'));
  expect(await run('versio')).toEqual(fails('error: unknown command "versio" for "kubectl"\n\nDid you mean this?\n\tversion\n'));
});

test('what kubectl has and kubelab has not is refused by name', async () => {
  expect(await run('plugin', 'list')).toEqual(fails("error: kubelab does not simulate 'kubectl plugin'\n"));
  expect(await run('version', '--as=me')).toEqual(fails('error: kubelab does not simulate --as: authentication and impersonation\n'));
});
