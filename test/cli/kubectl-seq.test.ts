// Sequences out of kubectl's own test scripts (../shared/cases/kubectl-seq.json), each on a fresh cluster, command by command.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { createCluster } from '../../src/cluster/index.js';
import { splitWords } from '../../src/lab/transcript.js';
import { toYaml } from '../../src/lib/yaml/write.js';
import type { KubeObject } from '../../src/model/object.js';

interface Out {
  equals?: string;
  contains?: string[];
  notContains?: string[];
  matches?: string;
}
interface Step {
  run?: string;
  stdin?: string | object;
  fails?: boolean;
  rc?: number;
  /** The check holds after some time. */
  wait?: boolean;
  out?: Out;
  stdout?: Out;
  stderr?: Out;
  get?: string;
  template?: string;
  equals?: string;
  matches?: string;
}
interface Case {
  id: string;
  given: { files?: Record<string, KubeObject | KubeObject[] | string>; objects?: KubeObject[] };
  when: { steps: Step[] };
}

const file = new URL('../../../shared/cases/kubectl-seq.json', import.meta.url);
const cases: Case[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : [];
if (cases.length === 0) console.log('skipped: no recordings');

/** What kubelab does not have (yet), which it says by name. */
const exceptions: Record<string, string> = {
  'seq/multi/json': 'ReplicationControllers',
  'seq/multi/rclist': 'ReplicationControllers',
  'seq/recursive/rollout-rc': 'ReplicationControllers',
  'seq/scale/kinds': 'ReplicationControllers and StatefulSets',
  'seq/discovery/all': 'ReplicationControllers',
  'seq/node/drain': 'drain, uncordon',
  'seq/template/create-clusterrolebinding-foo': 'RBAC',
  'seq/template/create-cronjob-foo': 'CronJobs',
  'seq/template/create-job-foo': 'Jobs',
  'seq/template/create-quota-foo': 'ResourceQuotas',
};

async function play({ given, when }: Case): Promise<string[]> {
  const cwd = mkdtempSync(join(tmpdir(), 'seq-'));
  const cluster = createCluster(':memory:', { clock: 'virtual' });
  const wrong: string[] = [];
  const kubectl = async (command: string | readonly string[], stdin = '') => {
    let [stdout, stderr] = ['', ''];
    const io = {
      stdin: () => stdin,
      inputIsTTY: false,
      outputIsTTY: false,
      env: {},
      cwd,
      out: (text: string) => void (stdout += text),
      err: (text: string) => void (stderr += text),
    };
    const words = typeof command === 'string' ? splitWords(command).slice(1) : command;
    const around = {
      io,
      program: 'kubectl',
      connect: () => Object.create(cluster, { close: { value: () => {} } }),
      clusterPath: '',
      verbs,
      namespace: () => 'seq',
    };
    const exitCode = await runCommandLine([...words], around as never);
    return { stdout, stderr, exitCode };
  };
  try {
    await kubectl('kubectl create namespace seq');
    for (const [name, content] of Object.entries(given.files ?? {})) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      const text =
        typeof content === 'string'
          ? content
          : [content]
              .flat()
              .map((o) => toYaml(o))
              .join('---\n');
      writeFileSync(join(cwd, name), text);
    }
    for (const object of given.objects ?? []) await kubectl('kubectl create -f -', toYaml(object));
    for (const step of when.steps) {
      const command = step.run ?? `kubectl get ${step.get} -o go-template=...`;
      const words = step.run ? step.run : ['get', ...splitWords(step.get ?? ''), '-o', `go-template=${step.template}`];
      if (step.wait) cluster.setTime(cluster.now() + 60_000);
      const got = await kubectl(words, typeof step.stdin === 'object' ? toYaml(step.stdin) : step.stdin);
      const said = JSON.stringify(got).slice(0, 300);
      if (step.rc === undefined ? (got.exitCode !== 0) !== (step.fails === true) : got.exitCode !== step.rc)
        wrong.push(`${command}: exit code; ${said}`);
      const checks: [Out | undefined, string][] = [
        [step.out, got.stdout + got.stderr],
        [step.stdout, got.stdout],
        [step.stderr, got.stderr],
        [step.get === undefined ? undefined : step, got.stdout],
      ];
      for (const [check, text] of checks)
        if (check && !holds(check, text)) wrong.push(`${command}: wanted ${JSON.stringify(check)}; ${said}`);
    }
  } finally {
    cluster.close();
    rmSync(cwd, { recursive: true });
  }
  return wrong;
}

const holds = ({ equals, contains = [], notContains = [], matches }: Out, text: string): boolean =>
  (equals === undefined || text === equals || text === `${equals}\n`) &&
  contains.every((c) => text.includes(c)) &&
  notContains.every((c) => !text.includes(c)) &&
  (matches === undefined || new RegExp(matches).test(text));

describe.runIf(cases.length > 0)("kubectl's own scripts", () => {
  test.each(cases.filter((c) => !(c.id in exceptions)).map((c) => [c.id, c] as const))('%s', async (_, c) => {
    expect(await play(c)).toEqual([]);
  });
});
