// What the API says when it says no: a metav1.Status as an error, and one maker per reason.
// Mirrors k8s.io/apimachinery/pkg/api/errors/errors.go.
import { type FieldError, formatFieldError } from './field-error.js';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** metav1.Status. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: { name?: string; group?: string; kind?: string; uid?: string; causes?: StatusCause[]; retryAfterSeconds?: number };
  code?: number;
}

/** Thrown inside the server half; the door turns it into the reply's body. */
export class StatusError extends Error {
  constructor(
    readonly status: Status,
    /** Warnings given before the refusal. */
    readonly warnings: readonly string[] = [],
  ) {
    super(status.message ?? '');
    this.name = 'StatusError';
  }
}

export const isNotFound = (e: unknown): e is StatusError => e instanceof StatusError && e.status.reason === 'NotFound';

/** "deployments.apps" or "services": how messages name a resource. */
export const qualified = (resource: { group: string; plural: string }): string =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;

/** Reason of a failure that is no answer at all: nobody was there to give one. */
export const unreachable = 'ServerUnreachable';

type Details = NonNullable<Status['details']>;

export function failure(code: number, reason: string, message: string, details?: Details): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  });
}

type Named = { group: string; plural: string };
const detailsOf = (r: Named, name: string): Details => ({ name, ...(r.group && { group: r.group }), kind: r.plural });

export const notFound = (r: Named, name: string): StatusError =>
  failure(404, 'NotFound', `${qualified(r)} "${name}" not found`, detailsOf(r, name));

export const alreadyExists = (r: Named, name: string): StatusError =>
  failure(409, 'AlreadyExists', `${qualified(r)} "${name}" already exists`, detailsOf(r, name));

export const conflict = (r: Named, name: string, why: string): StatusError =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(r)} "${name}": ${why}`, detailsOf(r, name));

export const forbidden = (r: Named, name: string, why: string): StatusError =>
  failure(403, 'Forbidden', `${qualified(r)}${name ? ` "${name}"` : ''} is forbidden: ${why}`, detailsOf(r, name));

export const badRequest = (message: string): StatusError => failure(400, 'BadRequest', message);

export const methodNotSupported = (r: Named, verb: string): StatusError =>
  failure(405, 'MethodNotAllowed', `${verb} is not supported on resources of kind "${qualified(r)}"`, {
    ...(r.group && { group: r.group }),
    kind: r.plural,
  });

export const gone = (message: string): StatusError => failure(410, 'Expired', message);

/** 422: the object of kind `kind` does not validate. `errors` must not be empty. */
export function invalid(kind: { group: string; kind: string }, given: string | undefined, errors: readonly FieldError[]): StatusError {
  const name = given ?? '';
  const texts = [...new Set(errors.map(formatFieldError))];
  const what = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return failure(422, 'Invalid', `${what} "${name}" is invalid: ${list}`, {
    name,
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map((e) => ({ reason: e.reason, message: formatFieldError(e).slice(e.field.length + 2), field: e.field })),
  });
}
