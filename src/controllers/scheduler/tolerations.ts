// Taints and who puts up with them. Mirrors k8s.io/component-helpers/scheduling/corev1 (TolerationsTolerateTaint).
import type { Taint, Toleration } from '../../model/generated/api.js';

export function tolerates(t: Toleration, taint: Taint): boolean {
  if (t.effect && t.effect !== taint.effect) return false;
  if (t.key && t.key !== taint.key) return false;
  switch (t.operator || 'Equal') {
    case 'Exists':
      return true;
    case 'Equal':
      return Boolean(t.key) && (t.value ?? '') === (taint.value ?? '');
    case 'Lt':
    case 'Gt':
      return compares(t, taint);
    default:
      return false;
  }
}

/** Numbers, as taints have them since 1.35. */
function compares(t: Toleration, taint: Taint): boolean {
  const [own, theirs] = [Number(t.value), Number(taint.value)];
  if (!Number.isInteger(own) || !Number.isInteger(theirs)) return false;
  return t.operator === 'Lt' ? theirs < own : theirs > own;
}

export const untolerated = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[],
): Taint[] => (taints ?? []).filter((taint) => effects.includes(taint.effect) && !(tolerations ?? []).some((t) => tolerates(t, taint)));
