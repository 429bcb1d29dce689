// The counts in the status of ReplicaSets, Deployments and DaemonSets, where somebody writes them by hand.
// Mirrors ValidateReplicaSetStatus, ValidateDeploymentStatus and validateDaemonSetStatus of pkg/apis/apps/validation.
import { type FieldError, invalidValue } from '../../model/field-error.js';
import { nonNegative } from '../rules.js';

const countOf = (status: object, field: string): number => (status as Record<string, number | undefined>)[field] ?? 0;

export const validateCounts = (status: object, fields: readonly string[]): FieldError[] =>
  fields.flatMap((field) => nonNegative(`status.${field}`, countOf(status, field)));

/** `parts` are Pods of those that status.replicas counts. */
export function validateReplicaParts(status: object, parts: readonly string[]): FieldError[] {
  const exceeding = (field: string, whole: string, name: string): FieldError[] =>
    countOf(status, field) > countOf(status, whole)
      ? [invalidValue(`status.${field}`, countOf(status, field), `cannot be greater than ${name}`)]
      : [];
  return [
    ...parts.flatMap((field) => exceeding(field, 'replicas', 'status.replicas')),
    ...exceeding('availableReplicas', 'readyReplicas', 'readyReplicas'),
  ];
}

export const validateCollisions = (status: { collisionCount?: number }, old: { collisionCount?: number }): FieldError[] =>
  old.collisionCount !== undefined && (status.collisionCount ?? 0) < old.collisionCount
    ? [invalidValue('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented')]
    : [];
