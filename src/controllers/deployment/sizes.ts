// How many Pods a rollout may add and miss. Mirrors MaxSurge, MaxUnavailable and the proportions of pkg/controller/deployment/util.
import type { Deployment, ReplicaSet } from '../../model/generated/api.js';
import { maxAnnotation } from './revisions.js';

type IntOrPercent = number | string | undefined;

export function resolve(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value !== 'string') return value ?? 0;
  const part = (Number(value.replace(/%$/, '')) * total) / 100;
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}

export const isRolling = (d: Deployment): boolean => d.spec.strategy?.type === 'RollingUpdate';

const desired = (d: Deployment): number => d.spec.replicas ?? 0;

export const maxSurge = (d: Deployment): number => (isRolling(d) ? resolve(d.spec.strategy?.rollingUpdate?.maxSurge, desired(d), 'up') : 0);

export function maxUnavailable(d: Deployment): number {
  if (!isRolling(d) || desired(d) === 0) return 0;
  const n = resolve(d.spec.strategy?.rollingUpdate?.maxUnavailable, desired(d), 'down');
  // Percentages may both come out as 0, and then nothing would ever move.
  return n === 0 && maxSurge(d) === 0 ? 1 : Math.min(n, desired(d));
}

export const specReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((n, rs) => n + (rs.spec.replicas ?? 0), 0);
export const statusReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((n, rs) => n + (rs.status?.replicas ?? 0), 0);
export const readyReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((n, rs) => n + (rs.status?.readyReplicas ?? 0), 0);
export const availableReplicas = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((n, rs) => n + (rs.status?.availableReplicas ?? 0), 0);

/** The size that the newest ReplicaSet may have now, beside all there are (itself included, when it exists). */
export function newSize(d: Deployment, all: readonly ReplicaSet[], current: number): number {
  if (!isRolling(d)) return desired(d);
  const room = desired(d) + maxSurge(d) - specReplicas(all);
  return room <= 0 ? current : current + Math.min(room, desired(d) - current);
}

/** What `rs` gains (or loses) of `toAdd` Pods of which `added` are given out, by its share of the Deployment. */
export function proportion(rs: ReplicaSet, d: Deployment, toAdd: number, added: number): number {
  const size = rs.spec.replicas ?? 0;
  if (size === 0 || toAdd === 0 || toAdd === added) return 0;
  const left = toAdd - added;
  const share = fraction(rs, d, size);
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fraction(rs: ReplicaSet, d: Deployment, size: number): number {
  if (desired(d) === 0) return -size;
  const before = Number(rs.metadata.annotations?.[maxAnnotation]) || d.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((size * (desired(d) + maxSurge(d))) / before) - size;
}
