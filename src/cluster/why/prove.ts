// Does a change make the packet arrive? Tried on the cluster itself, in a transaction that is thrown away.
import { kinds } from '../../kinds/index.js';
import type { Request } from '../../model/request.js';
import { StatusError } from '../../model/status.js';
import type { Goal } from '../../model/why.js';
import { netOf } from '../net-of.js';
import { patchObject } from '../patch.js';
import { type Core, Session } from '../session.js';
import { catchUp } from '../settle.js';
import { send } from './send.js';

export interface Proof {
  /** Until it arrived. */
  readonly seconds: number;
  /** How many ways, all of which arrived. */
  readonly ways: number;
}

/** When it is looked at, in seconds after the change. */
const looks = [0, 1, 2, 5, 10, 20, 40, 90, 200, 400, 700];

/** What arrives must still arrive after so many seconds: Pods that are replaced are there only for a while. */
const steady = 5;

/** `change` absent: does it arrive if nothing is done but waiting? */
export function prove(core: Core, goal: Goal, change: Request | undefined, patience: number): Proof | undefined {
  return core.store.write(
    () => {
      core.world.begin();
      const session = new Session(core, { dryRun: false });
      const start = core.world.now();
      catchUp(session, start);
      if (change && !isAccepted(session, change)) return undefined;
      catchUp(session, start);
      for (const seconds of looks.filter((s) => s <= patience)) {
        catchUp(session, start + seconds * 1000);
        const ways = arrivals(session, goal);
        if (ways === undefined) continue;
        catchUp(session, start + (seconds + steady) * 1000);
        if (arrivals(session, goal) !== undefined) return { seconds, ways };
      }
      return undefined;
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

/** The number of ways when all arrive. */
function arrivals(session: Session, goal: Goal): number | undefined {
  try {
    const { arrives, ways } = send(netOf(session), goal);
    return arrives ? ways.length : undefined;
  } catch (e) {
    // The sender itself may have gone.
    if (e instanceof StatusError) return undefined;
    throw e;
  }
}
