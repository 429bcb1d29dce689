// Shells that somebody types to, in a container, as its process 1, and on a node: one line at a time, with a terminal and without.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/main.js';

const folder = mkdtempSync(join(tmpdir(), 'kubelab-typing-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** All that is printed, with what was typed where it was read. */
async function session(command: string, lines: readonly string[], tty: boolean) {
  let text = '';
  const typed = [...lines];
  const io = {
    stdin: () => typed.splice(0).join(''),
    line: () => {
      const line = typed.shift();
      if (tty) text += line ?? '^D';
      return line;
    },
    out: (t: string) => void (text += t),
    err: (t: string) => void (text += t),
    inputIsTTY: tty,
    outputIsTTY: tty,
    env: { KUBELAB_CLUSTER: join(folder, 'c.db') },
    cwd: folder,
  };
  const [program = '', ...argv] = command.split(' ');
  const code = await main(argv, io, program);
  return `${text}? ${code}`;
}

beforeAll(async () => {
  await session('kubelab cluster create --clock virtual', [], false);
  await session('kubectl run web --image=nginx:1.27', [], false);
  await session('kubectl run box --image=busybox -- sleep 3600', [], false);
  await session('kubelab clock advance 10s', [], false);
}, 60_000);

test('a shell in a container, on a terminal', async () => {
  const lines = ['hostname\n', 'cd /etc\n', 'read x\n', 'hello\n', 'for i in $x\n', 'do echo $i\n', 'done\n', 'nosuch\n', 'exit 3\n'];
  expect(await session('kubectl exec -it box -- sh', lines, true)).toBe(
    `/ # hostname
box
/ # cd /etc
/etc # read x
hello
/etc # for i in $x
> do echo $i
> done
hello
/etc # nosuch
sh: nosuch: not found
/etc # exit 3
command terminated with exit code 3
? 3`,
  );
});

test('bash says what it leaves, and a shell within it has its own folder', async () => {
  expect(
    await session(
      'kubectl exec -it web -- bash',
      ['x=1\n', 'sh\n', 'cd /tmp\n', 'pwd\n', 'exit 2\n', 'echo $? $x\n', ')\n', 'pwd\n'],
      true,
    ),
  ).toBe(
    `root@web:/# x=1
root@web:/# sh
# cd /tmp
# pwd
/tmp
# exit 2
root@web:/# echo $? $x
2 1
root@web:/# )
bash: syntax error near unexpected token \`)'
root@web:/# pwd
/
root@web:/# ^Dexit
? 0`,
  );
});

test('lines that are piped in are answered one by one, and commands read them', async () => {
  expect(
    await session(
      'kubectl exec -i web -- bash',
      ['echo a\n', 'nosuch\n', 'read x\n', 'one\n', 'echo $x\n', 'cat\n', 'two\n', 'three'],
      false,
    ),
  ).toBe('a\nbash: line 2: nosuch: command not found\none\ntwo\nthree? 0');
  expect(await session('kubectl exec -i web -- bash', ['echo a\n', ')\n', 'echo b\n'], false)).toBe(
    "a\nbash: line 2: syntax error near unexpected token `)'\nbash: line 2: `)'\ncommand terminated with exit code 2\n? 2",
  );
  expect(await session('kubectl exec -i box -- sh', ['cat <<E\n', 'x\n', 'E\n', 'for i in 1'], false)).toBe(
    'x\nsh: syntax error: unexpected end of file\ncommand terminated with exit code 2\n? 2',
  );
});

test('process 1 is typed to, and its log has it all', async () => {
  const record =
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n";
  expect(
    await session('kubectl run tmp -it --image=busybox --restart=Never -- sh', ['hostname\n', 'sleep 1; echo slept\n', 'exit 3\n'], true),
  ).toBe(
    `${record}/ # hostname
tmp
/ # sleep 1; echo slept
slept
/ # exit 3
pod default/tmp terminated (Error)
? 3`,
  );
  expect(await session('kubectl logs tmp', [], false)).toBe('/ # hostname\ntmp\n/ # sleep 1; echo slept\nslept\n/ # exit 3\n? 0');
});

test('a shell on a node', async () => {
  expect(await session('kubelab ssh node01', ['hostname\n', 'cd /etc/cni\n'], true)).toBe(
    'root@node01:~# hostname\nnode01\nroot@node01:~# cd /etc/cni\nroot@node01:/etc/cni# ^Dexit\nConnection to node01 closed.\n? 0',
  );
  expect(await session('kubelab ssh node01', ['hostname\n', 'pwd\n'], false)).toBe('node01\n/root\n? 0');
});
