// One wrong field, as data. Mirrors k8s.io/apimachinery/pkg/util/validation/field/errors.go.
import { goQuote } from '../lib/go-format.js';

/** The reasons with the words that messages show for them. */
const words = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
} as const;

export interface FieldError {
  readonly reason: keyof typeof words;
  /** "spec.ports[0].port": write paths as template literals. */
  readonly field: string;
  /** What was found there; absent for Required, Forbidden, TooLong, TooMany, InternalError. */
  readonly value?: unknown;
  readonly detail: string;
}

export const required = (field: string, detail = ''): FieldError => ({ reason: 'FieldValueRequired', field, detail });
export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  value,
  detail,
});
export const duplicate = (field: string, value: unknown): FieldError => ({ reason: 'FieldValueDuplicate', field, value, detail: '' });
export const notFoundValue = (field: string, value: unknown): FieldError => ({ reason: 'FieldValueNotFound', field, value, detail: '' });
export const forbiddenField = (field: string, detail: string): FieldError => ({ reason: 'FieldValueForbidden', field, detail });
export const internalError = (field: string, detail: string): FieldError => ({ reason: 'InternalError', field, detail });
/** `max` in bytes. */
export const tooLong = (field: string, max: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  detail: max < 0 ? 'may not be longer than the maximum' : `may not be more than ${max} bytes`,
});
export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  value: actual,
  detail: `must have at most ${max} item${max === 1 ? '' : 's'}`,
});
/** `supported` is printed in the order given: sort it where upstream does (most do: sets.List). */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  value,
  detail: supported.length > 0 ? `supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}` : '',
});

/** `field: Words: value: detail`, as Error() prints it. Structures print as JSON (since 1.34). */
export function formatFieldError(e: FieldError): string {
  const head = `${e.field}: ${words[e.reason]}`;
  const bare =
    e.reason === 'FieldValueRequired' ||
    e.reason === 'FieldValueForbidden' ||
    e.reason === 'FieldValueTooLong' ||
    e.reason === 'InternalError';
  const value = bare ? '' : `: ${show(e.value)}`;
  return `${head}${value}${e.detail === '' ? '' : `: ${e.detail}`}`;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goQuote(value);
  return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** The errors with `{}` as what was found where the request had a map without entries. */
export const showingEmptyMaps = (errors: readonly FieldError[], at: ReadonlySet<string> | undefined): readonly FieldError[] =>
  errors.map((e) => (e.reason === 'FieldValueInvalid' && e.value === undefined && at?.has(e.field) ? { ...e, value: {} } : e));
