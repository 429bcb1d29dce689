// A control loop: told what changed, it makes one key's world right. Idempotent; no state of its own outside the store.
import type { Change } from './change.js';
import type { GroupKind } from './object.js';
import type { Reader, Writer } from './store.js';

/** Programs of a real cluster that controllers are parts of. */
export type Program = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet';

export interface Controller {
  /** "endpoint-slice"; the file's name. */
  readonly name: string;
  /** It acts while that program runs, and sees everything anew when it comes back; "own": it runs always, or looks after its program itself. */
  readonly program: Program | 'own';
  /** For each kind: which keys (usually "namespace/name" of the object that is reconciled) a change wakes. */
  readonly watches: Readonly<Record<GroupKind, (change: Change, reader: Reader) => Iterable<string>>>;
  /** Keys beside those of objects that are there, when its program starts: what others left behind meanwhile. */
  leftovers?(reader: Reader): Iterable<string>;
  /** Milliseconds between a change and the controller's turn; absent: it acts within the same call. */
  readonly delay?: number;
  /** Must write nothing when all is right already. */
  reconcile(key: string, writer: Writer): void;
}
