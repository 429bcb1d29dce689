// kubelab demo: runs the story on a throw-away cluster and shows each command with what it printed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chalk, type ChalkInstance } from 'chalk';
import { noArguments } from '../../cli/no-arguments.js';
import { createCluster } from '../../cluster/index.js';
import type { Io } from '../../model/io.js';
import type { Verb } from '../../model/verb.js';
import { type Step, story } from '../story.js';

/** Runs one command line, as main() does. */
export type Main = (argv: readonly string[], io: Io, program: string) => Promise<number>;

/** main.ts stands above this room and hands itself in. */
export const demo = (main: Main): Verb<unknown> => ({
  id: 'demo',
  use: 'demo',
  short: 'Tell the story of Services on a throw-away cluster',
  flags: [],
  async run({ args, io }) {
    noArguments({ args });
    const dir = mkdtempSync(join(tmpdir(), 'kubelab-demo-'));
    const paint = new Chalk({ level: io.outputIsTTY && !io.env.NO_COLOR ? 1 : 0 });
    try {
      const path = join(dir, 'demo.db');
      createCluster(path, { clock: 'virtual' }).close();
      return await tell(main, { ...io, env: { ...io.env, KUBELAB_CLUSTER: path } }, paint);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
});

async function tell(main: Main, io: Io, paint: ChalkInstance): Promise<number> {
  let surprises = 0;
  for (const { title, steps } of story) {
    io.out(`\n${paint.bold.cyan(`# ${title}`)}\n`);
    for (const step of steps) if (!(await show(main, io, step, paint))) surprises++;
  }
  io.out(
    surprises === 0
      ? `\n${paint.green('Every step ended as it should.')}\n`
      : `\n${paint.red(`${surprises} steps did not end as they should.`)}\n`,
  );
  return surprises === 0 ? 0 : 1;
}

/** Whether the step ended as the story expects. */
async function show(main: Main, io: Io, { run, stdin, exits = 0 }: Step, paint: ChalkInstance): Promise<boolean> {
  const [program, ...argv] = words(run) as [string, ...string[]];
  const heredoc = stdin ? ` <<'EOF'\n${stdin}EOF` : '';
  io.out(`\n${paint.bold(`$ ${run}`)}${paint.dim(heredoc)}\n`);
  const code = await main(argv, { ...io, stdin: () => stdin ?? '', inputIsTTY: false, outputIsTTY: false }, program);
  if (code !== 0) io.out(paint.yellow(`(exit code ${code})\n`));
  return code === exits;
}

/** Splits at blanks outside quotes. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));
