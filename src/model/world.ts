// Time and chance. Everything random or clocked in kubelab comes through a World, so that a cluster file replays exactly.
export interface World {
  /** Milliseconds since 1970, of the cluster's clock. */
  now(): number;
  /** A version-4 UUID. */
  uid(): string;
  /** An integer in [0, n). */
  pick(n: number): number;
}

/** RFC 3339 in UTC with whole seconds, as metav1.Time marshals. Time stands still within a call: the last answer is kept. */
export function timestamp(ms: number): string {
  if (ms !== last.ms) last = { ms, text: `${new Date(ms).toISOString().slice(0, 19)}Z` };
  return last.text;
}
let last = { ms: Number.NaN, text: '' };

/** RFC 3339 in UTC with microseconds, as metav1.MicroTime marshals. */
export const microTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` characters that spell no words. Mirrors k8s.io/apimachinery/pkg/util/rand.String. */
export function randomSuffix(world: World, length = 5): string {
  let text = '';
  while (text.length < length) text += alphabet[world.pick(alphabet.length)];
  return text;
}
