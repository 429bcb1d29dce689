// The network as a session sees it.
import { type Net, netFrom } from '../network/net.js';
import type { Session } from './session.js';

export const netOf = (session: Session): Net => netFrom(session.reader, session);
