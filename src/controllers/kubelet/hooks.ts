// What a lifecycle hook does, how long it takes, and what goes wrong with it. Mirrors pkg/kubelet/lifecycle/handlers.go.
import { goQuote } from '../../lib/go-format.js';
import type { Container, LifecycleHandler } from '../../model/generated/api.js';
import { isRunning } from '../../network/runtime.js';
import { keepWrites, runIn, textOn } from '../../programs/container.js';
import { NotStarted } from '../../programs/index.js';
import { httpGet, portOf } from './http-get.js';
import { notStarted } from './process.js';
import { podText, type Work } from './work.js';

/** Kept as JSON, which knows no Infinity. */
const never = Number.MAX_SAFE_INTEGER;

interface HookRun {
  /** When it is over: `never` when it does not end by itself. */
  readonly until: number;
  /** In the words of the container's status. */
  readonly failure?: string;
}

export function runHook(work: Work, c: Container, hook: LifecycleHandler): HookRun {
  if (hook.sleep) return { until: work.now + hook.sleep.seconds * 1000 };
  const of = `for Container ${goQuote(c.name)} in Pod ${goQuote(podText(work.pod))} failed - error`;
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const { until, error, output } = execute(work, c, command);
    return {
      until,
      ...(error && { failure: `Exec lifecycle hook ([${command.join(' ')}]) ${of}: ${error}, message: ${goQuote(output)}` }),
    };
  }
  if (hook.httpGet) {
    const port = portOf(c, hook.httpGet.port);
    const error = typeof port === 'string' ? port : httpGet(work, hook.httpGet, port).error;
    return { until: work.now, ...(error && { failure: `HTTP lifecycle hook (${hook.httpGet.path ?? ''}) ${of}: ${error}` }) };
  }
  return { until: work.now, failure: 'Cannot run handler: invalid handler' };
}

function execute(work: Work, c: Container, command: readonly string[]): { until: number; error?: string; output: string } {
  const ended = 'rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state';
  if (!isRunning(work.container(c.name))) return { until: work.now, error: ended, output: '' };
  try {
    const run = runIn(work.net, work.pod, work.runtime, c, command, { stdin: '', tty: false });
    keepWrites(work.writer, (k, v) => work.writer.setState(k, v), work.pod, c, run.writes);
    if (run.end.why !== 'exit') return { until: never, output: '' };
    const [stdout, stderr] = [textOn(run.output, 'stdout'), textOn(run.output, 'stderr')];
    const { code } = run.end;
    return {
      until: run.at,
      ...(code !== 0 && { error: `command '${command.join(' ')}' exited with ${code}: ${stderr}` }),
      output: stdout + stderr,
    };
  } catch (e) {
    if (!(e instanceof NotStarted)) throw e;
    return { until: work.now, error: notStarted(work.container(c.name).attempt?.id ?? '', e), output: '' };
  }
}
