// Add-ons: settings in the file, and a controller that acts on them. What `kubelab addons` asks for.
import { type Addons, addonsKey } from '../model/addons.js';
import type { Json } from '../model/object.js';
import { requeue } from './programs.js';
import type { Core, Session } from './session.js';

export const addonsOf = (core: Core): Addons => (core.reader.state(addonsKey) as unknown as Addons | undefined) ?? {};

/** Enables an add-on with its settings, or disables it; its controller looks at everything anew. */
export function setAddon<N extends keyof Addons>(session: Session, name: N, settings: Addons[N]): void {
  const { [name]: _, ...others } = addonsOf(session.core);
  const next = { ...others, ...(settings && { [name]: settings }) };
  session.core.store.state.set(addonsKey, Object.keys(next).length > 0 ? (next as unknown as Json) : undefined);
  requeue(session, (controller) => controller.name === name);
}
