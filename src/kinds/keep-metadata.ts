// Metadata that a write leaves as it was. Mirrors PrepareForUpdate of the kinds' status strategies.
import type { KubeObject, ObjectMeta } from '../model/object.js';

export function keepMetadata(obj: KubeObject, old: KubeObject, fields: readonly (keyof ObjectMeta)[]): void {
  for (const field of fields) {
    if (old.metadata[field] === undefined) delete obj.metadata[field];
    else obj.metadata[field] = old.metadata[field] as never;
  }
}
