// Rules for the numbers of workloads. Mirrors pkg/apis/apps/validation (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent).
import { isValidPercent } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import { type FieldError, invalidValue } from '../../model/field-error.js';

export type IntOrPercent = number | string;

export const validateNonNegative = (value: number | undefined, path: string): FieldError[] =>
  value === undefined || value >= 0 ? [] : [invalidValue(path, value, 'must be greater than or equal to 0')];

export function validatePositiveIntOrPercent(value: IntOrPercent, path: string): FieldError[] {
  if (typeof value === 'number') return validateNonNegative(value, path);
  return isValidPercent(value).map((m) => invalidValue(path, value, m));
}

export const validateAtMost100Percent = (value: IntOrPercent, path: string): FieldError[] =>
  (percentOf(value) ?? 0) > 100 ? [invalidValue(path, value, 'must not be greater than 100%')] : [];

const percentOf = (value: IntOrPercent): number | undefined =>
  typeof value === 'string' && isValidPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;

/** The number itself, or the percentage without its sign: enough to ask whether it is 0. */
export const sizeOf = (value: IntOrPercent | undefined): number =>
  typeof value === 'number' ? value : value ? (percentOf(value) ?? 0) : 0;

export const validateImmutable = (value: unknown, old: unknown, path: string): FieldError[] =>
  same(value, old) ? [] : [invalidValue(path, value, 'field is immutable')];
