// kubelab's own questions about the network: trace (all ways of a packet), reach (who reaches what), why (what became of the last one).
// Nothing is sent: what is looked at stays as it is, but for what is due by now and the memory of a packet that did not arrive.
import type { Reply, Request } from '../../model/request.js';
import { badRequest } from '../../model/status.js';
import type { TraceResult } from '../../model/why.js';
import { type Core, Session } from '../session.js';
import { catchUp } from '../settle.js';
import { explain } from './explain.js';
import { remember } from './last.js';
import { reach } from './reach.js';
import { send } from './send.js';

export function askNetwork(core: Core, request: Request): Reply['body'] {
  switch (request.subresource) {
    case 'trace':
      return asOf(core, (session) => trace(session, request));
    case 'reach':
      return asOf(core, (session) => reach(session.net, request.namespace));
    case 'why':
      asOf(core, () => undefined);
      return explain(core, request);
    default:
      throw badRequest(`kubelab does not simulate connecting to ${request.resource}/${request.subresource}`);
  }
}

/** The cluster as it is by now. */
function asOf<T>(core: Core, work: (session: Session) => T): T {
  return core.store.write(() => {
    core.world.begin();
    const session = new Session(core, { dryRun: false });
    catchUp(session, core.world.now());
    const result = work(session);
    core.world.save();
    return result;
  });
}

function trace(session: Session, { options }: Request): TraceResult {
  const goal = options?.goal;
  if (!goal) throw badRequest('a trace needs a destination');
  const result = send(session.net, goal);
  if (!result.arrives) {
    const lost = result.ways.find((t) => t.outcome !== 'ok');
    remember(session, goal, lost ? [...result.lookup, lost] : result.lookup);
  }
  return result;
}
