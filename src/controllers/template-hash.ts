// The hash of a Pod template that names ReplicaSets and ControllerRevisions: that of a real cluster.
// Mirrors ComputeHash of pkg/controller/controller_utils.go: FNV of Go's dump of the struct, then the collision count.
import { fnv32a } from '../lib/fnv.js';
import type { PodTemplateSpec } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import { goDump } from './go-dump.js';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function templateHash(template: PodTemplateSpec, collisions: number | undefined): string {
  const dump = goDump(template as unknown as Json, 'PodTemplateSpec');
  if (collisions === undefined) return safeEncode(String(fnv32a(dump)));
  // Eight bytes, of which four are the count in little endian.
  const count = [0, 8, 16, 24].map((bits) => String.fromCharCode((collisions >>> bits) & 127)).join('');
  return safeEncode(String(fnv32a(`${dump}${count}\0\0\0\0`)));
}

/** Mirrors k8s.io/apimachinery/pkg/util/rand.SafeEncodeString. */
export const safeEncode = (text: string): string => [...text].map((c) => alphabet[c.charCodeAt(0) % alphabet.length]).join('');
