// The hash of a template that names ReplicaSets and ControllerRevisions. Mirrors ComputeHash of pkg/controller/controller_utils.go: FNV-1a of the
// template in a stable order, written in letters that spell no words. (Upstream hashes Go's dump of the struct: the values differ from a real cluster's.)
import { fnv32a } from '../lib/fnv.js';
import type { Json } from '../model/object.js';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function templateHash(template: unknown, collisions = 0): string {
  return safeEncode(String(fnv32a(stable(template as Json) + (collisions > 0 ? `#${collisions}` : ''))));
}

/** Mirrors k8s.io/apimachinery/pkg/util/rand.SafeEncodeString. */
export const safeEncode = (text: string): string => [...text].map((c) => alphabet[c.charCodeAt(0) % alphabet.length]).join('');

/** JSON with sorted keys. */
function stable(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value).filter((k) => value[k] !== undefined);
  return `{${fields
    .sort()
    .map((k) => `${JSON.stringify(k)}:${stable(value[k])}`)
    .join(',')}}`;
}
