// One command line on a cluster that a test holds in memory.
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import type { Cluster } from '../../src/cluster/index.js';

export async function kubectl(cluster: Cluster, words: readonly string[], stdin = '') {
  let [stdout, stderr] = ['', ''];
  const io = {
    stdin: () => stdin,
    inputIsTTY: false,
    outputIsTTY: false,
    env: {},
    cwd: '/',
    out: (text: string) => void (stdout += text),
    err: (text: string) => void (stderr += text),
  };
  const connect = () => Object.create(cluster, { close: { value: () => {} } });
  const around = { io, program: 'kubectl', connect, clusterPath: '', verbs, namespace: () => 'default' };
  return { code: await runCommandLine([...words], around as never), stdout, stderr };
}
