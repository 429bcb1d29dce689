// Watching what has rested while a thousand changes went by: the server remembers no more of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/main.js';

test('wait and get --watch begin now, not at the last change of the object', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kubelab-aged-'));
  const run = async (line: string): Promise<string> => {
    let text = '';
    const say = (t: string): void => void (text += t);
    const env = { HOME: dir, KUBELAB_CLUSTER: join(dir, 'c.db') };
    const code = await main(line.split(' '), { stdin: () => '', out: say, err: say, inputIsTTY: false, outputIsTTY: false, env, cwd: dir });
    return `${text}${code}`;
  };
  try {
    await run('cluster create --clock virtual');
    await run('create namespace old');
    await run('create deployment many --image=nginx --replicas=250');
    await run('delete deployment many');
    expect(await run('wait namespace/old --for=condition=Done --timeout=1s')).toBe(
      'error: timed out waiting for the condition on namespaces/old\n1',
    );
    expect(await run('wait configmap/later --for=create --timeout=1s')).toBe('error: timed out waiting for the condition\n1');
    expect(await run('get namespace old --watch -o name')).toBe('namespace/old\n0');
    expect(await run('get namespace old --watch --no-headers -o custom-columns=NAME:.metadata.name')).toBe('old\n0');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
