// `kubelab why`: what became of the last packet that did not arrive, and with --fix the smallest change of one object that makes it arrive.
import { failureOf } from '../../model/failure.js';
import type { Request } from '../../model/request.js';
import { failure, StatusError } from '../../model/status.js';
import type { Cure, Goal, TraceResult, WhyResult } from '../../model/why.js';
import type { Net } from '../../network/net.js';
import { type Core, Session } from '../session.js';
import { drafts } from './cures/index.js';
import { combined, type Draft } from './cures/draft.js';
import { hintsOf } from './hints.js';
import { lastFailure } from './last.js';
import { type Case, prove } from './prove.js';
import { lost, sceneOf } from './scene.js';
import { seeOf } from './see.js';
import { send } from './send.js';

/** More drafts than this are not tried. */
const most = 60;

export function explain(core: Core, request: Request): WhyResult {
  const namespace = request.namespace ?? 'default';
  const { told, scene } = core.store.read(() => look(core, namespace));
  if (!request.options?.fix || told.arrives || !scene) return told;
  const wait = prove(core, scene, undefined, 40);
  if (wait.seconds !== undefined) return { ...told, tried: 0, wait: wait.seconds };
  const { cure, tried } = search(core, scene, scene.first);
  return { ...told, tried, ...(cure && { cure }) };
}

/** How many changes of one object may go together. */
const deepest = 4;

/** Each draft by itself; then, where one of them led further, with what could follow it on the same object. */
function search(core: Core, scene: Case, first: readonly Draft[]): { cure?: Cure; tried: number } {
  let tried = 0;
  let level = first;
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const further: Draft[] = [];
    for (const draft of level) {
      if (tried++ === most) return { tried: most };
      const { seconds, ways, next } = prove(core, scene, draft.request, draft.patience ?? 90);
      if (seconds !== undefined) return { cure: cureOf(draft, seconds, ways), tried };
      further.push(...next.flatMap((following) => combined(draft, following) ?? []));
    }
    level = unique(further);
  }
  return { tried };
}

const cureOf = ({ object, what, command }: Draft, seconds: number, ways: number): Cure => ({ object, what, command, seconds, ways });

/** The failure as it was, and what can be tried now. */
function look(core: Core, namespace: string): { told: WhyResult; scene?: Case & { readonly first: readonly Draft[] } } {
  core.world.begin();
  const session = new Session(core, { dryRun: true });
  const net = session.net;
  const last = lastFailure(session);
  const failed = last && failureOf(last.traces);
  if (!last || !failed)
    throw failure(404, 'NotFound', 'nothing has failed yet: "kubelab curl" and "kubelab trace" remember what did not arrive');
  const { goal, at, traces } = last;
  const present = asOfNow(net, goal);
  const now = present && lost(present);
  const scene = now && sceneOf(net, goal, now, namespace);
  const then = sceneOf(net, goal, traces, namespace);
  const see = then && seeOf(then);
  const told: WhyResult = {
    kind: 'WhyResult',
    goal,
    at,
    traces,
    fork: failed.fork,
    ...(see && { see }),
    hints: present ? (then ? hintsOf(then) : []) : ['the sender is not there any more'],
    arrives: present?.arrives ?? false,
  };
  return { told, ...(scene && { scene: { goal, failure: scene.failure, namespace, first: unique([...drafts(scene)]) } }) };
}

/** Undefined when the sender has gone. */
function asOfNow(net: Net, goal: Goal): TraceResult | undefined {
  try {
    return send(net, goal);
  } catch (e) {
    if (e instanceof StatusError) return undefined;
    throw e;
  }
}

const unique = (all: readonly Draft[]): Draft[] => [...new Map(all.map((d) => [d.command, d])).values()];
