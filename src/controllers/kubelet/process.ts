// The main process of a container, looked at when its time has come: does it still run, on which ports does it listen, when must it be looked at again.
import type { Container } from '../../model/generated/api.js';
import type { Attempt, Exit } from '../../network/runtime.js';
import { limitsAt, type Run, runMain } from '../../programs/container.js';
import { writeEffects } from '../../programs/effects.js';
import { normalPath, Tree } from '../../programs/files.js';
import { NotStarted } from '../../programs/index.js';
import { containersOf } from '../../programs/facts.js';
import { handlesTerm } from '../../programs/signals.js';
import { viewed } from './http-get.js';
import { followFiles, reread } from './watched-files.js';
import type { Work } from './work.js';

const budget = 20_000;

export function lookAtProcess(work: Work, c: Container): void {
  const state = work.container(c.name);
  const { attempt } = state;
  if (!attempt || attempt.exit) return;
  if (attempt.signal !== undefined && obeys(work, c, attempt, attempt.signal)) return;
  if (attempt.wake === undefined) followFiles(work, c, attempt);
  if (attempt.wake === undefined) return;
  if (attempt.wake > work.now) {
    work.wakeAt(attempt.wake);
    return;
  }
  const isFirst = attempt.wake === attempt.startedAt;
  let exit: Exit | undefined;
  try {
    exit = follow(work, c, attempt);
  } catch (e) {
    if (!(e instanceof NotStarted)) throw e;
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${e.message}`;
    work.event(c, 'Warning', 'Failed', `Error: ${message}`);
    exit = { at: work.now, code: 128, reason: 'StartError', message };
    state.waiting = { reason: 'RunContainerError', message };
  }
  if (isFirst && exit?.reason !== 'StartError') work.event(c, 'Normal', 'Started', 'Container started');
  if (exit) ended(work, c, attempt, exit);
  else {
    work.wakeAt(attempt.wake);
    followFiles(work, c, attempt);
  }
}

function follow(work: Work, c: Container, attempt: Attempt): Exit | undefined {
  const { now } = work;
  // Ports that a container of the same Pod has opened a moment ago are taken.
  const net = containersOf(work.pod).length > 1 ? viewed(work) : work.net;
  const run = runMain(net, work.pod, work.runtime, c, attempt, {
    until: Number.POSITIVE_INFINITY,
    present: now,
    lookAhead: true,
    budget,
  });
  writeEffects(work.writer, (k, v) => work.writer.setState(k, v), run.effects);
  attempt.sockets = [...run.sockets];
  attempt.journal = [...run.journal];
  attempt.writes = run.writes.some((w) => w.at > attempt.startedAt);
  delete attempt.wake;
  if (run.lameduck) attempt.lameduck = run.lameduck;
  else delete attempt.lameduck;
  if (run.watching) attempt.watching = run.watching;
  else delete attempt.watching;
  if (run.end.why === 'exit') {
    if (run.at <= now) return exitOf(c, run, run.at, run.end.code);
    attempt.wake = run.at;
  } else if (run.end.why === 'asking') {
    // What waits for long is looked at less often: never later than a sixteenth of the time it has waited.
    attempt.wake = Math.max(run.end.at, now + Math.floor((now - attempt.startedAt) / 16));
  } else if (run.end.why === 'busy' && run.at > now) attempt.wake = run.at;
  return undefined;
}

function exitOf(c: Container, run: Run, at: number, code: number): Exit {
  const message = terminationMessage(c, run, code);
  const reason = run.outOfMemory ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error';
  return { at, code, reason, ...(message !== '' && { message }) };
}

/** What it wrote into its termination log; or, if it failed and its policy says so, the end of what it printed. */
function terminationMessage(c: Container, run: Run, code: number): string {
  const path = normalPath(c.terminationMessagePath ?? '/dev/termination-log');
  const file = new Tree('', false);
  for (const w of run.writes) if (w.volume === '' && w.path === path) file.apply(w);
  const written = file.files.get(path) ?? '';
  if (written !== '' || code === 0 || c.terminationMessagePolicy !== 'FallbackToLogsOnError') return written.slice(0, 4096);
  const lines = run.output
    .map((o) => o.text)
    .join('')
    .split(/(?<=\n)/);
  return lines.slice(-80).join('').slice(-2048);
}

function ended(work: Work, c: Container, attempt: Attempt, exit: Exit): void {
  attempt.exit = exit;
  attempt.sockets = [];
  delete attempt.watching;
  delete attempt.wake;
  const state = work.container(c.name);
  state.ready = false;
  state.started = false;
  state.probes = {};
}

/** Kills it now; `code` 0: as it ends by itself when asked to. */
export function stopContainer(work: Work, c: Container, code: number): void {
  const { attempt } = work.container(c.name);
  if (!attempt || attempt.exit) return;
  const graceful = handlesTerm(c, attempt);
  const final = code === 0 ? (graceful ? 0 : 137) : code;
  const run = runMain(work.net, work.pod, work.runtime, c, attempt, limitsAt(work.now, attempt));
  ended(work, c, attempt, { ...exitOf(c, run, work.now, final), killed: true });
}

/** Process 1 gets only those signals that it has a handler for: the kernel keeps the others, KILL too, from it. */
function obeys(work: Work, c: Container, attempt: Attempt, signal: string): boolean {
  delete attempt.signal;
  if (attempt.watching?.signal === signal) reread(work, c, attempt, attempt.watching);
  if (!['TERM', 'INT', 'QUIT'].includes(signal) || !handlesTerm(c, attempt)) return false;
  const run = runMain(work.net, work.pod, work.runtime, c, attempt, limitsAt(work.now, attempt));
  ended(work, c, attempt, exitOf(c, run, work.now, 0));
  return true;
}

/** The runtime's words for a command that it could not start in a running container. */
export const notStarted = (id: string, e: NotStarted): string =>
  `rpc error: code = Unknown desc = failed to exec in container: failed to start exec ${JSON.stringify(id)}: OCI runtime exec failed: exec failed: unable to start container process: ${e.message}`;
