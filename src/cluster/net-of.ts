// The network as a session sees it.
import type { Net } from '../network/net.js';
import type { Session } from './session.js';

export const netOf = (session: Session): Net => ({
  reader: session.reader,
  config: session.config,
  now: () => session.world.now(),
  pick: (n) => session.world.pick(n),
});
