// One committed or pending write. Feeds controllers, watches and undo.
import type { GroupKind, KubeObject } from './object.js';

export interface Change<T extends KubeObject = KubeObject> {
  /** resourceVersion after this change. */
  readonly rev: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: GroupKind;
  readonly object: T;
  /** The object before; absent for ADDED. */
  readonly old?: T;
}
