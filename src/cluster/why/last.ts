// What the cluster remembers of the last request that did not arrive, for `kubelab why`.
import { failureOf } from '../../model/failure.js';
import type { Json } from '../../model/object.js';
import type { Trace } from '../../model/packet.js';
import type { Goal, Sender } from '../../model/why.js';
import type { Session } from '../session.js';

export interface LastFailure {
  readonly goal: Goal;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly traces: readonly Trace[];
}

const key = 'why/last';

export const lastFailure = (session: Session): LastFailure | undefined => session.reader.state(key) as unknown as LastFailure | undefined;

export function remember(session: Session, goal: Goal, traces: readonly Trace[]): void {
  session.core.store.state.set(key, { goal, at: session.world.now(), traces: traces.map(withoutEffects) } as unknown as Json);
}

const withoutEffects = (trace: Trace): Trace => ({ ...trace, effects: [] });

/** Keeps what a command sent, when its last packet or name was lost. */
export function rememberCommand(
  session: Session,
  sender: Sender,
  command: readonly string[],
  traces: readonly Trace[],
  exitCode: number,
): void {
  const last = traces.at(-1);
  if (!last || (last.outcome === 'ok' && exitCode === 0) || !failureOf(traces) || (last.question && exitCode === 0)) return;
  const request = lastRequest(traces);
  const host = last.asked ?? (last.question ? nameIn(command, last.question.name) : last.packet.to);
  const { protocol } = last.packet;
  const port = last.question ? portIn(command, host) : last.packet.port;
  remember(session, { sender, host, protocol: last.question ? 'TCP' : protocol, ...(port !== undefined && { port }) }, request);
}

/** The last look-up with the packet that followed it. */
function lastRequest(traces: readonly Trace[]): readonly Trace[] {
  const last = traces.at(-1) as Trace;
  const before = traces.slice(0, -1).findLastIndex((t) => !t.question || t.asked !== last.asked);
  return traces.slice(before + 1);
}

/** As the user wrote it: "web" for "web.default.svc.cluster.local". */
const nameIn = (command: readonly string[], name: string): string =>
  command.slice(1).find((w) => w === name || name.startsWith(`${w}.`)) ?? name;

/** "http://web:81/" -> 81, "web 81" -> 81; undefined: nothing says that a packet was to follow. */
function portIn(command: readonly string[], host: string): number | undefined {
  const at = command.findIndex((w) => w.includes(host));
  const [word = '', next = ''] = command.slice(at, at + 2);
  const written = /:(\d+)(?:[/?#]|$)/.exec(word.slice(word.indexOf(host) + host.length))?.[1];
  if (written) return Number(written);
  if (word.startsWith('https:')) return 443;
  if (word.includes('://') || ['curl', 'wget'].includes(command[0] ?? '')) return 80;
  return at >= 0 && word === host && /^\d+$/.test(next) ? Number(next) : undefined;
}
