// Does a change make the packet arrive? Tried on the cluster itself, in a transaction that is thrown away.
import { kinds } from '../../kinds/index.js';
import type { Failure } from '../../model/failure.js';
import type { Request } from '../../model/request.js';
import { StatusError } from '../../model/status.js';
import type { Goal } from '../../model/why.js';
import { patchObject } from '../patch.js';
import { type Core, Session } from '../session.js';
import { catchUp } from '../settle.js';
import { type Maker, makerOf, standIn } from './cures/workload.js';
import { drafts } from './cures/index.js';
import type { Draft } from './cures/draft.js';
import { lost, type Scene, sceneOf } from './scene.js';
import { send } from './send.js';

export interface Proof {
  /** Until it arrived; undefined: it did not. */
  readonly seconds: number | undefined;
  /** How many ways, all of which arrived. */
  readonly ways: number;
  /** When it did not arrive, but ended elsewhere than before: what could follow. */
  readonly next: readonly Draft[];
}

const lostAgain: Proof = { seconds: undefined, ways: 0, next: [] };

/** When it is looked at, in seconds after the change. */
const looks = [0, 1, 2, 5, 10, 20, 40, 90, 200, 400, 700];

/** What arrives must still arrive after so many seconds: Pods that are replaced are there only for a while. */
const steady = 5;

export type Case = Pick<Scene, 'goal' | 'failure' | 'namespace'>;

/** Drafts for what is wrong now, if that is not what was wrong before. */
function following(session: Session, goal: Goal, before: Failure, namespace: string): Draft[] {
  const net = session.net;
  try {
    const traces = lost(send(net, goal));
    const scene = traces && sceneOf(net, goal, traces, namespace);
    return scene && placeText(scene.failure) !== placeText(before) ? [...drafts(scene)] : [];
  } catch (e) {
    if (e instanceof StatusError) return [];
    throw e;
  }
}

/** Which packet was lost, and where. */
const placeText = ({ trace, culprit }: Failure): string =>
  `${trace.question?.name} ${trace.packet.to}:${trace.packet.port} ${culprit?.cause} ${culprit?.object} ${culprit?.field} ${culprit?.why}`;

/** `change` absent: does it arrive if nothing is done but waiting? */
export function prove(core: Core, { goal, failure, namespace }: Case, change: Request | undefined, patience: number): Proof {
  return core.store.write(
    () => {
      core.world.begin();
      const session = new Session(core, { dryRun: false });
      const start = core.world.now();
      catchUp(session, start);
      const maker = senderMaker(session, goal);
      if (change && !isAccepted(session, change)) return lostAgain;
      catchUp(session, start);
      for (const seconds of looks.filter((s) => s <= patience)) {
        catchUp(session, start + seconds * 1000);
        const ways = arrivals(session, goal, maker);
        if (ways === undefined) continue;
        catchUp(session, start + (seconds + steady) * 1000);
        if (arrivals(session, goal, maker) !== undefined) return { seconds, ways, next: [] };
      }
      return change ? { ...lostAgain, next: following(session, goal, failure, namespace) } : lostAgain;
    },
    { commit: false },
  );
}

function isAccepted(session: Session, change: Request): boolean {
  const kind = [...kinds.values()].find((k) => k.names.plural === change.resource && k.names.group === change.group);
  if (!kind) return false;
  try {
    patchObject(session, kind, change);
    return true;
  } catch (e) {
    if (e instanceof StatusError) return false;
    throw e;
  }
}

/** What made the Pod that sends. */
function senderMaker({ reader }: Session, { sender }: Goal): Maker | undefined {
  const pod = sender.kind === 'pod' ? reader.get('Pod', sender.namespace ?? '', sender.name ?? '') : undefined;
  return pod && makerOf(reader, pod);
}

/** The number of ways when all arrive; from another Pod of the same maker, when the sender has been replaced. */
function arrivals(session: Session, goal: Goal, maker: Maker | undefined): number | undefined {
  const { reader } = session;
  const { kind, namespace = '', name = '' } = goal.sender;
  const other = kind === 'pod' && maker && !reader.get('Pod', namespace, name) ? standIn(reader, maker) : undefined;
  const now = other ? { ...goal, sender: { kind, namespace, name: other.metadata.name } } : goal;
  try {
    const { arrives, ways } = send(session.net, now);
    return arrives ? ways.length : undefined;
  } catch (e) {
    // The sender itself may have gone.
    if (e instanceof StatusError) return undefined;
    throw e;
  }
}
